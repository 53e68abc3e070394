package runtime

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// takesNone is what is said of a link to which takesPorts does not apply.
const takesNone = "takes no ports: a bridge, a bond, a team and a VRF do"

// takesPorts reports whether links can be ports of this one.
func (l *Link) takesPorts() bool {
	st, err := l.State()
	return err == nil && slices.Contains([]string{"bridge", "bond", "team", "vrf"}, st.Kind)
}

// changeAltNames adds and removes alternative names.
func (l *Link) changeAltNames(ctx context.Context, c LinkChange) error {
	ns, index := l.where()
	for _, x := range []struct {
		name       *string
		typ, flags uint16
		verb       string
	}{{c.NoAltName, unix.RTM_DELLINKPROP, 0, "del"}, {c.AltName, unix.RTM_NEWLINKPROP, unix.NLM_F_CREATE | unix.NLM_F_EXCL, "add"}} {
		if x.name == nil {
			continue
		}
		if *x.name == l.Name() && l.Name() != l.Device() {
			return refuse("alternative name "+*x.name, "is the link's own, for which the kernel's is too short")
		}
		err := ns.session.step(ctx, ns, fmt.Sprintf("ip link property %s dev %s altname %s", x.verb, l.Device(), *x.name), func() error {
			if err := ns.altName(index, *x.name, x.typ, x.flags); err != nil {
				return &Error{Thing: "alternative name " + *x.name + " of " + l.thing(), Err: err}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// changePort sets what belongs to a link as a port of its bridge.
func (l *Link) changePort(ctx context.Context, ns *Namespace, index int32, c LinkChange) error {
	var m rtnl.Batch
	var w strings.Builder
	m.Begin(unix.RTM_SETLINK, 0)
	m.Ifinfo(unix.AF_BRIDGE, index, 0, 0)
	at := m.Nest(unix.IFLA_PROTINFO)
	more := c.Port.write(&m, &w)
	m.Unnest(at)
	equiv := fmt.Sprintf("bridge link set dev %s%s", l.Device(), w.String())
	switch {
	case w.Len() == 0 && more == "":
		return nil
	case w.Len() == 0:
		equiv = fmt.Sprintf("ip link set dev %s type bridge_slave%s", l.Device(), more)
	case more != "":
		equiv += fmt.Sprintf("; ip -n %s link set dev %s type bridge_slave%s", ns.Name, l.Device(), more)
	}
	return ns.session.step(ctx, ns, equiv, func() error {
		if st, err := ns.linkByIndex(index); err == nil && st.Port == nil {
			return refuse(l.thing(), "is no port of a bridge")
		}
		if err := ns.conn.Do(&m); err != nil {
			return &Error{Thing: l.thing(), Err: err, Hint: c.Port.hint(err)}
		}
		return c.Port.took(ns, index, l.thing())
	})
}
