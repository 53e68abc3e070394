package runtime

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

func TestNamespaceHasItsLoopbackUp(t *testing.T) {
	s := newSession(t)
	for _, bare := range []bool{false, true} {
		name, want := "a", "UP"
		if bare {
			name, want = "b", "DOWN"
		}
		ns, err := s.NewNamespace(t.Context(), name, NamespaceOptions{Bare: bare})
		must(t, err)
		lo := ipLink(t, ns, "lo")
		up := slices.Contains(lo["flags"].([]any), any("UP"))
		if up != (want == "UP") {
			t.Errorf("%s: got flags %v, want %s", name, lo["flags"], want)
		}
	}
}

func TestNamespaceRefusesNames(t *testing.T) {
	s := newSession(t)
	node(t, s, "a")
	_, err := s.NewNamespace(t.Context(), "a", NamespaceOptions{})
	wantError(t, err, "netns a already exists: names are unique in a script")
	if !errors.Is(err, unix.EEXIST) {
		t.Errorf("got %v, want an EEXIST", err)
	}
	rule := " is not allowed: use 1 to 63 letters, digits, '.', '_' and '-', the first a letter or digit"
	for _, name := range []string{"", "-a", "..", "a b", "a/b", strings.Repeat("x", 64)} {
		_, err := s.NewNamespace(t.Context(), name, NamespaceOptions{})
		wantError(t, err, "netns name "+quote(name)+rule)
	}
	node(t, s, strings.Repeat("x", 63))
	if got := len(s.Namespaces()); got != 2 {
		t.Errorf("got %d namespaces, want 2", got)
	}
}

func TestNamespaceForwards(t *testing.T) {
	s := newSession(t)
	host := node(t, s, "h")
	router, err := s.NewNamespace(t.Context(), "r", NamespaceOptions{Forward: true})
	must(t, err)
	for _, key := range []string{"net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding"} {
		if got := proc(t, host, key); got != "0" {
			t.Errorf("%s in h: got %s, want 0", key, got)
		}
		if got := proc(t, router, key); got != "1" {
			t.Errorf("%s in r: got %s, want 1", key, got)
		}
	}
}

func TestNamespaceWritesSysctls(t *testing.T) {
	s := newSession(t)
	ns, err := s.NewNamespace(t.Context(), "a", NamespaceOptions{Sysctls: map[string]string{
		"net.ipv4.ip_default_ttl": "42", "net.ipv4.tcp_rmem": "4096\t65536 131072"}})
	must(t, err)
	if got := proc(t, ns, "net/ipv4/ip_default_ttl"); got != "42" {
		t.Errorf("got %s, want 42", got)
	}
	_, err = s.NewNamespace(t.Context(), "b", NamespaceOptions{Sysctls: map[string]string{"net.ipv4.nonsense": "1"}})
	wantError(t, err, "sysctl net.ipv4.nonsense in b does not exist: a namespace may lack it because it belongs to the whole machine, or this kernel has no such feature")
	node(t, s, "b") // the name is free again
	if got := strings.Fields(run(t, ns, "ip", "netns", "list")); !slices.Equal(got, []string{"b", "a"}) && !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("got names %v, want a and b", got)
	}
}

func TestNodeDiffersFromBareNamespace(t *testing.T) {
	s := newSession(t)
	plain := node(t, s, "a")
	bare, err := s.NewNamespace(t.Context(), "b", NamespaceOptions{Bare: true})
	must(t, err)
	nobody := "1\t0" // the kernel's own, an empty range
	if oneID() {
		nobody = "65534\t65534" // of ids that are not mapped
	}
	for _, c := range []struct{ key, node, bare string }{
		{"net/ipv6/conf/default/accept_dad", "0", "1"},
		{"net/ipv6/conf/default/router_solicitations", "0", "-1"},
		{"net/ipv4/ping_group_range", "0\t" + lastGroup(&s.opt), nobody},
	} {
		if got := proc(t, plain, c.key); got != c.node {
			t.Errorf("%s of a node: got %q, want %q", c.key, got, c.node)
		}
		if got := proc(t, bare, c.key); got != c.bare {
			t.Errorf("%s of a bare one: got %q, want %q", c.key, got, c.bare)
		}
	}
}

func TestNodeHasItsOwnHostNameAndProcesses(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	if got := strings.TrimSpace(run(t, a, "uname", "-n")) + " " + strings.TrimSpace(run(t, b, "uname", "-n")); got != "a b" {
		t.Errorf("got host names %q, want a b", got)
	}
	if got := strings.TrimSpace(sh(t, a, "ls -d /proc/[0-9]* | wc -l")); got != "4" && got != "3" { // init, sh, ls, wc
		t.Errorf("a command sees %s processes, want init and its own", got)
	}
	sh(t, a, "echo a > /tmp/own; echo a > /run/own; echo a > /var/tmp/own")
	if got := sh(t, b, "ls /tmp /var/tmp; ls /run"); !strings.Contains(got, "netns") || strings.Contains(got, "own") {
		t.Errorf("b sees what a wrote: %q", got)
	}
	if got := strings.TrimSpace(sh(t, a, "ls /sys/class/net")); got != "lo" {
		t.Errorf("got interfaces %q in /sys, want lo", got)
	}
}

