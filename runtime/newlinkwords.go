package runtime

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// newLinkError says which of the things that a message names is to blame.
func newLinkError(err error, k *kind, l *Link, from *Namespace, spec LinkSpec) error {
	var ne *rtnl.Error
	var said *Error
	switch {
	case err == nil:
		return nil
	case IsLacking(err), errors.As(err, &said):
		return err
	case isErrno(err, unix.EOPNOTSUPP) && (!errors.As(err, &ne) || ne.Text == "" || strings.Contains(ne.Text, "Unknown device type")):
		return lacking(k.name, err)
	case (isErrno(err, unix.EEXIST) || isErrno(err, unix.EBUSY) && k.name == "geneve") && !l.nameTaken(): // geneve says it so
		if taken := from != l.ns && from.indexIs(l.index); taken || l.ns.indexIs(l.index) {
			if taken && from.resync() == nil {
				l.ns.skipIndexes(from)
			}
			return &Error{Thing: l.thing(), Err: err} // another index will do
		}
		return &Error{Thing: l.thing(), Err: &reworded{Refusal("cannot be made: there is a " + k.name + " with these options"), unix.EALREADY}}
	case spec.On != nil && isErrno(err, unix.ENETDOWN):
		return &Error{Thing: l.thing(), Err: err, Hint: spec.On.Name() + " is down: link_up it first, or write up = False"}
	case isErrno(err, unix.EADDRINUSE):
		return &Error{Thing: l.thing(), Err: &reworded{"shares its port with a link whose options for what arrives are others", err}, Hint: "give it a dstport of its own"}
	case k.name == "macsec" && isErrno(err, unix.EBUSY):
		return &Error{Thing: spec.On.thing(), Err: err, Hint: "it is a port, or has a macsec of the same channel: give this one another port, or sci"}
	case spec.On != nil && isErrno(err, unix.EBUSY):
		return &Error{Thing: spec.On.thing(), Err: err, Hint: "it is a port, or another link has taken it over, and carries no " + k.name}
	case spec.On != nil && isErrno(err, unix.EINVAL) && spec.tooLarge():
		return &Error{Thing: l.thing(), Err: &reworded{Refusal(fmt.Sprintf("cannot have an mtu of %d: that of %s is smaller", spec.MTU, spec.On.Name())), err}}
	case k.lateMTU && isErrno(err, unix.ERANGE):
		return &Error{Thing: l.thing(), Err: &reworded{Refusal(fmt.Sprintf("cannot have an mtu of %d: with what %s adds, that of %s is smaller", spec.MTU, k.name, spec.On.Name())), err}}
	case spec.On != nil && isErrno(err, unix.EINVAL) && strings.HasPrefix(k.name, "macv"):
		return &Error{Thing: l.thing(), Err: err, Hint: "one of mode passthru shares its link with no other"}
	case spec.On != nil && spec.On.deviceGone():
		return &Error{Thing: spec.On.thing(), Err: unix.ENODEV}
	}
	return &Error{Thing: l.thing(), Err: err}
}

// indexIs reports whether a link of that index exists.
func (ns *Namespace) indexIs(index int32) bool {
	_, err := ns.linkBrief(index)
	return err == nil
}

func (l *Link) deviceGone() bool {
	ns, index := l.where()
	return !ns.indexIs(index)
}

// command is what a person would type for the same link.
func (spec *LinkSpec) command(k *kind, ns, from *Namespace, l *Link) string {
	if k.tun != 0 {
		return spec.tunCommand(k, ns, l) + spec.afterWords(k, ns, l)
	}
	var w strings.Builder
	w.WriteString("ip link add")
	if spec.On != nil {
		w.WriteString(" link " + spec.On.Device())
	}
	fmt.Fprintf(&w, " name %s index %d", l.kernel, l.index)
	w.WriteString(spec.attrWords())
	if ns != from {
		w.WriteString(" netns " + ns.Name)
	}
	w.WriteString(" type " + k.name)
	for _, s := range spec.Settings {
		if o := k.option(s.Name); o != nil {
			if word := strings.TrimSpace(o.word(s)); word != "" {
				w.WriteString(" " + word)
			}
		}
	}
	return w.String() + spec.afterWords(k, ns, l)
}

// attrWords are what links of all kinds have.
func (spec *LinkSpec) attrWords() string {
	var w strings.Builder
	if spec.MAC != nil {
		fmt.Fprintf(&w, " address %s", spec.MAC)
	}
	w.WriteString(mtuWords(spec.MTU))
	return w.String()
}

// afterWords are the commands that follow the making.
func (spec *LinkSpec) afterWords(k *kind, ns *Namespace, l *Link) string {
	w := altWords(ns.Name, l.kernel, l.name)
	if k.lateMTU && spec.MTU != 0 {
		w += fmt.Sprintf("; ip -n %s link set dev %s%s", ns.Name, l.kernel, mtuWords(spec.MTU))
	}
	if spec.Master != nil { // by a word of its own: the link may be made from another namespace
		w += fmt.Sprintf("; ip -n %s link set dev %s master %s", ns.Name, l.kernel, spec.Master.Device())
	}
	if spec.unlocal(k) {
		w += fmt.Sprintf("; ip -n %s link set dev %s addrgenmode none", ns.Name, l.kernel)
	}
	if !spec.Down && len(spec.Ports) == 0 {
		w += fmt.Sprintf("; ip -n %s link set dev %s up", ns.Name, l.kernel)
	}
	return w
}

// tooLarge reports whether the link below carries less than what was asked for.
func (spec *LinkSpec) tooLarge() bool {
	st, err := spec.On.State()
	return err == nil && spec.MTU > st.MTU
}
