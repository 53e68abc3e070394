package runtime

import (
	"fmt"
	"net"
	"testing"
	"time"
)

func TestBridgeTakesOptions(t *testing.T) {
	s := newSession(t)
	ns := node(t, s, "a")
	br, err := s.Bridge(t.Context(), ns, BridgeOptions{
		Name: "sw0", MAC: net.HardwareAddr{2, 0, 0, 0, 0, 1}, MTU: 1400, Addrs: mustPrefixes("10.0.0.1/24"),
		STP: ptr(true), Snooping: ptr(true), Querier: ptr(true), Priority: ptr(4096),
		ForwardDelay: ptr(4 * time.Second), Hello: ptr(time.Second), MaxAge: ptr(6500 * time.Millisecond), Ageing: ptr(20 * time.Second),
	})
	must(t, err)
	o := ipLink(t, ns, "sw0")
	o.want(t, map[string]string{"address": "02:00:00:00:00:01", "mtu": "1400"})
	o.info().want(t, map[string]string{
		"stp_state": "1", "mcast_snooping": "1", "mcast_querier": "1", "priority": "4096",
		"forward_delay": "400", "hello_time": "100", "max_age": "650", "ageing_time": "2000",
	})
	st, err := br.State()
	must(t, err)
	want := BridgeState{STP: true, ID: "1000.02:00:00:00:00:01", Root: "1000.02:00:00:00:00:01", Priority: 4096,
		ForwardDelay: 400, Hello: 100, MaxAge: 650, Ageing: 2000, Snooping: true, Querier: true}
	if st.Bridge == nil || *st.Bridge != want {
		t.Errorf("got %+v, want %+v", st.Bridge, want)
	}
	off, err := s.Bridge(t.Context(), ns, BridgeOptions{Snooping: ptr(false), STP: ptr(false), Down: true})
	must(t, err)
	o = ipLink(t, ns, off.Name())
	o.want(t, map[string]string{"ifname": "br0", "operstate": "DOWN"})
	o.info().want(t, map[string]string{"mcast_snooping": "0", "stp_state": "0"})
}

func TestBridgeRefuses(t *testing.T) {
	s := newSession(t)
	ns := node(t, s, "a")
	_, err := s.Bridge(t.Context(), ns, BridgeOptions{Name: "br9"})
	must(t, err)
	for _, c := range []struct {
		opt  BridgeOptions
		want string
	}{
		{BridgeOptions{Name: "br9"}, "interface br9 in a already exists"},
		{BridgeOptions{MTU: 40}, "mtu 40 is out of range: 68 to 65535 bytes"},
		{BridgeOptions{Priority: ptr(70000)}, "priority 70000 is out of range: 0 to 65535"},
		{BridgeOptions{Hello: ptr(-time.Second)}, "hello time -1s is out of range: 0 to 1,000,000 seconds"},
		{BridgeOptions{STP: ptr(true), Hello: ptr(20 * time.Second)}, "interface br0 in a is out of the kernel's range"},
		{BridgeOptions{MAC: net.HardwareAddr{1, 0, 0, 0, 0, 1}}, "mac 01:00:00:00:00:01 is no address of one station: its first byte is odd"},
		{BridgeOptions{Addrs: mustPrefixes("10.0.0.1/24 10.0.0.1/24")}, "address 10.0.0.1/24 of interface br0 in a already exists"},
		{BridgeOptions{Name: "a b"}, `interface name "a b" is not allowed: no '/', ':', '%', quotes or white space, and neither "." nor ".."`},
	} {
		_, err := s.Bridge(t.Context(), ns, c.opt)
		wantError(t, err, c.want)
	}
	if got := linkNames(t, ns); got != "br9" {
		t.Errorf("got interfaces %q, want br9 only", got)
	}
}

func TestBridgedFramesPassNoHooksUnlessBare(t *testing.T) {
	s := newSession(t)
	ns := node(t, s, "a")
	if got, err := ns.Sysctl(t.Context(), "net.bridge.bridge-nf-call-iptables"); err != nil || got != "1" {
		t.Fatalf("got %s, %v before there is a bridge or a command, want the kernel's 1", got, err)
	}
	program := node(t, s, "c")
	if got := run(t, program, "sh", "-c", "ip link add br0 type bridge && cat /proc/sys/net/bridge/bridge-nf-call-iptables"); got != "0\n" {
		t.Errorf("got %q where a program made the bridge, want 0", got)
	}
	_, err := s.Bridge(t.Context(), ns, BridgeOptions{})
	must(t, err)
	bare, err := s.NewNamespace(t.Context(), "b", NamespaceOptions{Bare: true})
	must(t, err)
	_, err = s.Bridge(t.Context(), bare, BridgeOptions{})
	must(t, err)
	for _, table := range []string{"iptables", "ip6tables", "arptables"} {
		if got := proc(t, ns, "net/bridge/bridge-nf-call-"+table); got != "0" {
			t.Errorf("%s in a node: got %s, want 0", table, got)
		}
		if got := proc(t, bare, "net/bridge/bridge-nf-call-"+table); got != "1" {
			t.Errorf("%s in a bare one: got %s, want 1", table, got)
		}
	}
}

func TestBridgeKeepsItsMTU(t *testing.T) {
	s := newSession(t)
	ns, a := node(t, s, "sw"), node(t, s, "a")
	for _, mtu := range []int{1450, 1500, 9000} {
		br, err := s.Bridge(t.Context(), ns, BridgeOptions{MTU: mtu})
		must(t, err)
		_, _, err = s.Veth(t.Context(), End{Bridge: br, MTU: 1400}, End{Namespace: a})
		must(t, err)
		ipLink(t, ns, br.Name()).want(t, map[string]string{"mtu": fmt.Sprint(mtu)})
	}
	br, err := s.Bridge(t.Context(), ns, BridgeOptions{}) // follows its ports, as the kernel has it
	must(t, err)
	_, _, err = s.Veth(t.Context(), End{Bridge: br, MTU: 1400}, End{Namespace: a})
	must(t, err)
	ipLink(t, ns, br.Name()).want(t, map[string]string{"mtu": "1400"})
}
