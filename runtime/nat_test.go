package runtime

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

func TestNATsEquivalentGivesTheSame(t *testing.T) {
	s := newSession(t)
	for _, kind := range NATKinds {
		for _, hairpin := range []bool{false, true} {
			name := kind[:4]
			if hairpin {
				name += "h"
			}
			a, b := node(t, s, name+"a"), node(t, s, name+"b")
			l, _ := pair(t, s, a, b, "10.0.0.1/24", "10.0.0.2/24")
			before := len(s.Steps())
			n, err := l.NAT(t.Context(), NATSpec{Kind: kind, Hairpin: hairpin})
			must(t, err)
			if n.To != netip.MustParseAddr("10.0.0.1") {
				t.Errorf("%s: got to %v", kind, n.To)
			}
			steps := s.Steps()[before:]
			if len(steps) != 1 {
				t.Fatalf("%s: got %d steps: %v", kind, len(steps), steps)
			}
			got, want := sh(t, a, "nft list ruleset"), sh(t, b, steps[0].Command+"\nnft list ruleset")
			if got != want || !strings.Contains(got, "socket wildcard 1 accept") {
				t.Errorf("%s: got\n%s\nwant\n%s", kind, got, want)
			}
			must(t, n.Del(t.Context()))
			if got := sh(t, a, "nft list ruleset"); got != "" {
				t.Errorf("%s: got %s after the end", kind, got)
			}
		}
	}
}

func TestTransactionIsAllOrNothing(t *testing.T) {
	s := newSession(t)
	ns := node(t, s, "a")
	var b rtnl.Batch
	for _, m := range []struct {
		typ  uint16
		name string
	}{{unix.NFT_MSG_NEWTABLE, "made"}, {unix.NFT_MSG_DELTABLE, "missing"}, {unix.NFT_MSG_NEWTABLE, "other"}} {
		b.Begin(unix.NFNL_SUBSYS_NFTABLES<<8|m.typ, unix.NLM_F_CREATE)
		b.Raw([]byte{unix.NFPROTO_IPV4, unix.NFNETLINK_V0, 0, 0})
		b.Str(unix.NFTA_TABLE_NAME, m.name)
	}
	send := func(subsystem uint16) error {
		return ns.over(rtnl.OpenNetfilter, "tables", func(conn *rtnl.Conn) error { return conn.Transact(subsystem, &b) })
	}
	var e *rtnl.Error
	if err := send(unix.NFNL_SUBSYS_NFTABLES); !errors.As(err, &e) || e.Errno != unix.ENOENT || e.Index != 1 {
		t.Errorf("got %v: %+v, want no such table, of the second message", err, e)
	}
	if got := sh(t, ns, "nft list ruleset"); got != "" {
		t.Errorf("got %s", got)
	}
	// Of a subsystem that knows no transactions, the beginning is refused.
	if err := send(unix.NFNL_SUBSYS_CTNETLINK); !errors.As(err, &e) || e.Index != -1 {
		t.Errorf("got %v: %+v, want a refusal of the whole", err, e)
	}
}
