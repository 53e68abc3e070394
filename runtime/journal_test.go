package runtime

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestStepsTellWhatWasDone(t *testing.T) {
	var traced []string
	s := newSessionWith(t, Options{Trace: func(st *Step) { traced = append(traced, st.String()) }})
	a, err := s.NewNamespace(At(t.Context(), site("lab.star:1:5")), "a", NamespaceOptions{Forward: true})
	must(t, err)
	s.BeginSection("addresses")
	b := node(t, s, "b")
	l, _ := pair(t, s, a, b, "10.0.0.1/24", "")
	if err := l.AddAddrs(t.Context(), AddrOptions{}, prefix("10.0.0.1/24")); err == nil {
		t.Fatal("got no error for a second address of the same value")
	}
	mac := func(l string) string { return s.mac(l, "eth0").String() }
	want := []string{
		"ip netns add a", "a: sysctl -w net.ipv4.ip_forward=1", "a: sysctl -w net.ipv6.conf.all.forwarding=1", "ip netns add b",
		"a: ip link add name eth0 address " + mac("a") + " numtxqueues 1 numrxqueues 1 type veth peer name eth0 address " + mac("b") +
			" numtxqueues 1 numrxqueues 1 netns b; ip -n a link set dev eth0 up; ip -n b link set dev eth0 up",
		"a: ip addr add 10.0.0.1/24 dev eth0", "a: ip addr add 10.0.0.1/24 dev eth0",
	}
	// What sets a node's defaults is told too, as a line of its own.
	birth := func(ns string) string {
		return "ip -n " + ns + " link set lo up; ip netns exec " + ns + " sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0"
	}
	told := slices.Insert(slices.Clone(want), 4, birth("b"))
	told = slices.Insert(told, 1, birth("a"))
	if !slices.Equal(traced, told) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(traced, "\n"), strings.Join(told, "\n"))
	}
	steps := s.Steps()
	for i, st := range steps {
		if st.Number != i+1 || st.String() != want[i] || (st.Err != nil) != (i == 6) || (st.Section == "addresses") != (i > 2) || (st.Pos() == "lab.star:1:5") != (i < 3) {
			t.Errorf("got step %+v", st)
		}
	}
	if s.Section() != "addresses" {
		t.Errorf("got section %q", s.Section())
	}
	steps[0].Command = "changed"
	if s.Steps()[0].Command != "ip netns add a" {
		t.Error("what Steps returns is not the caller's own")
	}
}

// indexes are those of links, which commands leave to the kernel.
var indexes = regexp.MustCompile(`^\d+: |@if\d+`)

