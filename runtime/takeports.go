package runtime

import (
	"context"
	"net/netip"
	"slices"
)

// checkPorts refuses links that cannot be made ports of a new link without
// taking something away from somebody.
func checkPorts(list []*Link) error {
	for i, p := range list {
		st, err := p.State()
		switch {
		case err != nil:
			return err
		case slices.ContainsFunc(list[:i], func(q *Link) bool { return q.Index() == p.Index() }):
			return refuse(p.thing(), "is named twice among the ports")
		case st.Index == loopback:
			return refuse(p.thing(), "is the loopback, which is no port")
		case st.Master != 0:
			return refuse(p.thing(), "is a port of %s already: link_set(…, nomaster = True) takes it away", p.Namespace().LinkName(st.Master))
		}
	}
	return nil
}

// takePorts makes the ports members of a link, which is up afterwards. restore
// makes them what they were, once the link is gone.
func (l *Link) takePorts(ctx context.Context, spec LinkSpec) (restore func(context.Context), err error) {
	var undo []func(context.Context)
	restore = func(ctx context.Context) {
		for _, f := range undo {
			f(ctx)
		}
	}
	if len(spec.Ports) == 0 {
		return restore, nil
	}
	down, up := false, true
	bonds := spec.Kind == "bond" || spec.Kind == "team" // they switch their ports on themselves
	for _, p := range spec.Ports {
		back, err := p.remember(LinkChange{Master: l, Up: &up})
		if err != nil {
			return restore, err
		}
		undo = append(undo, back)
		if bonds {
			if err := p.Change(ctx, LinkChange{Up: &down}); err != nil {
				return restore, err
			}
		}
		if err := p.Change(ctx, LinkChange{Master: l}); err != nil {
			return restore, err
		}
		if bonds {
			p.asksChange(LinkChange{Up: &up})
		}
	}
	return restore, nil
}

// readdress adds the addresses again that a link no longer has, but for those
// that the kernel gives it.
func (l *Link) readdress(ctx context.Context, addrs []Addr) {
	have, err := l.Addrs()
	if err != nil {
		return
	}
	for _, a := range addrs {
		if a.Scope == "link" || slices.ContainsFunc(have, func(b Addr) bool { return a.Prefix == b.Prefix }) {
			continue
		}
		var opt AddrOptions
		if a.Peer.IsValid() {
			opt.Peer = netip.PrefixFrom(a.Peer, a.Prefix.Bits())
		}
		_ = l.AddAddrs(ctx, opt, a.Prefix) // the first error is the one to tell
	}
}

// Exists says if the link is gone.
func (l *Link) Exists() error {
	ns, index := l.where()
	if _, err := ns.linkBrief(index); err != nil {
		return &Error{Thing: l.thing(), Err: err}
	}
	return nil
}
