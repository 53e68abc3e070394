package runtime

import (
	"bytes"
	"context"
	"slices"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// The parts of a node's configuration that hang on its links, without those
// that the kernel makes by itself and those that it learns.

// StaticFDBs are the forwarding entries that somebody set, of all bridges and
// tunnels of the namespace.
func (ns *Namespace) StaticFDBs(states []*LinkState) (list []FDB, err error) {
	own := map[string]bool{}
	for _, st := range states {
		own[string(st.MAC)] = true
	}
	for _, st := range states {
		if st.Kind != "bridge" && st.Kind != "vxlan" {
			continue
		}
		all, err := ns.linkOf(st).FDBs()
		if err = absentIsNone(err); err != nil {
			return nil, err
		}
		for _, f := range all {
			if set := f.State == "permanent" || f.State == "static"; set && len(f.MAC) > 0 && f.MAC[0]&1 == 0 && (st.Kind == "vxlan" || !own[string(f.MAC)]) {
				list = append(list, f)
			}
		}
	}
	return list, nil
}

// StaticMDBs are the multicast entries that somebody set.
func (ns *Namespace) StaticMDBs(states []*LinkState) (list []MDB, err error) {
	all, err := ns.mdbs()
	if err != nil {
		return nil, absentIsNone(err)
	}
	for _, st := range states {
		for _, e := range all[int32(st.Index)] {
			if !e.Router && e.State == "permanent" {
				list = append(list, e)
			}
		}
	}
	return list, nil
}

// StaticNeighs are the neighbours that somebody set: permanent ones, those that
// are not asked for, and those that the namespace answers for. The kernel keeps
// such that are not asked for also on its own, of groups and of links that
// resolve no addresses.
func (ns *Namespace) StaticNeighs(states []*LinkState) (list []Neigh, err error) {
	const resolvesNone = unix.IFF_NOARP | unix.IFF_LOOPBACK | unix.IFF_POINTOPOINT
	mute := map[int32]bool{} // the links that resolve none
	for _, st := range states {
		mute[int32(st.Index)] = st.Flags&resolvesNone != 0
	}
	all, err := ns.neighs(nil, true)
	for _, n := range all {
		own := n.IP.IsMulticast() || bytes.Equal(n.MAC, []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}) || mute[n.index]
		if n.State == "PERMANENT" || n.Proxy || n.State == "NOARP" && !own {
			list = append(list, n)
		}
	}
	return list, err
}

// Queues are the queues of all links that somebody set, with their classes
// and filters.
func (ns *Namespace) Queues(states []*LinkState) (queues []Qdisc, classes []Class, filters []Filter, err error) {
	all, err := ns.qdiscs()
	if err != nil {
		return nil, nil, nil, absentIsNone(err)
	}
	for _, st := range states {
		set := slices.DeleteFunc(slices.Clone(all[int32(st.Index)]), func(q Qdisc) bool { return q.Handle == 0 }) // the kernel's own
		if len(set) == 0 {
			continue
		}
		l := ns.linkOf(st)
		c, err := l.Classes()
		if err != nil {
			return nil, nil, nil, err
		}
		f, err := l.filters(all[int32(st.Index)], c)
		if err != nil {
			return nil, nil, nil, err
		}
		queues, classes, filters = append(queues, set...), append(classes, c...), append(filters, f...)
	}
	return queues, classes, filters, nil
}

// NftText is the ruleset as `nft -s list ruleset` writes it, "" if it is empty
// or there is no such program.
func (ns *Namespace) NftText(ctx context.Context) (string, error) {
	tables, err := ns.hasTables()
	if err != nil || !tables {
		return "", absentIsNone(err)
	}
	text, err := ns.askNft(ctx, "-s", "list", "ruleset")
	if IsLacking(err) {
		return "", nil
	}
	return string(text), err
}

// hasTables reports whether the node has tables of nftables.
func (ns *Namespace) hasTables() (any bool, err error) {
	err = ns.over(rtnl.OpenNetfilter, "tables of nftables", func(conn *rtnl.Conn) error {
		var m rtnl.Batch
		m.Begin(unix.NFNL_SUBSYS_NFTABLES<<8|unix.NFT_MSG_GETTABLE, 0)
		m.Raw([]byte{unix.AF_UNSPEC, unix.NFNETLINK_V0, 0, 0})
		return conn.Get(&m, true, func() { any = false }, func(uint16, []byte) { any = true })
	})
	if isErrno(err, unix.EINVAL) { // a kernel without the subsystem says that the message is invalid
		return false, nil
	}
	return any, err
}

// absentIsNone is nil for what a kernel says that lacks the thing asked for:
// then there is none of it. A link that is gone is no such thing.
func absentIsNone(err error) error {
	if IsLacking(err) || isAbsent(err) && !isErrno(err, unix.ENODEV) {
		return nil
	}
	return err
}
