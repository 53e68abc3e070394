package runtime

import (
	"slices"
	"testing"
)

// The names of links are asked for one by one, so a name that the kernel has
// in a short form is found, and so is one that is only as long as that.
func TestListingsNameLinksAsScriptsDo(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	for i, name := range []string{"uplink-to-the-provider", "fifteen-letters"} {
		la, _, err := s.Veth(t.Context(), End{Namespace: a, Name: name}, End{Namespace: b, Name: name})
		must(t, err)
		must(t, la.AddAddrs(t.Context(), AddrOptions{}, mustPrefixes([]string{"10.0.0.1/24", "10.0.1.1/24"}[i])...))
		run(t, a, "ip", "neigh", "add", []string{"10.0.0.9", "10.0.1.9"}[i], "lladdr", "02:00:00:00:00:09", "dev", la.Device())
		must(t, s.Ready(t.Context()))
		addrs, err := la.Addrs()
		must(t, err)
		if !slices.ContainsFunc(addrs, func(x Addr) bool { return x.Prefix.Addr().Is4() }) || slices.ContainsFunc(addrs, func(x Addr) bool { return x.Link != name }) {
			t.Errorf("got addresses %+v, want those of %s", addrs, name)
		}
		routes, err := a.Routes(Tables["main"])
		must(t, err)
		if !slices.ContainsFunc(routes, func(r Route) bool { return r.Dst == addrs[0].Prefix.Masked() && r.Hops[0].Link == name }) {
			t.Errorf("got routes %+v, want one over %s", routes, name)
		}
		neighs, err := a.Neighs(la)
		must(t, err)
		if len(neighs) != 1 || neighs[0].Link != name {
			t.Errorf("got neighbours %+v, want one of %s", neighs, name)
		}
	}
	if all, err := a.Addrs(); err != nil || len(all) < 6 {
		t.Errorf("got %+v, %v, want the addresses of all links", all, err)
	}
}

func TestLinkThatIsGoneHasNoAddresses(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	la, _ := pair(t, s, a, b, "10.0.0.1/24", "")
	run(t, a, "ip", "link", "del", "eth0")
	for _, list := range []func() (int, error){
		func() (int, error) { l, err := la.Addrs(); return len(l), err },
		func() (int, error) { l, err := a.Neighs(la); return len(l), err },
	} {
		if n, err := list(); n != 0 || err != nil {
			t.Errorf("got %d entries, %v, want none", n, err)
		}
	}
	if name := a.linkNamer()(int32(la.Index())); name != "" {
		t.Errorf("got name %q of a link that is gone", name)
	}
}
