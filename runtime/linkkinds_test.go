package runtime

import (
	"context"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"wirelark/runtime/behalf"
)

// each kind of link with the options that are all of one sample, and more.
var linkSamples = []struct {
	kind string
	list []Setting
}{
	{"bond", []Setting{word("mode", "active-backup"), ms("miimon", 50), ms("updelay", 100), word("primary_reselect", "failure"), word("fail_over_mac", "active"), num("num_grat_arp", 3), num("min_links", 1), flag("all_slaves_active", true)}},
	{"bond", []Setting{word("mode", "802.3ad"), ms("miimon", 100), word("lacp_rate", "fast"), word("ad_select", "count"), word("xmit_hash_policy", "layer3+4")}},
	{"bond", []Setting{word("mode", "balance-xor"), ms("arp_interval", 200), word("arp_validate", "none"), {Name: "arp_ip_target", Form: Addresses, Addrs: []netip.Addr{addr("10.0.0.1"), addr("10.0.0.2")}}}},
	{"dummy", nil},
	{"geneve", []Setting{num("id", 7), toward("remote", "192.0.2.2"), num("dstport", 7000), num("ttl", 9), num("tos", 4), flag("udpcsum", true), word("df", "set")}},
	{"geneve", []Setting{num("id", 8), toward("remote", "2001:db8::2"), flag("udp6zerocsumtx", true), flag("udp6zerocsumrx", true)}},
	{"geneve", []Setting{flag("external", true)}},
	{"gre", []Setting{toward("local", "192.0.2.1"), toward("remote", "192.0.2.2"), num("ttl", 64), num("tos", 8), num("key", 5), flag("csum", true), flag("seq", true), dev("dev")}},
	{"gre", []Setting{toward("local", "192.0.2.1"), toward("remote", "192.0.2.2"), flag("pmtudisc", false), flag("ignore_df", true)}},
	{"gretap", []Setting{toward("local", "192.0.2.1"), toward("remote", "192.0.2.2"), num("key", 1<<32-1)}},
	{"hsr", []Setting{dev("slave1"), dev("slave2"), num("supervision", 9), num("version", 1)}},
	{"ifb", nil},
	{"ip6gre", []Setting{toward("local", "2001:db8::1"), toward("remote", "2001:db8::2"), num("hoplimit", 9), num("encaplimit", 5), num("key", 6)}},
	{"ip6gretap", []Setting{toward("local", "2001:db8::1"), toward("remote", "2001:db8::2"), num("hoplimit", 64), num("encaplimit", -1)}},
	{"ip6tnl", []Setting{toward("local", "2001:db8::1"), toward("remote", "2001:db8::2"), word("mode", "ipip6"), num("hoplimit", 9), num("encaplimit", 4)}},
	{"ip6tnl", []Setting{toward("local", "2001:db8::1"), toward("remote", "2001:db8::2"), word("mode", "any"), num("hoplimit", 9), num("encaplimit", -1)}},
	{"ipip", []Setting{toward("local", "192.0.2.1"), toward("remote", "192.0.2.2"), word("mode", "any"), num("ttl", 9), num("tos", 1), flag("pmtudisc", true)}},
	{"ipip", []Setting{toward("local", "192.0.2.1"), toward("remote", "192.0.2.2")}},
	{"ipip", []Setting{flag("external", true)}},
	{"ipvlan", []Setting{word("mode", "l3s"), word("isolation", "private")}},
	{"ipvtap", []Setting{word("mode", "l2")}},
	{"macsec", nil},
	{"macsec", []Setting{num("port", 7), num("icvlen", 8), word("cipher", "gcm-aes-256"), num("window", 9), num("encodingsa", 2), flag("encrypt", true), flag("replay", true), word("validate", "check")}},
	{"macsec", []Setting{word("sci", "0200000000010005"), word("cipher", "gcm-aes-xpn-128"), flag("protect", false)}},
	{"macsec", []Setting{flag("send_sci", false), flag("end_station", true)}},
	{"macsec", []Setting{num("port", 3), flag("send_sci", false), flag("scb", true)}},
	{"macvlan", []Setting{word("mode", "passthru"), flag("nopromisc", true)}},
	{"macvlan", []Setting{word("mode", "source"), num("bcqueuelen", 500)}},
	{"macvtap", []Setting{word("mode", "vepa")}},
	{"nlmon", nil},
	{"sit", []Setting{toward("local", "192.0.2.1"), toward("remote", "192.0.2.2"), word("mode", "any"), num("ttl", 9)}},
	{"sit", []Setting{toward("local", "192.0.2.1"), toward("remote", "192.0.2.2")}},
	{"team", nil},
	{"vlan", []Setting{num("id", 10), flag("gvrp", true), flag("mvrp", true), flag("loose_binding", true), flag("reorder_hdr", false)}},
	{"vlan", []Setting{word("protocol", "802.1ad"), num("id", 4094), flag("bridge_binding", true)}},
	{"vrf", []Setting{num("table", 1000)}},
	{"vti", []Setting{toward("local", "192.0.2.1"), toward("remote", "192.0.2.2"), num("key", 7)}},
	{"vti6", []Setting{toward("local", "2001:db8::1"), toward("remote", "2001:db8::2"), num("key", 7)}},
	{"vxlan", []Setting{num("id", 42), toward("remote", "192.0.2.2"), toward("local", "192.0.2.1"), dev("dev"), num("dstport", 4789), word("srcport", "5000-6000"), num("ttl", 5), num("tos", 8), flag("learning", false),
		{Name: "ageing", Form: Span, Span: 20 * time.Second}, num("maxaddress", 9), flag("proxy", true), flag("rsc", true), flag("l2miss", true), flag("l3miss", true), flag("udpcsum", false), word("df", "set"), flag("gbp", true)}},
	{"vxlan", []Setting{num("id", 43), toward("group", "ff05::7"), dev("dev"), num("dstport", 4790), flag("udp6zerocsumtx", true), flag("udp6zerocsumrx", true)}},
	{"vxlan", []Setting{num("dstport", 4791), flag("learning", false), flag("external", true), flag("vnifilter", true)}},
	{"wireguard", nil},
	{"xfrm", []Setting{dev("dev"), num("if_id", 9)}},
}

