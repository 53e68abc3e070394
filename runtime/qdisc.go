package runtime

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A QdiscSpec is a queueing discipline as a script asks for it.
type QdiscSpec struct {
	Kind    string
	Parent  TCHandle // TCRoot or a class; 0 is the place that the kind has
	Handle  TCHandle // 0 is the first that is free
	Replace bool
	Options map[string]TCValue
}

// AddQdisc gives a link, or a class of it, a queueing discipline. One that is
// there is changed or replaced if the spec says so, else it is an error.
func (l *Link) AddQdisc(ctx context.Context, spec QdiscSpec) error {
	kind := qdiscByName(spec.Kind)
	if kind == nil {
		return refuse("qdisc kind "+quote(spec.Kind), "is unknown")
	}
	ns, index := l.where()
	payload, words, err := kind.encode(spec.Options)
	if err != nil {
		return err
	}
	parent, at, err := kind.at(spec.Parent)
	if err != nil {
		return err
	}
	handle, err := kind.handle(spec)
	if err != nil {
		return err
	}
	handles, err := l.handles(spec, handle, parent)
	if err != nil {
		return err
	}
	if _, ok := spec.Options["seed"]; ok {
		if err := ns.session.Require(ctx, "netem_seed"); err != nil {
			return err
		}
	} else if spec.Kind == "netem" {
		payload.put(netemSeed, 0, 8, l.netemSeed(parent))
	}
	verb, flags := "add", uint16(unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	if spec.Replace {
		verb, flags = "replace", unix.NLM_F_CREATE|unix.NLM_F_REPLACE
	}
	var m rtnl.Batch
	var commands []string
	for i, handle := range handles {
		command := []string{"tc qdisc", verb, "dev", l.Device()}
		if i > 0 {
			command[0] = "tc -n " + ns.Name + " qdisc"
		}
		if kind.place == 0 {
			command = append(command, at)
			if handle != 0 {
				command = append(command, "handle", handle.String())
			}
		}
		commands = append(commands, strings.Join(append(append(command, kind.name), words...), " "))
		m.Begin(unix.RTM_NEWQDISC, flags)
		m.Raw(tcmsg(index, handle, parent, 0))
		m.Str(nl.TCA_KIND, kind.name)
		if payload != nil {
			m.Attr(nl.TCA_OPTIONS, payload.bytes())
		}
	}
	return ns.session.step(ctx, ns, strings.Join(commands, "; "), func() error {
		err := ns.conn.Do(&m)
		switch {
		case err == nil:
			return nil
		case isErrno(err, unix.EEXIST):
			hint := "replace = True changes it"
			if kind.place != 0 {
				hint = "a link has one of ingress and clsact"
			}
			return &Error{Thing: l.qdiscAt(parent), Err: err, Hint: hint}
		case isErrno(err, unix.ENODEV):
			return &Error{Thing: l.thing(), Err: err}
		}
		if lack := ns.session.lacks(ctx, err, kind.name); lack != nil {
			return lack
		}
		if isErrno(err, unix.ENOENT) && parent != TCRoot {
			return &Error{Thing: "class " + parent.String() + " of " + l.thing(), Err: err}
		}
		return &Error{Thing: "qdisc " + kind.name + " of " + l.thing(), Err: err}
	})
}

// qdiscAt names a place in messages, with the link.
func (l *Link) qdiscAt(parent TCHandle) string {
	switch parent {
	case TCRoot:
		return "root qdisc of " + l.thing()
	case tcClsact:
		return "ingress qdisc of " + l.thing()
	}
	return "qdisc of class " + parent.String() + " of " + l.thing()
}

// at is where a qdisc of the kind goes, and how tc says so.
func (k *qdiscKind) at(parent TCHandle) (at TCHandle, words string, err error) {
	switch {
	case k.place != 0 && parent != 0:
		return 0, "", refuse("parent", "is %s: %s has a place of its own, before all other", parent, k.name)
	case k.place != 0:
		return k.place, "", nil
	case parent == 0 || parent == TCRoot:
		return TCRoot, "root", nil
	case parent == TCIngress || parent == TCEgress:
		return 0, "", refuse("parent", "is %s, where only filters can be: qdisc %s makes the place", parent, quote("clsact"))
	}
	return parent, "parent " + parent.String(), nil
}

// handle is the handle that the spec asks for.
func (k *qdiscKind) handle(spec QdiscSpec) (TCHandle, error) {
	def := TCHandle(spec.Options["default"].N)
	switch {
	case k.place != 0 && spec.Handle != 0:
		return 0, refuse("handle", "is %s: that of %s is always ffff:", spec.Handle, k.name)
	case k.place != 0:
		return 0xffff0000, nil
	case spec.Handle.Minor() != 0:
		return 0, refuse("handle", "is %s, which names a class: write %s", spec.Handle, quote(spec.Handle.Major().String()))
	case def != 0 && def.Minor() == 0:
		return 0, refuse("default", "is %s, which is no class: write %s", def, quote(def.String()+"10"))
	case def != 0 && def.Major() != spec.Handle:
		return 0, refuse("default", "is %s, which is no class of this qdisc: write handle = %s", def, quote(def.Major().String()))
	}
	return spec.Handle, nil
}

// handles are those that the qdisc gets, one after the other. Without one, it
// is the first that the link has no qdisc of: the kernel would take the next of
// a count that all its namespaces share. 0 leaves a qdisc the one it has. The
// kernel does not put one kind in another's place under the same handle, so
// that a free one comes first.
func (l *Link) handles(spec QdiscSpec, handle, parent TCHandle) ([]TCHandle, error) {
	if parent == tcClsact || spec.Kind == "noqueue" {
		return []TCHandle{handle}, nil
	}
	list, err := l.Qdiscs()
	if err != nil {
		return nil, err
	}
	taken, other := map[TCHandle]bool{}, false
	for _, q := range list {
		if handle == 0 && spec.Replace && q.Parent == parent && q.Kind == spec.Kind {
			return []TCHandle{0}, nil
		}
		other = other || q.Handle == handle && q.Parent == parent && q.Kind != spec.Kind
		taken[q.Handle] = true
	}
	free := TCHandle(1 << 16)
	for taken[free] {
		free += 1 << 16
	}
	switch {
	case handle == 0:
		return []TCHandle{free}, nil
	case other && spec.Replace:
		return []TCHandle{free, handle}, nil
	}
	return []TCHandle{handle}, nil
}

// encode is a set of options for the kernel, nil if it gets none, and as tc
// reads them.
func (k *qdiscKind) encode(given map[string]TCValue) (*tcPayload, []string, error) {
	o, p := tcOptions{}, &tcPayload{}
	for _, name := range slices.Sorted(maps.Keys(given)) { // which of two is told is the same each time
		if !slices.ContainsFunc(k.options, func(row tcOption) bool { return row.name == name }) {
			return nil, nil, refuse("option "+name, "is none of %s's: %s", k.name, k.optionNames())
		}
		o[name] = given[name]
	}
	p.hold(0, k.head)
	for _, row := range k.options {
		v, ok := o[row.name]
		if !ok {
			continue
		}
		if row.needs != "" && !o.has(row.needs) {
			return nil, nil, refuse(row.name, "means nothing without %s", row.needs)
		}
		if row.form == FormCount && v.Form == FormSize {
			return nil, nil, refuse(row.name, "of %s is a number of packets: write it without a unit", k.name)
		}
		if row.form == FormRatio && v.Ratio > 1 {
			return nil, nil, refuse(row.name, "is %s, which is more than 100%%", percent(v.Ratio))
		}
		v.Form = row.form
		o[row.name] = v
		n, err := row.number(v)
		if err != nil {
			return nil, nil, &Error{Thing: row.name, Err: err}
		}
		if row.width == 0 {
			continue
		}
		p.hold(row.attr, k.sizes[row.attr])
		p.put(row.attr, row.at, row.width, n)
	}
	if k.finish != nil {
		if err := k.finish(o, p); err != nil {
			return nil, nil, err
		}
	}
	var words []string
	for _, row := range k.options {
		if v, ok := o[row.name]; ok {
			if w := row.said(v); w != "" {
				words = append(words, w)
			}
		}
	}
	if len(o) == 0 && !k.always {
		return nil, nil, nil
	}
	return p, words, nil
}

// optionNames lists the kind's options for a message.
func (k *qdiscKind) optionNames() string {
	if len(k.options) == 0 {
		return "it has none"
	}
	names := make([]string, len(k.options))
	for i, row := range k.options {
		names[i] = row.name
	}
	return "it has " + strings.Join(names, ", ")
}

// DelQdisc removes the queueing discipline at a place: TCRoot, TCIngress or a
// class. What the link has by default takes its place.
func (l *Link) DelQdisc(ctx context.Context, parent TCHandle) error {
	ns, index := l.where()
	at, words := parent, "parent "+parent.String()
	switch parent {
	case TCRoot:
		words = "root"
	case TCIngress, TCEgress:
		list, err := l.Qdiscs()
		if err != nil {
			return err
		}
		at, words = tcClsact, "ingress"
		if slices.ContainsFunc(list, func(q Qdisc) bool { return q.Kind == "clsact" }) {
			words = "clsact"
		}
	}
	var m rtnl.Batch
	m.Begin(unix.RTM_DELQDISC, 0)
	m.Raw(tcmsg(index, 0, at, 0))
	return ns.session.step(ctx, ns, fmt.Sprintf("tc qdisc del dev %s %s", l.Device(), words), func() error {
		err := ns.conn.Do(&m)
		switch {
		case err == nil:
			return nil
		case isErrno(err, unix.ENODEV):
			return &Error{Thing: l.thing(), Err: err}
		case isErrno(err, unix.EINVAL) && at == tcClsact:
			err = unix.ENOENT // older kernels' word for there being none
		}
		return &Error{Thing: l.qdiscAt(at), Err: err}
	})
}
