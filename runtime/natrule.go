package runtime

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
)

// Masquerade gives what leaves by the link the link's own address; with
// random, a port by lot.
func (l *Link) Masquerade(ctx context.Context, source netip.Prefix, random bool) (*FilterRule, error) {
	ns, _ := l.where()
	if err := l.Exists(); err != nil {
		return nil, err
	}
	action := "masquerade"
	if random {
		action += " fully-random"
	}
	return ns.addRule(ctx, "postrouting", Match{Out: l.Device(), Source: source}, action, "", []expr.Any{&expr.Masq{FullyRandom: random}})
}

// A Translation is where packets seem to come from, or are sent to.
type Translation struct {
	To     netip.Addr
	Ports  *Range // nil to keep the port
	Random bool
}

// Snat gives what leaves by the link another source.
func (l *Link) Snat(ctx context.Context, m Match, t Translation) (*FilterRule, error) {
	m.Out = l.Device()
	return l.translate(ctx, "postrouting", "snat", expr.NATTypeSourceNAT, m, t)
}

// Dnat sends what arrives on the link to another destination.
func (l *Link) Dnat(ctx context.Context, m Match, t Translation) (*FilterRule, error) {
	m.In = l.Device()
	return l.translate(ctx, "prerouting", "dnat", expr.NATTypeDestNAT, m, t)
}

func (l *Link) translate(ctx context.Context, chain, word string, typ expr.NATType, m Match, t Translation) (*FilterRule, error) {
	ns, _ := l.where()
	if err := l.Exists(); err != nil {
		return nil, err
	}
	m.Family = 4
	if t.To.Is6() {
		m.Family = 6
	}
	if t.Ports != nil && !hasPorts(m.Proto) {
		return nil, refuse("rule in "+ns.Name, "changes a port, which needs a protocol that has ports: proto = \"tcp\" or \"udp\"")
	}
	nat := &expr.NAT{Type: typ, Family: uint32(nfproto(m.Family)), RegAddrMin: 1, FullyRandom: t.Random}
	end := []expr.Any{&expr.Immediate{Register: 1, Data: t.To.AsSlice()}}
	to := t.To.String()
	if t.Ports != nil {
		if t.To.Is6() {
			to = "[" + to + "]"
		}
		to += ":" + t.Ports.String()
		end = append(end, &expr.Immediate{Register: 2, Data: binaryutil.BigEndian.PutUint16(uint16(t.Ports.Low))})
		nat.RegProtoMin, nat.Specified = 2, true
		if t.Ports.Low != t.Ports.High {
			end = append(end, &expr.Immediate{Register: 3, Data: binaryutil.BigEndian.PutUint16(uint16(t.Ports.High))})
			nat.RegProtoMax = 3
		}
	}
	action := fmt.Sprintf("%s %s to %s", word, ipWord(t.To), to)
	if t.Random {
		action += " fully-random"
	}
	return ns.addRule(ctx, chain, m, action, "", append(end, nat))
}
