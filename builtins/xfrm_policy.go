package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var templateType = decl.Record(func(p *params) func() (runtime.XfrmTemplate, error) {
	source := decl.Maybe(p, "source", decl.Addr, "")
	dest := decl.Maybe(p, "dest", decl.Addr, "")
	proto := decl.Or(p, "proto", xfrmProto, "esp", "")
	mode := decl.Or(p, "mode", xfrmMode, "transport", "")
	reqid := decl.Or(p, "reqid", uint32s, 0, "")
	spi := decl.Or(p, "spi", uint32s, 0, "")
	optional := decl.Or(p, "optional", decl.Bool, false, "")
	return func() (runtime.XfrmTemplate, error) {
		x := runtime.XfrmTemplate{Source: orZero(*source), Dest: orZero(*dest), Proto: *proto, Mode: *mode, ReqID: uint32(*reqid), SPI: uint32(*spi), Optional: *optional}
		switch {
		case x.Source.IsValid() && x.Dest.IsValid() && x.Source.Is4() != x.Dest.Is4():
			return x, differentFamilies(x.Source, x.Dest)
		case x.Mode != "transport" && !(x.Source.IsValid() && x.Dest.IsValid()):
			return x, decl.Misusef("source: mode %s needs source and dest, between which the packets go", x.Mode)
		}
		return x, nil
	}
})

var xfrmPolicy = &builtin{
	Name:    "xfrm_policy",
	Group:   "set",
	Summary: "Say what a namespace does with packets of some addresses: let them pass, drop them, or send them by IPsec.",
	Detail: "With a `template`, packets that go out are sent by the state that fits it (see `xfrm_state`) and are dropped while there is none; packets that come in, or are passed on, must have come by such a state. " +
		"A template is a struct or dict of source and dest (of a tunnel, the gateways' addresses), proto (\"esp\" if it is left out), mode (\"transport\"), reqid (0; going out it must be the state's), spi, and optional (whether packets pass without such a state). " +
		"A gateway needs policies of all directions: \"out\" for what it sends, also of others, \"in\" for what is for itself, \"fwd\" for what it passes on. " +
		"It fails if there is a policy of the same packets and direction, unless `replace`. As `ip xfrm policy add`.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
xfrm_policy(b, "10.0.0.0/24", "10.0.0.2", dir = "in", proto = "icmp", action = "block")
check(not ping(a, "10.0.0.2", timeout = "50ms"))`,
	Returns: "None",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		sel := selectorOf(p)
		dir := decl.Or(p, "dir", xfrmDir, "out", `"out", "in" or "fwd"`)
		template := decl.Or(p, "template", decl.List(templateType), nil, "the states that the packets need, outermost last, at most 6; none if it is left out")
		action := decl.Or(p, "action", decl.OneOf("allow", "block"), "allow", `"allow" or "block"`)
		priority := decl.Or(p, "priority", uint32s, 0, "its rank: of several that fit a packet the lowest decides")
		mark := markOf(p)
		ifID := decl.Or(p, "if_id", uint32s, 0, "the interface of type xfrm that it belongs to; 0 for none")
		replace := decl.Or(p, "replace", decl.Bool, false, "whether a policy that is there is changed")
		return func(c *call) (starlark.Value, error) {
			x, err := policyOf(sel, mark)
			if err != nil {
				return nil, err
			}
			x.Dir, x.Templates, x.Action, x.Priority, x.IfID = *dir, *template, *action, uint32(*priority), uint32(*ifID)
			if len(x.Templates) > 0 && x.Action == "block" {
				return nil, decl.Misusef("template: a policy that blocks has none")
			}
			if len(x.Templates) > 6 {
				return nil, decl.Misusef("template: got %d, the kernel takes at most 6", len(x.Templates))
			}
			return none((*ns).AddXfrmPolicy(c.Context, x, *replace))
		}
	},
}

// policyOf is a policy as far as it is named by its packets.
func policyOf(sel func() (runtime.XfrmSelector, error), mark func() (runtime.Mark, error)) (x runtime.XfrmPolicy, err error) {
	if x.Sel, err = sel(); err != nil {
		return x, err
	}
	x.Mark, err = mark()
	return x, err
}
