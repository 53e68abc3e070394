package runtime

import (
	"net"
	"strings"
	"testing"
)

func TestFDBsAreWhatTheirEquivalentsMake(t *testing.T) {
	s := newSession(t)
	ctx := t.Context()
	a, b, c := node(t, s, "a"), node(t, s, "b"), node(t, s, "c")
	mac := func(n byte) net.HardwareAddr { return net.HardwareAddr{2, 0, 0, 0, 0, n} }
	var ports []*Link
	var vx *Link
	for _, n := range []*Namespace{a, b} {
		br, err := s.Bridge(ctx, n, BridgeOptions{Name: "sw", MAC: mac(0x80), Snooping: ptr(false)})
		must(t, err)
		p, _, err := s.Veth(ctx, End{Bridge: br, Name: "the-port-of-a-long-name", MAC: mac(0x81)}, End{Namespace: c})
		must(t, err)
		run(t, n, "ip", "link", "add", "name", "vx0", "type", "vxlan", "id", "42", "dstport", "4789", "local", "10.0.0.1")
		ports = append(ports, br, p)
		if n == a {
			vx, err = a.FindLink(ctx, "vx0", 0)
			must(t, err)
		}
	}
	br, p := ports[0], ports[1]
	for _, f := range []FDBSpec{
		{MAC: mac(1)}, {MAC: mac(2), State: "dynamic"}, {MAC: mac(3), State: "permanent"}, {MAC: mac(4), Sticky: true},
		{MAC: mac(5), State: "dynamic", ExternLearn: true}, {MAC: mac(6), Master: ptr(false)}, {MAC: mac(2), Replace: true}, {MAC: mac(7)}, {MAC: mac(8), Master: ptr(false)},
	} {
		must(t, p.AddFDB(ctx, f))
	}
	must(t, br.AddFDB(ctx, FDBSpec{MAC: mac(9)}))
	must(t, p.DelFDB(ctx, FDBSpec{MAC: mac(7)}))
	must(t, p.DelFDB(ctx, FDBSpec{MAC: mac(8), Master: ptr(false)}))
	zero := make(net.HardwareAddr, 6)
	for _, f := range []FDBSpec{
		{MAC: zero, Dst: addr("10.0.0.2")}, {MAC: zero, Dst: addr("10.0.0.3"), Append: true}, {MAC: zero, Dst: addr("10.0.0.4"), Append: true},
		{MAC: mac(1), Dst: addr("10.0.0.2"), VNI: ptr(43), Port: 8472}, {MAC: mac(2), Dst: addr("10.0.0.2"), State: "dynamic", ExternLearn: true},
	} {
		must(t, vx.AddFDB(ctx, f))
	}
	must(t, vx.DelFDB(ctx, FDBSpec{MAC: zero, Dst: addr("10.0.0.3")}))
	wantError(t, vx.AddFDB(ctx, FDBSpec{MAC: mac(1), State: "local"}), `state "local" is unknown`)
	equals(t, s, a, b, "bridge fdb show br sw | grep ^02:00 | sort", "bridge fdb show dev vx0 | sort")
	list, err := br.FDBs()
	must(t, err)
	var got []string
	for _, f := range list {
		got = append(got, f.MAC.String()[15:]+" "+f.Link+" "+f.State+" "+strings.Join(f.Flags, ","))
	}
	const port = "the-port-of-a-long-name"
	want := []string{"01 " + port + " static ", "02 " + port + " static ", "03 " + port + " permanent ", "04 " + port + " static sticky", "05 " + port + " dynamic extern_learn", "09 sw permanent "}
	for _, w := range want {
		if !strings.Contains("\n"+strings.Join(got, "\n")+"\n", "\n"+w+"\n") {
			t.Errorf("got %q, want %q among them", got, w)
		}
	}
}
