package runtime

import (
	"slices"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// Settings are the options of a link as the kernel has them, in the order of
// its kind's table, and those that the kernel does not tell as Unset.
func (st *LinkState) Settings() []Setting {
	k := kindOf(st.Kind)
	if k == nil {
		return nil
	}
	var bits uint32
	for a := range rtnl.Attrs(st.data) {
		if k.readBits != nil && a.Type == k.flags {
			bits = k.readBits(a.Data)
		}
	}
	list := make([]Setting, len(k.options))
	for i := range k.options {
		list[i] = k.options[i].find(st.data, bits)
	}
	return list
}

// find reads a setting among a link's attributes.
func (o *option) find(p []byte, bits uint32) Setting {
	s := Setting{Name: o.name}
	switch o.enc {
	case bit:
		s.Form = Truth
		if bits&o.mask != 0 {
			s.N = 1
		}
		return s
	case present:
		s.Form = Truth // false, unless it is there
	}
	for a := range rtnl.Attrs(p) {
		if o.enc == encapLimit && a.Type == o.attr6 && a.U32()&ignoreEncapLimit != 0 {
			return Setting{Name: o.name, Form: Word, Text: "none"}
		}
		if a.Type != o.attr && (a.Type != o.attr6 || o.enc != ipAddr) {
			continue
		}
		if got := o.take(a); got.Form != Unset {
			s = got
		}
	}
	if o.enc == both32 && (o.mask != 0 && bits&o.mask == 0 || s.N == 0) {
		s.Form = Unset
	}
	return s
}

// put writes the settings of a link.
func (k *kind) put(m *rtnl.Batch, list []Setting) {
	var sh shared
	for _, s := range list {
		if o := k.option(s.Name); o != nil {
			o.put(m, s, &sh)
		}
	}
	for i := range k.options {
		if o := &k.options[i]; o.zero && !slices.ContainsFunc(list, func(s Setting) bool { return s.Name == o.name }) {
			m.U8(o.attr, 0)
		}
	}
	if sh.mask != 0 && k.writeBits != nil {
		k.writeBits(m, sh)
	}
}

// info says of which kind a link is, and options.
func (k *kind) info(m *rtnl.Batch, list []Setting) {
	info := m.Nest(unix.IFLA_LINKINFO)
	m.Attr(unix.IFLA_INFO_KIND, []byte(k.name))
	data := m.Nest(unix.IFLA_INFO_DATA)
	k.put(m, list)
	m.Unnest(data)
	m.Unnest(info)
}

func (k *kind) option(name string) *option {
	for i := range k.options {
		if k.options[i].name == name {
			return &k.options[i]
		}
	}
	return nil
}