func num(name string, n int) Setting { return Setting{Name: name, Form: Number, N: n} }
func word(name, text string) Setting { return Setting{Name: name, Form: Word, Text: text} }
func ms(name string, n int) Setting {
	return Setting{Name: name, Form: Span, Span: time.Duration(n) * time.Millisecond}
}
func toward(name, a string) Setting {
	return Setting{Name: name, Form: Address, Addrs: []netip.Addr{addr(a)}}
}
func dev(name string) Setting { return Setting{Name: name, Form: Device} }
func flag(name string, b bool) Setting {
	return Setting{Name: name, Form: Truth, N: map[bool]int{true: 1}[b]}
}

// TestLinkKinds makes a link of each kind twice: by us, and by the words of the
// journal. The kernel must tell the same of both, and of each setting what was
// asked for.
func TestLinkKinds(t *testing.T) {
	for _, k := range kinds {
		if k.tun == 0 && !k.two && !slices.ContainsFunc(linkSamples, func(x struct {
			kind string
			list []Setting
		}) bool {
			return x.kind == k.name
		}) {
			t.Errorf("no sample of %s", k.name)
		}
	}
	s := newSessionWith(t, Options{Behalf: &behalf.Client{}}) // links need no keys
	a, b := node(t, s, "a"), node(t, s, "b")
	one, _ := pair(t, s, a, b, "192.0.2.1/24", "192.0.2.2/24")
	two, _ := pair(t, s, a, b, "2001:db8::1/64", "2001:db8::2/64")
	for _, x := range linkSamples {
		t.Run(x.kind, func(t *testing.T) {
			needs(t, s, x.kind)
			spec := LinkSpec{Kind: x.kind, Name: "x", Settings: slices.Clone(x.list), MTU: 1280}
			if kindOf(x.kind).on {
				spec.On = one
			}
			for i := range spec.Settings {
				if st := &spec.Settings[i]; st.Form == Device {
					if st.Link = one; st.Name == "slave2" {
						st.Link = two
					}
				}
			}
			l, err := s.NewLink(t.Context(), a, spec)
			must(t, err)
			wantSettings(t, l, spec)
			steps := s.Steps()
			i := len(steps) - 1
			for !strings.HasPrefix(steps[i].Command, "ip link add") {
				i--
			}
			words := steps[i].Command
			ours := described(t, a)
			must(t, l.Delete(t.Context()))
			sh(t, a, words)
			if theirs := described(t, a); theirs != ours {
				t.Errorf("%s\ngives %s\nwant  %s", words, theirs, ours)
			}
			run(t, a, "ip", "link", "del", "x")
		})
	}
}

// wantSettings asserts that the kernel has what was asked for.
func wantSettings(t *testing.T, l *Link, spec LinkSpec) {
	t.Helper()
	st, err := l.State()
	must(t, err)
	if st.Kind != spec.Kind || !st.Up() || st.MTU != spec.MTU && spec.Kind != "hsr" {
		t.Errorf("got %s, up %v, mtu %d", st.Kind, st.Up(), st.MTU)
	}
	have := st.Settings()
	for _, want := range spec.Settings {
		if spec.Kind == "hsr" && want.Form == Number {
			continue // the kernel keeps them to itself
		}
		i := slices.IndexFunc(have, func(s Setting) bool { return s.Name == want.Name })
		if i < 0 {
			t.Errorf("%s is not told", want.Name)
			continue
		}
		got := have[i]
		if want.Form == Device {
			want.N, want.Link = want.Link.Index(), nil
		}
		if want.Name == "encaplimit" && want.N < 0 {
			want = Setting{Name: want.Name, Form: Word, Text: "none"}
		}
		if got.Form != want.Form || got.N != want.N || got.Text != want.Text || got.Span != want.Span || !slices.Equal(got.Addrs, want.Addrs) {
			t.Errorf("%s: got %+v, want %+v", want.Name, got, want)
		}
	}
}

