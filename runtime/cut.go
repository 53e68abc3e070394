package runtime

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/google/nftables"
)

// Cuts are silent: the carrier stays, packets vanish. They are dropped where
// they arrive, before anything but a capture sees them, by a table of nftables
// in the node; a sender is told nothing, as with a cut cable.

// cuts are what a session drops.
type cuts struct {
	mu    sync.Mutex
	ends  []*Link // everything that arrives there
	parts []*part
}

// A part is what nodes do not get from others.
type part struct{ from, to []*Namespace }

// Cut makes a link lose all packets, or, one way, those that this end sends.
func (l *Link) Cut(ctx context.Context, oneWay bool) error {
	ns, other := l.otherEnd()
	if other == nil {
		return refuse(l.thing(), "has no other end that this script made: only a cable can be cut")
	}
	ends := []*Link{other}
	if !oneWay {
		ends = append(ends, l)
	}
	c := &ns.session.cuts
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, end := range ends {
		if slices.ContainsFunc(c.ends, end.is) {
			continue
		}
		c.ends = append(c.ends, end)
		if err := c.apply(ctx, end.Namespace()); err != nil {
			c.ends = c.ends[:len(c.ends)-1]
			return err
		}
	}
	return nil
}

// otherEnd is the namespace of a link, and the other end of a cable.
func (l *Link) otherEnd() (*Namespace, *Link) {
	ns, index := l.where()
	ns.mu.Lock()
	defer ns.mu.Unlock()
	return ns, ns.cables[index]
}

// is reports whether two values stand for the same link.
func (l *Link) is(m *Link) bool {
	ns, index := l.where()
	at, other := m.where()
	return ns == at && index == other
}

// Partition makes the nodes of each group lose what those of another send, on
// whatever way it comes; one way, only what the first group sends.
func (s *Session) Partition(ctx context.Context, groups [][]*Namespace, oneWay bool) error {
	c := &s.cuts
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, from := range groups {
		if oneWay && i > 0 {
			break
		}
		var to []*Namespace
		for j, group := range groups {
			if j != i {
				to = append(to, group...)
			}
		}
		c.parts = append(c.parts, &part{from, to})
	}
	for _, ns := range slices.Concat(groups...) {
		if err := c.apply(ctx, ns); err != nil {
			return err
		}
	}
	return nil
}

// Heal ends all cuts and partitions.
func (s *Session) Heal(ctx context.Context) error {
	c := &s.cuts
	c.mu.Lock()
	defer c.mu.Unlock()
	var nodes []*Namespace
	for _, l := range c.ends {
		nodes = append(nodes, l.Namespace())
	}
	for _, p := range c.parts {
		nodes = append(nodes, p.to...)
	}
	c.ends, c.parts = nil, nil
	return c.applyAll(ctx, nodes)
}

// Mend ends what Cut did to a link.
func (l *Link) Mend(ctx context.Context) error {
	ns, other := l.otherEnd()
	c := &ns.session.cuts
	c.mu.Lock()
	defer c.mu.Unlock()
	var nodes []*Namespace
	for _, end := range []*Link{l, other} {
		if end == nil {
			continue
		}
		if i := slices.IndexFunc(c.ends, end.is); i >= 0 {
			c.ends = slices.Delete(c.ends, i, i+1)
			nodes = append(nodes, end.Namespace())
		}
	}
	if len(nodes) == 0 {
		return refuse(l.thing(), "is not cut")
	}
	return c.applyAll(ctx, nodes)
}

func (c *cuts) applyAll(ctx context.Context, nodes []*Namespace) error {
	for i, ns := range nodes {
		if slices.Contains(nodes[:i], ns) || ns.session.lost(ns) {
			continue
		}
		if err := c.apply(ctx, ns); err != nil {
			return err
		}
	}
	return nil
}

// lost reports whether a node was given up.
func (s *Session) lost(ns *Namespace) bool { return !slices.Contains(s.Namespaces(), ns) }

// apply makes a node's table what the cuts say.
func (c *cuts) apply(ctx context.Context, ns *Namespace) error {
	list, err := c.of(ns)
	if err != nil {
		return err
	}
	command := fmt.Sprintf("nft 'table netdev %[1]s; delete table netdev %[1]s'", ownTable)
	if len(list) > 0 {
		command = "nft " + shellQuote(tableText(list))
	}
	return ns.session.step(ctx, ns, command, func() error {
		err := ns.ruleset("table netdev "+ownTable+" in "+ns.Name, func(conn *nftables.Conn) error { return replaceTable(conn, list) })
		if IsLacking(err) {
			return lacksOfNft("nftables' netdev family", "CONFIG_NF_TABLES_NETDEV")
		}
		return err
	})
}

// of lists what a node shall drop, by interface.
func (c *cuts) of(ns *Namespace) ([]dropping, error) {
	var all dropping
	for _, p := range c.parts {
		if !slices.Contains(p.to, ns) {
			continue
		}
		for _, from := range p.from {
			if err := all.add(from); err != nil {
				return nil, err
			}
		}
	}
	states, err := ns.LinkStates()
	if err != nil {
		return nil, err
	}
	var list []dropping
	for _, st := range states {
		if st.Index == loopback {
			continue
		}
		d := all
		d.device = st.Name
		d.all = slices.ContainsFunc(c.ends, func(l *Link) bool { at, index := l.where(); return at == ns && int(index) == st.Index })
		if d.all || len(d.macs)+len(d.addrs) > 0 {
			list = append(list, d)
		}
	}
	return list, nil
}

// add drops what a node sends, by the addresses that it has now.
func (d *dropping) add(from *Namespace) error {
	states, err := from.LinkStates()
	if err != nil {
		return err
	}
	for _, st := range states {
		if len(st.MAC) == 6 && st.Index != loopback {
			d.macs = append(d.macs, st.MAC)
		}
	}
	addrs, err := from.hostAddrs()
	d.addrs = append(d.addrs, addrs...)
	return err
}

// Lost says what a node does not get by the script's wish: the indexes of the
// links at which nothing arrives, and the nodes of which nothing does.
func (s *Session) Lost(ns *Namespace) (links []int, from []string) {
	s.cuts.mu.Lock()
	defer s.cuts.mu.Unlock()
	for _, l := range s.cuts.ends {
		if at, index := l.where(); at == ns {
			links = append(links, int(index))
		}
	}
	for _, p := range s.cuts.parts {
		if slices.Contains(p.to, ns) {
			for _, other := range p.from {
				from = append(from, other.Name)
			}
		}
	}
	return links, from
}
