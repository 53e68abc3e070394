package runtime

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
	"wirelark/runtime/talk"
)

// TestSocketsAreTheNamespaces: each lists its own, with what they are bound to.
func TestSocketsAreTheNamespaces(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	pair(t, s, a, b, "10.0.0.1/24", "10.0.0.2/24")
	_, err := a.DialUDP(t.Context(), netip.MustParseAddrPort("10.0.0.1:9"), netip.MustParseAddrPort("10.0.0.2:7"), talk.Options{Device: "eth0", Mark: 6})
	must(t, err)
	list, err := a.Sockets("udp")
	must(t, err)
	if len(list) != 1 || list[0].Local.String() != "10.0.0.1:9" || list[0].Peer.String() != "10.0.0.2:7" || list[0].Link != "eth0" || list[0].Mark != 6 || list[0].State != "ESTAB" {
		t.Errorf("got %+v, want the one that was made", list)
	}
	if list, err := b.Sockets(""); err != nil || len(list) != 0 {
		t.Errorf("got %v, %v in the other node, want none", list, err)
	}
}

func TestParseSocket(t *testing.T) {
	p := make([]byte, sizeofDiagMsg)
	p[0], p[1] = unix.AF_INET6, 12
	p[8+15], p[24+15] = 1, 2
	binary.BigEndian.PutUint16(p[4:], 80)
	info := make([]byte, 104)
	binary.NativeEndian.PutUint32(info[68:], 1500)
	binary.NativeEndian.PutUint32(info[80:], 10)
	var b rtnl.Batch
	b.Raw(p)
	b.Attr(diagInfo, info)
	got, ok := parseSocket(b.Bytes())
	if !ok || got.State != "SYN-RECV" || got.Family != 6 || got.Local.String() != "[::1]:80" || got.TCP == nil || got.TCP.RTT != 1500*time.Microsecond || got.TCP.CWnd != 10 {
		t.Errorf("got %+v", got)
	}
	copy(p[24:], netip.MustParseAddr("::ffff:10.0.0.1").AsSlice())
	if got, _ := parseSocket(p); got.Peer.Addr().String() != "10.0.0.1" || got.Family != 6 {
		t.Errorf("got %+v, want an IPv4 peer of an IPv6 socket", got)
	}
	p[1] = 10
	var l rtnl.Batch
	l.Raw(p)
	l.Attr(diagInfo, info)
	if got, _ := parseSocket(l.Bytes()); got.State != "LISTEN" || got.TCP != nil {
		t.Errorf("got %+v, want a listener, of which TCP knows nothing", got)
	}
	for _, p := range [][]byte{nil, p[:71], make([]byte, 72)} {
		if got, ok := parseSocket(p); ok {
			t.Errorf("got %+v of %d bytes", got, len(p))
		}
	}
}
