package runtime

import "testing"

// TestNetkitWords: iproute2 before 6.7 does not know the kind, so its words
// are held here, as iplink_netkit.c reads them.
func TestNetkitWords(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	_, _, _ = s.Netkit(t.Context(), End{Namespace: a}, End{Namespace: b}, []Setting{word("mode", "l3"), word("policy", "blackhole"), word("peer_policy", "forward")})
	steps := s.Steps()
	want := "ip link add name eth0 numtxqueues 1 numrxqueues 1 type netkit mode l3 blackhole peer forward name eth0 numtxqueues 1 numrxqueues 1 netns b" +
		"; ip -n a link set dev eth0 up; ip -n b link set dev eth0 up"
	if got := steps[len(steps)-1].Command; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
