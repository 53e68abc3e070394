package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var tcClass = &builtin{
	Name:    "tc_class",
	Group:   "set",
	Summary: "Add a class to an htb qdisc: a share of the link with a rate of its own.",
	Detail: "A class gets its `rate` in any case, and up to `ceil` while the one above it has some left. Packets get there by `tc_filter`, or by the qdisc's default. " +
		"A class may have a qdisc of its own, `qdisc(link, \"netem\", parent = \"1:10\", …)`. It fails if there is such a class, unless `replace`. As `tc class add … htb`.",
	Example: `a, b = netns("a"), netns("b")
e, _ = veth(a, b)
qdisc(e, "htb", handle = "1:", default = "1:20")
tc_class(e, "1:1", rate = "10mbit")
tc_class(e, "1:10", parent = "1:1", rate = "8mbit")
tc_class(e, "1:20", parent = "1:1", rate = "2mbit", ceil = "10mbit")
check([(c.classid, c.rate) for c in tc_classes(e)] == [("1:1", "10mbit"), ("1:10", "8mbit"), ("1:20", "2mbit")])`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		id := decl.Arg(p, "classid", classHandle, `its name: that of the qdisc, and a number in hexadecimal digits: "1:10"`)
		p.KeywordsOnly()
		parent := decl.Maybe(p, "parent", classHandle, "the class above it; left out, it is right below the qdisc")
		mean := decl.Arg(p, "rate", rate, "the rate that it gets in any case")
		ceil := decl.Maybe(p, "ceil", rate, "the rate that it gets at most; left out, its rate")
		burst := decl.Maybe(p, "burst", sizeType, "how many bytes may go at once above the rate; left out, about one packet")
		cburst := decl.Maybe(p, "cburst", sizeType, "how many bytes may go at once above ceil; left out, about one packet")
		prio := decl.Or(p, "prio", decl.Int(0, 7), 0, "of classes that want what is left over the lowest goes first")
		quantum := decl.Maybe(p, "quantum", decl.Int(1000, 200000), "how many bytes it sends in its turn of what is left over; left out, its rate over r2q")
		replace := decl.Or(p, "replace", decl.Bool, false, "whether a class that is there is changed")
		return func(c *call) (starlark.Value, error) {
			for name, size := range map[string]*size{"burst": *burst, "cburst": *cburst} {
				if size != nil && size.bytes == 0 {
					return nil, decl.Misusef("%s: is 0: leave it out for about one packet", name)
				}
			}
			return none((*l).AddClass(c.Context, runtime.ClassSpec{ID: *id, Parent: orZero(*parent), Rate: *mean, Ceil: orZero(*ceil),
				Burst: orZero(*burst).bytes, Cburst: orZero(*cburst).bytes, Prio: uint32(*prio), Quantum: uint32(orZero(*quantum)), Replace: *replace}))
		}
	},
}