func TestNodesKnowEachOtherByName(t *testing.T) {
	s := newSession(t)
	a := node(t, s, "a")
	sh(t, a, "true") // a's view is made before b exists
	b := node(t, s, "b")
	if got := strings.Fields(run(t, a, "ip", "netns", "list")); !slices.Contains(got, "b") || !slices.Contains(got, "a") {
		t.Errorf("got names %v, want a and b", got)
	}
	must(t, b.SetSysctl(t.Context(), "net.ipv4.ip_default_ttl", "33"))
	if got := run(t, a, "ip", "netns", "exec", "b", "cat", "/proc/sys/net/ipv4/ip_default_ttl"); got != "33\n" {
		t.Errorf("ip netns exec: got %q, want b's value 33", got)
	}
	run(t, a, "ip", "-n", "b", "link", "add", "br7", "type", "bridge")
	if got := linkNames(t, b); got != "br7" {
		t.Errorf("got interfaces %q in b, want br7", got)
	}
	if res, err := a.Run(t.Context(), Command{Argv: []string{"ip", "netns", "exec", "nobody", "true"}}); err != nil || res.Code == 0 {
		t.Errorf("got %v, %v for a name that does not exist, want an exit code", res, err)
	}
}

func TestSessionRefusesAnotherSessionsNamespace(t *testing.T) {
	s, other := newSession(t), newSession(t)
	a, b := node(t, s, "a"), node(t, other, "b")
	_, _, err := s.Veth(t.Context(), End{Namespace: a}, End{Namespace: b})
	wantError(t, err, "netns b belongs to another lab")
	_, err = s.Bridge(t.Context(), b, BridgeOptions{})
	wantError(t, err, "netns b belongs to another lab")
	if got := linkNames(t, a) + linkNames(t, b); got != "" {
		t.Errorf("got interfaces %q, want none", got)
	}
}

func TestClosedSessionMakesNothing(t *testing.T) {
	s := openSession(t, Options{})
	a := node(t, s, "a")
	sh(t, a, "true")
	must(t, s.Close(t.Context()))
	for _, bare := range []bool{false, true} {
		_, err := s.NewNamespace(t.Context(), "b", NamespaceOptions{Bare: bare})
		wantError(t, err, "netns b cannot be made: the lab has ended")
	}
	_, err := a.Run(t.Context(), Command{Argv: []string{"true"}})
	wantError(t, err, "netns a is gone")
	_, _, err = s.Veth(t.Context(), End{Namespace: a}, End{Namespace: a})
	if err == nil || !strings.HasSuffix(err.Error(), "is gone") {
		t.Errorf("got %v, want that a is gone", err)
	}
	_, err = a.Routes(0)
	wantError(t, err, "netns a is gone")
	_, err = a.Addrs()
	wantError(t, err, "netns a is gone")
	_, err = a.Neighs(nil)
	wantError(t, err, "netns a is gone")
	wantError(t, a.SetSysctl(t.Context(), "net.ipv4.ip_forward", "1"), "sysctl net.ipv4.ip_forward in a is gone")
	if err := s.Close(t.Context()); err != nil {
		t.Errorf("a second close: %v", err)
	}
}

func TestCloseGoesOnPastFailures(t *testing.T) {
	s := openSession(t, Options{})
	a := node(t, s, "a")
	sh(t, a, "true")
	var order []string
	owe := func(what string, err error) {
		s.ledger.owe(what, func(context.Context) error { order = append(order, what); return err })
	}
	owe("first", nil)
	owe("second", errors.New("is stuck"))
	owe("third", errors.New("is stuck too"))
	err := s.Close(t.Context())
	wantError(t, err, "third: is stuck too\nsecond: is stuck")
	if want := []string{"third", "second", "first"}; !slices.Equal(order, want) {
		t.Errorf("got order %v, want %v", order, want)
	}
	if err := a.thread.do(func() error { return nil }); !errors.Is(err, errThreadGone) {
		t.Errorf("the namespace's thread still works: %v", err)
	}
	late := false
	s.ledger.owe("late", func(context.Context) error { late = true; return nil })
	if !late {
		t.Error("a debt made after the end was not paid")
	}
}

func TestSessionServesSeveralGoroutines(t *testing.T) {
	s := newSession(t)
	hub := node(t, s, "hub")
	br, err := s.Bridge(t.Context(), hub, BridgeOptions{})
	must(t, err)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			name := "n" + string(rune('a'+i))
			ns, err := s.NewNamespace(t.Context(), name, NamespaceOptions{Forward: i%2 == 0})
			if err != nil {
				t.Error(err)
				return
			}
			own := "10.0.0." + string(rune('1'+i))
			if _, _, err := s.Veth(t.Context(), End{Namespace: ns, Addrs: mustPrefixes(own + "/24")}, End{Bridge: br}); err != nil {
				t.Error(err)
				return
			}
			if res, err := ns.Run(t.Context(), Command{Argv: []string{"hostname"}}); err != nil || string(res.Stdout) != name+"\n" {
				t.Errorf("got %v, %v, want %s", res, err, name)
			}
			if res, err := ns.Ping(t.Context(), pingSpec(own)); err != nil || len(res.Replies) != 1 {
				t.Errorf("got %v, %v, want a reply", res, err)
			}
			s.Steps()
			s.Namespaces()
		})
	}
	wg.Wait()
	if got := len(strings.Fields(linkNames(t, hub))); got != 9 {
		t.Errorf("got %d interfaces in hub, want a bridge and 8 ports", got)
	}
}
