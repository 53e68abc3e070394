package builtins

import (
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var nexthop = &builtin{
	Name:    "nexthop",
	Group:   "set",
	Summary: "Add a next hop that routes refer to by its number, or a group of such.",
	Detail: "Routes that name its number (nhid) follow when it changes, all at once. A group shares the flows by the weights of its members; one with `buckets` is resilient: flows stay where they are while members " +
		"come and go, but for those of a bucket that was idle for `idle_timer`, or that have waited for `unbalanced_timer`. It fails if there is one of that number, unless `replace`. As `ip nexthop add`.",
	Example: `h, r1, r2 = netns("h"), netns("r1"), netns("r2")
veth(h, r1, addr = ("10.0.1.2/24", "10.0.1.1/24"))
veth(h, r2, addr = ("10.0.2.2/24", "10.0.2.1/24"))
nexthop(h, 1, via = "10.0.1.1", dev = "eth0")
nexthop(h, 2, via = "10.0.2.1", dev = "eth1")
nexthop(h, 10, group = [1, (2, 3)])
route(h, "192.0.2.0/24", nhid = 10)
check([(x.id, x.weight) for x in nexthops(h)[2].group] == [(1, 1), (2, 3)])`,
	Returns: "None",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		id := decl.Arg(p, "id", decl.Int(1, 1<<32-1), "its number")
		p.KeywordsOnly()
		via := decl.Maybe(p, "via", decl.Addr, "its address; without, the destination is on the link")
		dev := decl.Maybe(p, "dev", deviceType, "the link it is on")
		onlink := decl.Or(p, "onlink", decl.Bool, false, "whether it is taken to be on the link without proof")
		blackhole := decl.Or(p, "blackhole", decl.Bool, false, "whether it drops what goes to it")
		forFDB := decl.Or(p, "fdb", decl.Bool, false, "whether it is for a VXLAN's forwarding table and not for routes")
		group := decl.Maybe(p, "group", decl.List(shareType), "the numbers of its members, each alone or in a tuple with its weight, 1 to 256")
		buckets := decl.Maybe(p, "buckets", decl.Int(1, 65535), "in how many buckets a resilient group divides its flows")
		idle := decl.Maybe(p, "idle_timer", wholeSecondsType, "after which a resilient group may move the flows of an idle bucket; 120 s if it is left out")
		unbalanced := decl.Maybe(p, "unbalanced_timer", wholeSecondsType, "after which a resilient group moves flows whether they are idle or not; 0 for never")
		replace := decl.Or(p, "replace", decl.Bool, false, "whether it takes the place of one that is there")
		return func(c *call) (starlark.Value, error) {
			h := runtime.Nexthop{ID: *id, Via: orZero(*via), Blackhole: *blackhole, OnLink: *onlink, FDB: *forFDB, Group: orZero(*group)}
			alone := *via != nil || *dev != nil
			switch {
			case len(h.Group) > 0 && (alone || *blackhole || *onlink):
				return nil, decl.Misusef("group: its members say where packets go: leave out via, dev, onlink and blackhole")
			case *blackhole && alone:
				return nil, decl.Misusef("blackhole: leads nowhere, so it takes neither via nor dev")
			case len(h.Group) == 0 && *group != nil:
				return nil, decl.Misusef("group: is empty: name the numbers of its members")
			case len(h.Group) == 0 && *buckets != nil && !alone && !*blackhole:
				return nil, decl.Misusef("group: is missing: only a group has buckets")
			case len(h.Group) == 0 && !*blackhole && !alone:
				return nil, decl.Misusef("via: is missing: name the next hop, the link with dev, a group, or blackhole")
			case *forFDB && *dev != nil:
				return nil, decl.Misusef("fdb: such a next hop is on no link: leave out dev")
			case *via != nil && *dev == nil && !*forFDB:
				return nil, decl.Misusef("dev: is missing: a next hop of its own number names its link")
			case (*idle != nil || *unbalanced != nil) && *buckets == nil:
				return nil, decl.Misusef("buckets: is missing: only a resilient group has timers")
			case *buckets != nil && len(h.Group) == 0:
				return nil, decl.Misusef("buckets: belongs to a group")
			}
			if *buckets != nil {
				h.Resilient = &runtime.Resilient{Buckets: **buckets, Idle: orZero(*idle), Unbalanced: orZero(*unbalanced)}
			}
			l, err := (*dev).in(c, *ns, "dev")
			if err != nil {
				return nil, err
			}
			h.Link = l
			return none((*ns).AddNexthop(c.Context, h, *replace))
		}
	},
}

// shareType is the number of a member of a group, or a tuple of it and its
// weight.
var shareType = decl.Type[runtime.NexthopShare]{Name: "int | (int, int)", From: func(v starlark.Value) (s runtime.NexthopShare, err error) {
	s.Weight = 1
	pair, ok := v.(starlark.Tuple)
	if ok && len(pair) == 2 {
		if s.Weight, err = decl.Int(1, 256).From(pair[1]); err != nil {
			return s, decl.Named("weight", err)
		}
		v = pair[0]
	} else if ok {
		return s, decl.Misusef("got %d values, want a number and its weight", len(pair))
	}
	s.ID, err = decl.Int(1, 1<<32-1).From(v)
	return s, err
}, Show: func(runtime.NexthopShare) string { return "…" }}

// wholeSecondsType is a time as iproute2 takes it here.
var wholeSecondsType = decl.Type[time.Duration]{Name: decl.Duration.Name, From: func(v starlark.Value) (time.Duration, error) {
	d, err := decl.Duration.From(v)
	if err == nil && d%time.Second != 0 {
		return d, decl.Misusef("%s is no whole number of seconds", decl.ShortDuration(d))
	}
	return d, err
}, Show: decl.Duration.Show}
