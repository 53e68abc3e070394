package nattable

import (
	"net/netip"
	"slices"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"

	"wirelark/runtime/nftexpr"
)

// Kinds are the behaviours by which peers outside know a NAT, from the most
// open on: how it filters, and for the last one how it maps, see RFC 4787.
var Kinds = []string{"full_cone", "restricted", "port_restricted", "symmetric"}

// A Spec says how a NAT is to behave.
type Spec struct {
	Kind    string     // of Kinds
	To      netip.Addr // of IPv4, what those outside see
	Hairpin bool       // those inside reach each other by the outer address
}

// learns is whether the NAT keeps a state of mappings: the kernel's own is
// known to who was written to only.
func (s Spec) learns() bool { return s.Hairpin || s.Kind == "full_cone" || s.Kind == "restricted" }

// New is the table of a NAT between a device and those behind the node.
func New(name, wan string, s Spec) *Table {
	t := &Table{Name: name}
	iif, notIif := device("iifname", expr.CmpOpEq, wan), device("iifname", expr.CmpOpNeq, wan)
	oif, notOif := device("oifname", expr.CmpOpEq, wan), device("oifname", expr.CmpOpNeq, wan)
	toOuter := ipDest.is(expr.CmpOpEq, s.To)
	if s.learns() {
		port := nftables.TypeInetService
		endpoint := nftables.MustConcatSetType(nftables.TypeIPAddr, port)
		peer := nftables.MustConcatSetType(port, nftables.TypeIPAddr)
		t.sets = []set{{"outside", endpoint, &endpoint}, {"inside", port, &endpoint}, {"taken", port, nil}, {"spoken", peer, nil}}
	}

	var in [][]clause
	toInside := toMapped("dnat", expr.NATTypeDestNAT, "inside", udpTo)
	switch s.Kind {
	case "full_cone":
		in = append(in, []clause{iif, toOuter, udp, toInside})
	case "restricted":
		in = append(in, []clause{iif, toOuter, udp, inSet("spoken", udpTo, ipSource), toInside})
	}
	out := s.translated(oif)
	if s.Hairpin {
		in = append(in, []clause{notIif, toOuter, udp, toInside})
		out = append(out, s.translated(notIif, notOif, turned, firstDest.is(expr.CmpOpEq, s.To))...)
	}
	if len(in) > 0 {
		t.chain("in", &arrives, in...)
	}
	t.chain("out", &leaves, out...)

	if s.learns() {
		first := direction("original", ctOriginal)
		t.chain("learn", &hasLeft,
			[]clause{ipSource.is(expr.CmpOpNeq, s.To), returned}, // a stranger, or a flow that is older than this NAT
			[]clause{notOif, unturned, returned},
			[]clause{udp, first, keep("inside", []field{udpFrom}, []field{firstSource, firstFrom})},
			[]clause{udp, first, keep("outside", []field{firstSource, firstFrom}, []field{ipSource, udpFrom})},
			[]clause{udp, direction("reply", ctReply), keep("inside", []field{udpFrom}, []field{replySource, replyFrom})},
			[]clause{udp, keep("taken", []field{udpFrom}, nil)},
			[]clause{udp, keep("spoken", []field{udpFrom, ipDest}, nil)})
	}

	// What nobody asked for gets no further.
	known := clause{"ct state established,related", nftexpr.CtBits(expr.CtKeySTATE, expr.CmpOpNeq, expr.CtStateBitESTABLISHED|expr.CtStateBitRELATED)}
	t.chain("through", &goesOn, []clause{iif, known, accepted}, []clause{iif, turned, accepted}, []clause{iif, dropped})
	// What is for the node itself reaches its sockets. The rest would be
	// refused by it, and be tracked, which takes the port away from a mapping.
	t.chain("unknown", nil, []clause{ownSocket(0), accepted}, []clause{ownSocket(1), accepted}, []clause{dropped})
	isNew := clause{"ct state new", nftexpr.CtBits(expr.CtKeySTATE, expr.CmpOpNeq, expr.CtStateBitNEW)}
	jump := verdict("jump unknown", expr.VerdictJump, "unknown")
	t.chain("own", &isOurs,
		[]clause{iif, isNew, unturned, protoIs("tcp", unix.IPPROTO_TCP), toUserPort("tcp"), jump},
		[]clause{iif, isNew, unturned, udp, toUserPort("udp"), jump})
	return t
}

// translated gives what matches the outer address. A mapping is used again for
// other destinations, and its port for no other.
func (s Spec) translated(match ...clause) (rules [][]clause) {
	rule := func(rest ...clause) { rules = append(rules, slices.Concat(match, rest)) }
	if s.learns() && s.Kind != "symmetric" {
		rule(udp, toMapped("snat", expr.NATTypeSourceNAT, "outside", ipSource, udpFrom))
		rule(udp, inSet("taken", udpFrom), asOtherPort(s.To))
	}
	rule(asAddr(s.To, s.Kind == "symmetric"))
	return rules
}
