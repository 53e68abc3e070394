package builtins

import (
	"net"
	"net/netip"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

// A making is the declaration of a builtin that makes a link of some kind: the
// options of its kind, then those that all links have.
type making struct {
	p      *params
	kind   string
	values []func(c *call, ns *runtime.Namespace) (runtime.Setting, bool, error)

	name   **string
	addr   *[]netip.Prefix
	mac    **net.HardwareAddr
	mtu    **int
	up     *bool
	master ***runtime.Link
}

func makes(p *params, kind string) *making { return &making{p: p, kind: kind} }

func (m *making) add(f func(c *call, ns *runtime.Namespace) (runtime.Setting, bool, error)) {
	m.values = append(m.values, f)
}

// option declares an option that may be left out, and how its value becomes a
// setting.
func option[T any](m *making, name string, t decl.Type[T], doc string, setting func(T) runtime.Setting) **T {
	v := decl.Maybe(m.p, name, t, doc)
	m.add(func(*call, *runtime.Namespace) (runtime.Setting, bool, error) {
		if *v == nil {
			return runtime.Setting{}, false, nil
		}
		s := setting(**v)
		s.Name = name
		return s, true, nil
	})
	return v
}

// optionOr declares an option that has a value where it is left out.
func optionOr[T any](m *making, name string, t decl.Type[T], def T, doc string, setting func(T) runtime.Setting) *T {
	v := decl.Or(m.p, name, t, def, doc)
	m.set(name, func() runtime.Setting { return setting(*v) })
	return v
}

func numberSetting(n int) runtime.Setting { return runtime.Setting{Form: runtime.Number, N: n} }

func wordSetting(w string) runtime.Setting { return runtime.Setting{Form: runtime.Word, Text: w} }

func (m *making) number(name string, low, high int, doc string) **int {
	return option(m, name, decl.Int(low, high), doc, numberSetting)
}

func (m *making) flag(name, doc string) **bool {
	return option(m, name, decl.Bool, doc, func(b bool) runtime.Setting {
		s := runtime.Setting{Form: runtime.Truth}
		if b {
			s.N = 1
		}
		return s
	})
}

// words are those of the kind that an option takes.
func (m *making) words(name string) decl.Type[string] {
	return decl.OneOf(runtime.KindWords(m.kind, name)...)
}

// word declares an option that takes one of the kind's words.
func (m *making) word(name, doc string) **string {
	return option(m, name, m.words(name), doc, wordSetting)
}

// wordOr is word for an option that has a value where it is left out.
func (m *making) wordOr(name, def, doc string) *string {
	return optionOr(m, name, m.words(name), def, doc, wordSetting)
}

func (m *making) address(name, doc string) **netip.Addr {
	return option(m, name, decl.Addr, doc, func(a netip.Addr) runtime.Setting {
		return runtime.Setting{Form: runtime.Address, Addrs: []netip.Addr{a}}
	})
}

func (m *making) addresses(name, doc string) **[]netip.Addr {
	return option(m, name, decl.List(decl.Addr), doc, func(l []netip.Addr) runtime.Setting { return runtime.Setting{Form: runtime.Addresses, Addrs: l} })
}

// text declares an option that takes any text.
func (m *making) text(name, doc string) {
	option(m, name, decl.Str, doc, wordSetting)
}

// span declares a time that the kernel counts in units.
func (m *making) span(name string, unit time.Duration, doc string) **time.Duration {
	return option(m, name, inUnits(unit), doc, func(d time.Duration) runtime.Setting { return runtime.Setting{Form: runtime.Span, Span: d} })
}

// inUnits is a time that the kernel counts in units.
func inUnits(unit time.Duration) decl.Type[time.Duration] {
	t := decl.Duration
	from := t.From
	t.From = func(v starlark.Value) (time.Duration, error) {
		d, err := from(v)
		if err == nil && d%unit != 0 {
			return d, decl.Misusef("%s is no multiple of %s, in which the kernel counts", decl.ShortDuration(d), decl.ShortDuration(unit))
		}
		return d, err
	}
	return t
}

// ports declares a range of ports, "LOW-HIGH".
func (m *making) ports(name, doc string) {
	option(m, name, decl.Type[string]{Name: "str", From: func(v starlark.Value) (string, error) {
		s, err := decl.Str.From(v)
		if err == nil {
			if r, ok := runtime.ParseRange(s, 65535); !ok || r.High == 0 {
				return "", decl.Misusef("%q is no range of ports, like \"49152-65535\"", s)
			}
		}
		return s, err
	}, Show: func(s string) string { return s }}, doc, func(s string) runtime.Setting { return runtime.Setting{Form: runtime.Word, Text: s} })
}

// device declares another link of the namespace.
func (m *making) device(name, doc string) **device {
	v := decl.Maybe(m.p, name, deviceType, doc)
	m.add(func(c *call, ns *runtime.Namespace) (runtime.Setting, bool, error) {
		l, err := (*v).in(c, ns, name)
		return runtime.Setting{Name: name, Form: runtime.Device, Link: l}, l != nil, err
	})
	return v
}

// set adds a setting that is never left out: that of a parameter which must be
// given, or a default.
func (m *making) set(name string, setting func() runtime.Setting) {
	m.add(func(*call, *runtime.Namespace) (runtime.Setting, bool, error) {
		s := setting()
		s.Name = name
		return s, true, nil
	})
}

// common declares what all links have. A link without a MAC has no ether.
func (m *making) common(ether bool) {
	m.name = decl.Maybe(m.p, "name", linkNameType, "its name; without one the kind and a number")
	m.addr = decl.Or(m.p, "addr", decl.List(decl.Prefix), nil, "addresses to give it")
	if ether {
		m.mac = decl.Maybe(m.p, "mac", decl.MAC, "its MAC address")
	}
	m.mtu = decl.Maybe(m.p, "mtu", mtuType, "the largest packet it carries, in bytes, 68 to 65535")
	m.up = decl.Or(m.p, "up", decl.Bool, true, "whether it is switched on")
	m.master = decl.Maybe(m.p, "master", linkType, "the bridge, bond or VRF to become a port of")
}

// make makes the link in a namespace; spec says what is not in the options.
func (m *making) make(c *call, ns *runtime.Namespace, spec runtime.LinkSpec) (starlark.Value, error) {
	return one(linkKind)(m.link(c, ns, spec))
}

func (m *making) link(c *call, ns *runtime.Namespace, spec runtime.LinkSpec) (*runtime.Link, error) {
	spec.Kind, spec.Name = m.kind, orZero(*m.name)
	spec.Addrs, spec.MTU, spec.Down, spec.Master = *m.addr, orZero(*m.mtu), !*m.up, orZero(*m.master)
	if m.mac != nil {
		spec.MAC = orZero(*m.mac)
	}
	more, err := m.settings(c, spec.From(ns))
	if err != nil {
		return nil, err
	}
	spec.Settings = append(spec.Settings, more...)
	return c.Session.NewLink(c.Context, ns, spec)
}

// settings are those that were given.
func (m *making) settings(c *call, ns *runtime.Namespace) (list []runtime.Setting, err error) {
	for _, f := range m.values {
		s, given, err := f(c, ns)
		if err != nil {
			return nil, err
		}
		if given {
			list = append(list, s)
		}
	}
	return list, nil
}

// settingValue is an option of a link as a script reads it.
func settingValue(ns *runtime.Namespace, s runtime.Setting) starlark.Value {
	switch s.Form {
	case runtime.Number:
		return number(s.N)
	case runtime.Truth:
		return starlark.Bool(s.N != 0)
	case runtime.Word:
		return starlark.String(s.Text)
	case runtime.Address:
		return starlark.String(s.Addrs[0].String())
	case runtime.Addresses:
		return addrList(s.Addrs)
	case runtime.Span:
		return span(s.Span)
	case runtime.Device:
		return orNone(ns.LinkName(s.N))
	}
	return starlark.None
}
