package runtime

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"wirelark/runtime/nattable"
	"wirelark/runtime/rtnl"
)

// NATKinds are the behaviours that a NAT can have.
var NATKinds = nattable.Kinds

// A NATSpec says how a link's NAT is to behave; To may be left out for the
// link's first IPv4 address.
type NATSpec = nattable.Spec

// A NAT is what stands between a link and those behind the node.
type NAT struct {
	NATSpec
	link *Link
	// As they were when it was made: the link may move away, and the NAT stays.
	ns    *Namespace
	thing string
	table *nattable.Table
}

// Link is the outer link.
func (n *NAT) Link() *Link { return n.link }

// NAT makes a link's NAT, in the place of the one that it had.
func (l *Link) NAT(ctx context.Context, spec NATSpec) (*NAT, error) {
	if err := l.Exists(); err != nil {
		return nil, err
	}
	ns, index := l.where()
	n := &NAT{NATSpec: spec, link: l, ns: ns, thing: "NAT of " + l.thing()}
	if !n.To.IsValid() {
		addrs, err := l.Addrs()
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(addrs, func(a Addr) bool { return a.Prefix.Addr().Is4() })
		if i < 0 {
			return nil, refuse(l.thing(), "has no IPv4 address that NAT could give to what leaves: name one with to")
		}
		n.To = addrs[i].Prefix.Addr()
	}
	if !n.To.Is4() {
		return nil, refuse(n.thing, "is of IPv4 only: %s is none of its addresses", n.To)
	}
	n.table = nattable.New(fmt.Sprintf("%s_nat_%d", ownTable, index), l.Device(), n.NATSpec)
	if err := n.apply(ctx, n.table.Text(), n.table.Send); err != nil {
		return nil, err
	}
	ns.mu.Lock()
	defer ns.mu.Unlock()
	if ns.nats == nil {
		ns.nats = map[string]*NAT{}
	}
	ns.nats[n.table.Name] = n
	return n, nil
}

// Del ends the translation of new connections.
func (n *NAT) Del(ctx context.Context) error {
	n.ns.mu.Lock()
	is := n.ns.nats[n.table.Name] == n
	n.ns.mu.Unlock()
	if !is {
		return &Error{Thing: n.thing, Err: unix.ENOENT, Hint: "it was deleted, or another took its place"}
	}
	if err := n.apply(ctx, n.table.GoneText(), n.table.SendGone); err != nil {
		return err
	}
	n.ns.mu.Lock()
	defer n.ns.mu.Unlock()
	delete(n.ns.nats, n.table.Name)
	return nil
}

// apply changes the NAT's table; text says the same in nft's language.
func (n *NAT) apply(ctx context.Context, text string, send func(*rtnl.Conn) error) error {
	return n.ns.session.step(ctx, n.ns, hereDocument(nftArgv, text), func() error {
		err := n.ns.over(rtnl.OpenNetfilter, n.thing, send)
		if isErrno(err, unix.ENOENT) || isNoSuchFamily(err) { // of what it consists of, the kernel lacks a part
			return lacksNftables()
		}
		return err
	})
}
