package builtins

import (
	"cmp"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var macvlan = &builtin{
	Name:    "macvlan",
	Group:   "make",
	Summary: "Make a macvlan: a link with a MAC of its own on another link.",
	Detail: "It is made in the link's namespace or, with `netns`, directly in another one, as containers get theirs. Its MAC derives from the seed. Modes: \"bridge\" (siblings reach each other), " +
		"\"private\" (they do not), \"vepa\" (by way of a switch that sends frames back), \"passthru\" (it takes the link over), \"source\" (it takes frames of listed stations only). The link itself and its " +
		"macvlans do not reach each other. As `ip link add link … type macvlan mode …`.",
	Example: `host, c1, c2, out = netns("host"), netns("c1"), netns("c2"), netns("out")
up, _ = veth(host, out)
m1 = macvlan(up, netns = c1, addr = "10.0.0.1/24")
m2 = macvlan(up, netns = c2, addr = "10.0.0.2/24")
check(ping(c1, "10.0.0.2") and m1.options.mode == "bridge")`,
	Returns: "link",
	Params:  func(p *params) body { return macvlanParams(p, "macvlan") },
}

// macvlanParams declares a macvlan, or a macvtap, which has the same options.
func macvlanParams(p *params, kind string) body {
	on := decl.Arg(p, "link", linkType, "the link that carries it")
	p.KeywordsOnly()
	m := makes(p, kind)
	mode := m.wordOr("mode", "bridge", "whom it reaches")
	nopromisc := m.flag("nopromisc", "in mode passthru, whether the link below it takes only frames for it")
	m.number("bcqueuelen", 0, 1<<32-1, "the length of the queue of broadcasts, in packets")
	ns := decl.Maybe(p, "netns", netnsType, "the namespace it is in, if not the link's")
	m.common(true)
	return func(c *call) (starlark.Value, error) {
		if *nopromisc != nil && **nopromisc && *mode != "passthru" {
			return nil, decl.Misusef("nopromisc: belongs to mode passthru, not to %s", *mode)
		}
		return m.make(c, cmp.Or(orZero(*ns), (*on).Namespace()), runtime.LinkSpec{On: *on})
	}
}