var changing = regexp.MustCompile(`NO-CARRIER,|,LOWER_UP|(state|qlen|permaddr|valid_lft|ad_actor_system|uniqueid|sequence|link-netns|link-netnsid) \S+|carrier_changes \d+`)

// described is what iproute2 tells of link x.
func described(t *testing.T, ns *Namespace) string {
	t.Helper()
	return strings.Join(strings.Fields(changing.ReplaceAllString(run(t, ns, "ip", "-d", "-o", "link", "show", "dev", "x"), "")), " ")
}

// TestLinkKindsGoWhereTheyShallLive: made from below, in another namespace.
func TestLinkKindsGoWhereTheyShallLive(t *testing.T) {
	s := newSession(t)
	host, c := node(t, s, "host"), node(t, s, "c")
	up, far := pair(t, s, host, node(t, s, "out"), "", "10.0.0.1/24")
	m, err := s.NewLink(t.Context(), c, LinkSpec{Kind: "macvlan", Name: "a-name-longer-than-the-kernel-takes", On: up, Settings: []Setting{word("mode", "bridge")}, Addrs: mustPrefixes("10.0.0.2/24")})
	must(t, err)
	if m.Namespace() != c || linkNames(t, host) != "eth0" {
		t.Errorf("got %s in %s; the host has %s", m.Name(), m.Namespace().Name, linkNames(t, host))
	}
	st, err := m.State()
	must(t, err)
	if st.LongName() != "a-name-longer-than-the-kernel-takes" || st.MAC.String() != s.mac("c", st.LongName()).String() || !st.Elsewhere || st.PeerIndex != up.Index() {
		t.Errorf("got %+v", st)
	}
	run(t, c, "ping", "-c1", "-W5", "10.0.0.1")
	v, err := s.NewLink(t.Context(), c, LinkSpec{Kind: "vxlan", Underlay: host, Settings: []Setting{num("id", 5), num("dstport", 4789), dev1("dev", up)}})
	must(t, err)
	run(t, host, "ip", "link", "add", "name", "by-hand", "index", "40", "type", "ifb") // an index that we do not know of
	c.lastIndex = 39
	later, err := s.NewLink(t.Context(), c, LinkSpec{Kind: "macvlan", On: up, Settings: []Setting{word("mode", "bridge")}})
	must(t, err)
	if later.Name() != "macvlan0" {
		t.Errorf("got %s", later.Name())
	}
	if v.Name() != "vxlan0" || v.Namespace() != c {
		t.Errorf("got %s in %s", v.Name(), v.Namespace().Name)
	}
	if out := run(t, host, "ss", "-uanH"); !strings.Contains(out, ":4789 ") {
		t.Errorf("the network of the host does not carry it: %s", out)
	}
	_ = far
}

func dev1(name string, l *Link) Setting { return Setting{Name: name, Form: Device, Link: l} }

func TestLinkKindsThatFailLeaveNothing(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	up, other := pair(t, s, a, b, "", "")
	ctx := context.Background()
	vx := LinkSpec{Kind: "vxlan", Settings: []Setting{num("id", 5), num("dstport", 4789)}}
	_, err := s.NewLink(ctx, a, vx)
	must(t, err)
	_, err = s.NewLink(ctx, a, vx)
	wantError(t, err, "interface vxlan1 in a cannot be made: there is a vxlan with these options")
	vx.Name = "vxlan0"
	vx.Settings[0].N = 6
	_, err = s.NewLink(ctx, a, vx)
	wantError(t, err, "interface vxlan0 in a already exists")
	_, err = s.NewLink(ctx, a, LinkSpec{Kind: "ifb", Addrs: mustPrefixes("10.0.0.1/24 10.0.0.1/24")})
	if err == nil {
		t.Error("got no error for an address twice")
	}
	_, err = s.NewLink(ctx, a, LinkSpec{Kind: "ifb", Master: other})
	wantError(t, err, "interface eth0 in b is in another namespace than a")
	_, err = s.NewLink(ctx, a, LinkSpec{Kind: "ifb", MTU: 20})
	wantError(t, err, "mtu 20 is out of range: 68 to 65535 bytes")
	_, err = s.NewLink(ctx, a, LinkSpec{Kind: "ifb", Name: "a b"})
	if err == nil || !strings.Contains(err.Error(), "is not allowed") {
		t.Errorf("got %v", err)
	}
	foreign := node(t, newSession(t), "a")
	_, err = s.NewLink(ctx, foreign, LinkSpec{Kind: "ifb"})
	wantError(t, err, "netns a belongs to another lab")
	must(t, up.Delete(ctx))
	_, err = s.NewLink(ctx, a, LinkSpec{Kind: "macvlan", On: up})
	wantError(t, err, "interface eth0 in a does not exist")
	if got := linkNames(t, a); got != "vxlan0" {
		t.Errorf("got %s", got)
	}
	next, err := s.NewLink(ctx, a, LinkSpec{Kind: "ifb"})
	must(t, err)
	if next.Name() != "ifb0" {
		t.Errorf("got %s, want that the name of what failed is free", next.Name())
	}
}
