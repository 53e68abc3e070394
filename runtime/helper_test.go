package runtime

import (
	"errors"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func mustPrefixes(words string) []netip.Prefix {
	var list []netip.Prefix
	for _, w := range strings.Fields(words) {
		list = append(list, netip.MustParsePrefix(w))
	}
	return list
}

var none netip.Prefix

func addr(s string) netip.Addr     { return netip.MustParseAddr(s) }
func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }

// pingSpec is one request as the builtin sends it by default.
func pingSpec(dst string) PingSpec {
	return PingSpec{Dst: addr(dst), Count: 1, Size: 56, Interval: 10 * time.Millisecond, Timeout: 2 * time.Second}
}

// pair joins two nodes by a cable with addresses at both ends, each a list of
// words.
func pair(t testing.TB, s *Session, a, b *Namespace, addrA, addrB string) (*Link, *Link) {
	t.Helper()
	la, lb, err := s.Veth(t.Context(), End{Namespace: a, Addrs: mustPrefixes(addrA)}, End{Namespace: b, Addrs: mustPrefixes(addrB)})
	if err != nil {
		t.Fatal(err)
	}
	return la, lb
}

// needs skips a test where the machine lacks a feature. The lane of other
// kernels allows no more than they are known to lack.
func needs(t *testing.T, s *Session, feature string) {
	t.Helper()
	var lacks *Unable
	if err := s.Require(t.Context(), feature); errors.As(err, &lacks) {
		if known, lane := os.LookupEnv("WIRELARK_TEST_LACKS"); lane && !slices.Contains(strings.Fields(known), feature) {
			t.Fatal(err)
		}
		t.Skip(lacks.What + ": " + lacks.Why)
	}
}

// settles waits until a number has come down to what it was. The kernel and
// Go's runtime give some things up in the background.
func settles(t testing.TB, what string, want int, now func() int) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	deadline := time.Now().Add(10 * time.Second)
	got := now()
	for ; got > want && time.Now().Before(deadline); got = now() {
		<-tick.C
	}
	if got > want {
		t.Errorf("%s: got %d, want at most %d", what, got, want)
	}
}