// world is what a node's network is like, as iproute2 tells it, without what
// differs by chance or by time.
func world(t *testing.T, name string) string {
	t.Helper()
	var all []string
	for _, c := range []string{
		"link show", "addr show", "-4 route show table all", "-6 route show table all", "nexthop show", "token list",
	} {
		out, err := exec.Command("sh", "-c", "ip -d -o -n "+name+" "+c).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v: %s", c, err, out)
		}
		var lines []string
		for line := range strings.Lines(string(out)) {
			w := strings.Fields(strings.ReplaceAll(indexes.ReplaceAllString(line, ""), `\`, " "))
			// Timers, identities that are counters, and where the other end is.
			for _, skip := range []string{"qlen", "hello_timer", "tcn_timer", "topology_change_timer", "gc_timer", "hold_timer", "message_age_timer", "forward_delay_timer", "link-netns", "link-netnsid", "state", "valid_lft", "preferred_lft"} {
				for i := slices.Index(w, skip); i >= 0 && i+1 < len(w); i = slices.Index(w, skip) {
					w = slices.Delete(w, i, i+2)
				}
			}
			lines = append(lines, strings.Join(slices.DeleteFunc(w, func(s string) bool { return s == "tentative" }), " "))
		}
		if !strings.Contains(c, "link") {
			slices.Sort(lines) // in an order of the kernel's
		}
		all = append(all, c+":\n"+strings.Join(lines, "\n"))
	}
	return strings.Join(all, "\n")
}

// TestEquivalentsAreTrue builds a lab, then runs the journal's commands with
// the programs they name, and compares what the kernel has in both.
func TestEquivalentsAreTrue(t *testing.T) {
	s := openSession(t, Options{Seed: 7})
	ctx := t.Context()
	long := "the-way-to-the-other-building"
	hop := func(words ...string) (hops []Hop) {
		for _, w := range words {
			hops = append(hops, Hop{Via: addr(w)})
		}
		return hops
	}
	names := []string{"a", "r", "b", "sw"}
	a := node(t, s, "a")
	r, err := s.NewNamespace(ctx, "r", NamespaceOptions{Forward: true})
	must(t, err)
	b, sw := node(t, s, "b"), node(t, s, "sw")
	ar, ra, err := s.Veth(ctx, End{Namespace: a, MTU: 1400, Addrs: mustPrefixes("10.0.1.2/24 fd00:1::2/64")}, End{Namespace: r, Name: long, Addrs: mustPrefixes("10.0.1.1/24 fd00:1::1/64")})
	must(t, err)
	br, err := s.Bridge(ctx, sw, BridgeOptions{Name: "the-bridge-of-the-datacentre", MTU: 1450, STP: ptr(false), Priority: ptr(4096), Ageing: ptr(30 * time.Second), Snooping: ptr(false), Addrs: mustPrefixes("10.0.2.9/24")})
	must(t, err)
	port, _, err := s.Veth(ctx, End{Bridge: br}, End{Namespace: r, Addrs: mustPrefixes("10.0.2.1/24 fd00:2::1/64")})
	must(t, err)
	_, _, err = s.Veth(ctx, End{Namespace: b, Addrs: mustPrefixes("10.0.2.2/24")}, End{Bridge: br, Name: "to-b"})
	must(t, err)
	spare, _, err := s.Veth(ctx, End{Namespace: a, Name: "spare", Down: true}, End{Namespace: a, Name: "other"})
	must(t, err)
	must(t, ar.AddAddrs(ctx, AddrOptions{Peer: prefix("10.7.0.2/32"), Label: "eth0:p"}, prefix("10.7.0.1/32")))
	must(t, ar.AddAddrs(ctx, AddrOptions{Scope: "link"}, prefix("10.7.1.1/24")))
	must(t, ar.AddAddrs(ctx, AddrOptions{Valid: ptr(time.Hour), Preferred: ptr(time.Minute), NoPrefixRoute: true}, mustPrefixes("10.7.4.1/24 fd07:4::1/64")...))
	must(t, ar.AddAddrs(ctx, AddrOptions{Preferred: ptr(time.Duration(0)), Home: true, ManageTemp: true}, prefix("fd07:5::1/64")))
	must(t, ar.AddAddrs(ctx, AddrOptions{AutoJoin: true}, mustPrefixes("239.7.7.7/32 ff05::7/128")...))
	must(t, ra.AddAddrs(ctx, AddrOptions{}, mustPrefixes("10.7.2.1/24 10.7.3.1/24 fd07::1/64")...))
	must(t, ra.DelAddrs(ctx, AddrOptions{}, nil...))
	must(t, port.Change(ctx, LinkChange{Port: PortChange{Cost: ptr(50), Isolated: ptr(true), Hairpin: ptr(true), Learning: ptr(false)}}))
	must(t, spare.Change(ctx, LinkChange{Name: ptr("spare-link-with-a-long-name"), Alias: ptr("it's spare"), TxQLen: ptr(50), Group: ptr(7), GSOMaxSize: ptr(20000), GSOMaxSegs: ptr(9), GROMaxSize: ptr(30000), AltName: ptr("other-name"), NoXDP: true, MAC: net.HardwareAddr{2, 0, 0, 0, 0, 5}}))
	must(t, ar.Change(ctx, LinkChange{Token: ptr(addr("::1:2")), AddrGenMode: ptr("none"), TxQLen: ptr(77)}))
	must(t, spare.Change(ctx, LinkChange{NoAltName: ptr("other-name")}))
	must(t, spare.Change(ctx, LinkChange{Namespace: b, Name: ptr("moved"), Up: ptr(true), ARP: ptr(false)}))
	must(t, b.AddRoute(ctx, RouteSpec{Dst: prefix("0.0.0.0/0"), Hops: hop("10.0.2.1")}))
	must(t, a.AddRoute(ctx, RouteSpec{Dst: prefix("::/0"), Hops: hop("fd00:1::1"), Metric: 9, MTU: 1300}))
	must(t, r.AddRoute(ctx, RouteSpec{Dst: prefix("10.9.0.0/24"), Hops: []Hop{{Via: addr("10.0.1.2"), Weight: 3}, {Via: addr("10.0.2.2")}}, Table: 100}))
	must(t, r.AddRoute(ctx, RouteSpec{Dst: prefix("10.9.1.0/24"), Kind: "blackhole"}))
	must(t, r.AddRoute(ctx, RouteSpec{Dst: prefix("fd09::/64"), Kind: "unreachable", Proto: "bgp"}))
	must(t, r.AddRoute(ctx, RouteSpec{Dst: prefix("10.9.2.0/24"), Hops: hop("fd00:1::2"), Source: addr("10.0.2.1")}))
	must(t, r.AddRoute(ctx, RouteSpec{Dst: prefix("10.9.3.0/24"), Hops: []Hop{{Via: addr("192.0.2.1"), Link: ra}}, OnLink: true}))
	must(t, r.AddRoute(ctx, RouteSpec{Dst: prefix("10.9.1.0/24"), Kind: "prohibit", Replace: true}))
	must(t, r.AddRoute(ctx, RouteSpec{Dst: prefix("10.9.4.0/24"), Kind: "throw"}))
	must(t, r.DelRoute(ctx, RouteSpec{Dst: prefix("10.9.4.0/24")}))
	must(t, r.AddNexthop(ctx, Nexthop{ID: 1, Via: addr("10.0.1.2"), Link: ra}, false))
	must(t, r.AddNexthop(ctx, Nexthop{ID: 2, Via: addr("fd00:1::2"), Link: ra, OnLink: true}, false))
	must(t, r.AddNexthop(ctx, Nexthop{ID: 3, Blackhole: true}, false))
	must(t, r.AddNexthop(ctx, Nexthop{ID: 4, Via: addr("10.0.1.2"), FDB: true}, false))
	must(t, r.AddNexthop(ctx, Nexthop{ID: 10, Group: []NexthopShare{{1, 5}, {2, 1}}}, false))
	must(t, r.AddNexthop(ctx, Nexthop{ID: 11, Group: []NexthopShare{{1, 1}}, Resilient: &Resilient{Buckets: 8, Idle: time.Second, Unbalanced: 2 * time.Second}}, false))
	must(t, r.AddNexthop(ctx, Nexthop{ID: 12, Blackhole: true}, false))
	must(t, r.DelNexthop(ctx, 12))
	must(t, r.AddRoute(ctx, RouteSpec{Dst: prefix("10.9.5.0/24"), NexthopID: 1, MTU: 1300, MTULock: true, Metrics: []Setting{num("advmss", 1200), ms("rto_min", 50), flag("quickack", true), flag("ecn", true), word("congctl", "reno")}}))
	must(t, r.AddRoute(ctx, RouteSpec{Dst: prefix("fd0a::/64"), Hops: []Hop{{Via: addr("fd00:1::2"), Link: ra}}, Encap: &Encap{Type: "seg6", Mode: "encap", Segs: []netip.Addr{addr("fd00:2::2"), addr("fd00:3::3")}}}))
	must(t, r.AddRoute(ctx, RouteSpec{Dst: prefix("fd0b::1/128"), Hops: []Hop{{Link: ra}}, Encap: &Encap{Type: "seg6local", Action: "End.DX4", Via: addr("10.0.1.2")}}))
	must(t, r.AddRoute(ctx, RouteSpec{Dst: prefix("fd0b::2/128"), Hops: []Hop{{Link: ra}}, Encap: &Encap{Type: "seg6local", Action: "End.T", Table: 100}}))
	must(t, r.AddRoute(ctx, RouteSpec{Dst: prefix("10.9.6.0/24"), Hops: []Hop{{Link: ra}}, Encap: &Encap{Type: "ip", ID: 42, Dst: addr("192.0.2.2"), Src: addr("192.0.2.1"), TTL: 9, TOS: 4}}))
	must(t, r.AddRoute(ctx, RouteSpec{Dst: prefix("10.9.7.0/24"), Hops: []Hop{{Link: ra}}, Encap: &Encap{Type: "ip6", Dst: addr("fd00::2")}}))
	must(t, r.SetSysctl(ctx, "net.ipv4.ip_default_ttl", "40"))
	must(t, s.Ready(ctx))
	run(t, a, "true") // shows the names
	steps := s.Steps()
	got := map[string]string{}
	for _, name := range names {
		got[name] = world(t, name)
	}
	must(t, s.Close(context.Background()))

	var script strings.Builder
	for _, st := range steps {
		switch {
		case st.Err != nil || st.Command == "true":
		case st.Namespace == "":
			fmt.Fprintln(&script, st.Command)
		default:
			fmt.Fprintf(&script, "ip netns exec %s sh -ec %s\n", st.Namespace, shellQuote(st.Command))
		}
		if st.Also != "" {
			fmt.Fprintln(&script, st.Also)
		}
	}
	defer func() {
		for _, name := range names {
			if out, err := exec.Command("ip", "netns", "del", name).CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		}
	}()
	shell := exec.Command("sh", "-exc", script.String())
	if out, err := shell.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s\n%s", err, out, script.String())
	}
	for _, name := range names {
		same := func() int { return cmp.Compare(world(t, name), got[name]) }
		settles(t, "differences", 0, func() int { return same() * same() })
		if is := world(t, name); is != got[name] {
			t.Errorf("%s: the commands give\n%s\nwant\n%s", name, is, got[name])
		}
		for _, key := range []string{"ipv4/ip_default_ttl", "ipv4/ip_forward", "ipv6/conf/default/accept_dad", "bridge/bridge-nf-call-iptables"} {
			out, err := exec.Command("ip", "netns", "exec", name, "cat", "/proc/sys/net/"+key).Output()
			want := map[string]string{"ipv4/ip_default_ttl": map[string]string{"r": "40"}[name], "ipv4/ip_forward": map[string]string{"r": "1"}[name],
				"bridge/bridge-nf-call-iptables": map[string]string{"sw": "0"}[name]}[key]
			if got := strings.TrimSpace(string(out)); err != nil || got != cmp.Or(want, map[string]string{"ipv4/ip_default_ttl": "64", "bridge/bridge-nf-call-iptables": "1"}[key], "0") {
				t.Errorf("%s of %s: got %q, %v", key, name, got, err)
			}
		}
	}
}

func TestShellQuote(t *testing.T) {
	for _, w := range []string{"", "a", "a b", "it's", "$x", "a=b", "*", "\\", "\n", "ü", "#x", "~", "-", "a;b", "{a,b}", "^", "!"} {
		out, err := exec.Command("sh", "-c", "printf %s "+shellQuote(w)).Output()
		if err != nil || string(out) != w {
			t.Errorf("%q: a shell reads %q, %v", w, out, err)
		}
	}
	if got := shellJoin([]string{"echo", "a b", "c"}); got != "echo 'a b' c" {
		t.Errorf("got %q", got)
	}
}

func TestErrorsSayTheReasonInWords(t *testing.T) {
	for no, words := range reasons {
		if strings.HasSuffix(words, ".") || strings.ToLower(words[:1]) != words[:1] {
			t.Errorf("%v: %q is no lower-case phrase", no, words)
		}
	}
	gone := &Error{Thing: "netns a", Err: fmt.Errorf("socket: %w", errThreadGone)}
	wantError(t, gone, "netns a is gone")
	wantError(t, &Error{Thing: "x", Err: context.Canceled}, "x was interrupted: context canceled")
	wantError(t, &Error{Thing: "x", Err: &os.PathError{Op: "open", Path: "/y", Err: os.ErrPermission}}, "x did not work: open /y: permission denied")
	wantError(t, &Unable{What: "netem", Why: "this kernel lacks it"}, "netem: this kernel lacks it")
	if !errors.Is(gone, errThreadGone) {
		t.Errorf("got %v, want that the cause is kept", gone)
	}
	taken := &Error{Thing: "x", Err: fmt.Errorf("y: %w", unix.EEXIST)}
	if !IsErrno(taken, "EEXIST") || IsErrno(taken, "ENOENT") || IsErrno(gone, "EEXIST") || Reason(taken) != "already exists" {
		t.Errorf("got %v, want one that is known as EEXIST", taken)
	}
}

type site string

func (s site) String() string { return string(s) }
