package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var offload = &builtin{
	Name:    "offload",
	Group:   "set",
	Common:  true,
	Summary: "Switch what a link leaves to its device, or to the kernel in its place.",
	Detail: "With all of it off, each packet of a virtual cable looks as on a wire: it has its checksum, and no more than one MTU. Programs that read raw packets need `tx = False` at the sending end, exact counts of " +
		"packets need `tso`, `gso` and `gro` off at both. What is left out stays. It fails if one does not stay as it was set. `link.offloads` tells what is on. As `ethtool -K`.",
	Example: `a, b = netns("a"), netns("b")
e, _ = veth(a, b)
offload(e, tx = False, tso = False, gso = False, gro = False)
check(not e.offloads["tso"] and not e.offloads["gro"])`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		p.KeywordsOnly()
		docs := map[string]string{
			"rx": "whether it checks the checksums of what arrives", "tx": "whether it fills in the checksums of what leaves", "sg": "whether it takes packets in pieces",
			"tso": "whether it cuts TCP's data into packets", "gso": "whether packets are cut only on the way out", "gro": "whether packets of a flow are joined on the way in",
			"lro": "whether it joins them itself", "rxvlan": "whether it takes VLAN tags off", "txvlan": "whether it puts VLAN tags on",
		}
		values := map[string]**bool{}
		for _, name := range runtime.OffloadNames() {
			values[name] = decl.Maybe(p, name, decl.Bool, docs[name])
		}
		return func(c *call) (starlark.Value, error) {
			var list []runtime.Offload
			for _, name := range runtime.OffloadNames() {
				if v := *values[name]; v != nil {
					list = append(list, runtime.Offload{Name: name, On: *v})
				}
			}
			if len(list) == 0 {
				return nil, decl.Misusef("nothing is to be switched: name at least one of tx, tso, gso, gro …")
			}
			return none((*l).SetOffloads(c.Context, list))
		}
	},
}
