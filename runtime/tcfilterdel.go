package runtime

import (
	"context"
	"fmt"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// DelFilters removes the filters of a place with a prio, or all of them for 0.
func (l *Link) DelFilters(ctx context.Context, parent TCHandle, prio uint16) error {
	ns, index := l.where()
	command := "tc filter del dev " + l.Device() + " " + filterPlace(parent)
	if prio != 0 {
		command += fmt.Sprintf(" prio %d", prio)
	}
	var m rtnl.Batch
	m.Begin(unix.RTM_DELTFILTER, 0)
	m.Raw(tcmsg(index, 0, parent, uint32(prio)<<16))
	return ns.session.step(ctx, ns, command, func() error {
		err := ns.conn.Do(&m)
		switch {
		case err == nil:
			return nil
		case isErrno(err, unix.ENODEV):
			return &Error{Thing: l.thing(), Err: err}
		}
		if e := l.placeIsThere(parent); e != nil {
			return e
		}
		return &Error{Thing: fmt.Sprintf("filter of prio %d of %s", prio, l.thing()), Err: err}
	})
}
