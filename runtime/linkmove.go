package runtime

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A link keeps its identity when it is renamed or moved; what we know of
// names and of the other end of a cable follows it here.

// move takes the link to another namespace, where it has another name if one
// is given. The kernel drops its addresses and its up state on the way.
func (l *Link) move(ctx context.Context, to *Namespace, name *string) error {
	ns, index := l.where()
	old := l.Name()
	equiv := fmt.Sprintf("ip link set dev %s netns %s", l.Device(), to.Name)
	want := old
	if name != nil {
		want = *name
		equiv += " name " + kernelName(want) + renameWords(to.Name, old, want)
	}
	defer ns.readdressed.Store(true)
	return ns.session.step(ctx, ns, equiv, func() error {
		var m rtnl.Batch
		m.Begin(unix.RTM_NEWLINK, 0)
		m.Ifinfo(unix.AF_UNSPEC, index, 0, 0)
		m.U32(unix.IFLA_NET_NS_FD, uint32(to.thread.ns))
		m.Str(unix.IFLA_IFNAME, kernelName(want))
		if err := ns.conn.Do(&m); err != nil {
			hint := ""
			switch {
			case isErrno(err, unix.EEXIST):
				hint = "netns " + to.Name + " has an interface " + want
			case isErrno(err, unix.EINVAL):
				hint = "the kernel keeps links of this kind in their namespace"
			}
			return &Error{Thing: l.thing(), Err: err, Hint: hint}
		}
		st, err := to.linkByName(kernelName(want))
		if err != nil {
			return &Error{Thing: linkThing(want, to), Err: err}
		}
		ns.untake(old)
		to.take(old)
		l.arrive(to, int32(st.Index))
		if err := l.rename(to, want); err != nil {
			return err
		}
		return to.resync()
	})
}

// arrive notes where a link that moved is now.
func (l *Link) arrive(to *Namespace, index int32) {
	ns, old := l.where()
	a, known := ns.disclaim(old)
	ns.mu.Lock()
	other := ns.cables[old]
	delete(ns.cables, old)
	ns.mu.Unlock()
	l.mu.Lock()
	l.ns, l.index = to, index
	l.mu.Unlock()
	if other != nil {
		join(l, other)
	}
	if known {
		l.asks(false, a.mtu) // the kernel switches it off on the way
	}
}

// rename notes the name that the kernel has just given the link, and takes
// the long form of the old one away.
func (l *Link) rename(ns *Namespace, name string) error {
	old := l.Name()
	if old == name {
		return nil
	}
	ns.untake(old)
	ns.take(name)
	err := l.dropAltName()
	l.mu.Lock()
	l.name, l.kernel = name, kernelName(name)
	l.mu.Unlock()
	return errors.Join(err, l.addAltName())
}

// renameWords are the commands that follow a renaming where a name is longer
// than the kernel's may be.
func renameWords(ns, old, name string) string {
	if old == name {
		return ""
	}
	w := ""
	if kernelName(old) != old {
		w = fmt.Sprintf("; ip -n %s link property del dev %s altname %s", ns, kernelName(name), old)
	}
	return w + altWords(ns, kernelName(name), name)
}

// Delete removes the link, and with it a veth's other end.
func (l *Link) Delete(ctx context.Context) error {
	ns, index := l.where()
	return ns.session.step(ctx, ns, "ip link del dev "+l.Device(), func() error {
		var m rtnl.Batch
		m.Begin(unix.RTM_DELLINK, 0)
		m.Ifinfo(unix.AF_UNSPEC, index, 0, 0)
		if err := ns.conn.Do(&m); err != nil {
			if isErrno(err, unix.EOPNOTSUPP) {
				err = &reworded{"cannot be deleted: the kernel keeps links of this kind", err}
			}
			return &Error{Thing: l.thing(), Err: err}
		}
		l.depart()
		return nil
	})
}

// depart gives back the names of a link that was deleted, and of its other end.
func (l *Link) depart() {
	ns, index := l.where()
	ns.readdressed.Store(true)
	ns.untake(l.Name())
	ns.disclaim(index)
	ns.mu.Lock()
	other := ns.cables[index]
	delete(ns.cables, index)
	ns.mu.Unlock()
	if other == nil {
		return
	}
	far, index := other.where()
	far.readdressed.Store(true)
	far.untake(other.Name())
	far.disclaim(index)
	far.mu.Lock()
	delete(far.cables, index)
	far.mu.Unlock()
}
