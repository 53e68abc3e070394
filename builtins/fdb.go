package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var fdb = &builtin{
	Name:    "fdb",
	Group:   "set",
	Common:  true,
	Summary: "Add a forwarding entry: where a bridge, a VXLAN or a macvlan sends frames for an address.",
	Detail: "For a bridge's port, the entry is the bridge's and sends frames to the port; for a VXLAN with `dst` or `nhid` it is the VXLAN's own, also if that is a port, and names the far end; " +
		"`master` says otherwise. A bridge has permanent entries for its own addresses: frames for them go to its namespace; so an entry of a port is static unless `state` says otherwise, every other permanent. " +
		"Without `vlan`, the bridge also gets it for each VLAN that the port is in. An address of zeros is a VXLAN's default. It fails if there is an entry, unless `replace` or `append`. As `bridge fdb add`.",
	Example: `h, sw = netns("h"), netns("sw")
br = bridge(sw)
_, p = veth(h, br)
fdb(p, "02:00:00:00:00:99")
check([(f.dev, f.state) for f in fdbs(br) if f.mac == "02:00:00:00:00:99" and not f.vlan] == [("h", "static")])`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the port, the bridge itself, the VXLAN or the macvlan")
		spec := fdbParams(p)
		state := decl.Maybe(p, "state", decl.OneOf("permanent", "static", "dynamic"), "static entries stay, dynamic ones age, permanent ones are the bridge's own addresses; left out, static of a port, permanent else")
		sticky := decl.Or(p, "sticky", decl.Bool, false, "whether the address may not move to another port of the bridge")
		extern := decl.Or(p, "extern_learn", decl.Bool, false, "whether it counts as learned by a program")
		replace := decl.Or(p, "replace", decl.Bool, false, "whether an entry that is there is changed")
		more := decl.Or(p, "append", decl.Bool, false, "whether it becomes one more destination of the address")
		return func(c *call) (starlark.Value, error) {
			f := spec()
			f.State, f.Sticky, f.ExternLearn, f.Replace, f.Append = orZero(*state), *sticky, *extern, *replace, *more
			switch {
			case f.Replace && f.Append:
				return nil, decl.Misusef("append: contradicts replace")
			case f.NHID != 0 && f.Dst.IsValid():
				return nil, decl.Misusef("nhid: contradicts dst")
			case f.Sticky && f.State == "permanent":
				return nil, decl.Misusef("sticky: contradicts state = \"permanent\"")
			}
			return none((*l).AddFDB(c.Context, f))
		}
	},
}

// fdbParams are the parameters that tell an entry, and what it reads of them.
func fdbParams(p *params) func() runtime.FDBSpec {
	mac := decl.Arg(p, "mac", decl.MAC, "the address that frames are for")
	p.KeywordsOnly()
	dst := decl.Maybe(p, "dst", decl.Addr, "the VXLAN's far end")
	vni := decl.Maybe(p, "vni", decl.Int(0, 1<<24-1), "the VNI that it is sent with, if not the VXLAN's own")
	srcVNI := decl.Maybe(p, "src_vni", decl.Int(0, 1<<24-1), "the VNI that the entry is for, of a VXLAN with many")
	port := decl.Maybe(p, "port", decl.Int(1, 65535), "the far end's UDP port, if not the VXLAN's own")
	via := decl.Maybe(p, "via", linkType, "the link by which the VXLAN sends")
	nhid := decl.Maybe(p, "nhid", decl.Int(1, 1<<32-1), "the number of the next hop group of far ends")
	vlan := decl.Maybe(p, "vlan", decl.Int(1, 4094), "the VLAN that it is for, of a bridge that filters")
	master := decl.Maybe(p, "master", decl.Bool, "whether it is of the port's bridge or of the link itself")
	return func() runtime.FDBSpec {
		return runtime.FDBSpec{MAC: *mac, Dst: orZero(*dst), VNI: *vni, SrcVNI: *srcVNI, Port: orZero(*port), Via: orZero(*via), NHID: orZero(*nhid), VLAN: orZero(*vlan), Master: *master}
	}
}
