package builtins

import (
	"fmt"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime/talk"
)

var traceroute = &builtin{
	Name:    "traceroute",
	Group:   "probe",
	Summary: "Find the routers on the way to an address.",
	Detail:  "No program is needed. Datagrams to unlikely ports live one hop longer each; who drops one says so. A router that says nothing is a hop without an address. It ends where the address answers, or somebody says that it cannot be reached. As `traceroute -n`.",
	Example: `a, r, b = netns("a"), netns("r", forward = True), netns("b")
veth(a, r, addr = ("10.0.1.2/24", "10.0.1.1/24"))
veth(r, b, addr = ("10.0.2.1/24", "10.0.2.2/24"))
route(a, "default", via = "10.0.1.1")
route(b, "default", via = "10.0.2.1")
t = traceroute(a, "10.0.2.2")
check(t.reached and [h.addr for h in t.hops] == ["10.0.1.1", "10.0.2.2"])`,
	Returns: "traceroute_result",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		dst := decl.Arg(p, "dst", decl.Addr, "the address")
		p.KeywordsOnly()
		most := decl.Or(p, "max_hops", decl.Int(1, 255), 30, "how many hops to look at, at most")
		timeout := decl.Or(p, "timeout", decl.Duration, time.Second, "how long to wait for each answer")
		tries := decl.Or(p, "tries", decl.Int(1, 10), 2, "how often to ask a hop that does not answer")
		source := decl.Maybe(p, "source", decl.Addr, "the source address")
		return func(c *call) (starlark.Value, error) {
			hops, reached, err := (*ns).Trace(c.Context, *dst, orZero(*source), *most, *tries, *timeout)
			if err != nil {
				return nil, err
			}
			return traceKind.Wrap(&traced{dst.String(), hops, reached}), nil
		}
	},
}

// A traced is the way to an address.
type traced struct {
	dst     string
	hops    []talk.TraceHop
	reached bool
}

var traceKind = &decl.Kind[*traced]{
	Name:    "traceroute_result",
	Summary: "The way to an address. It is true if the address answered.",
	Label: func(t *traced) string {
		var words []string
		for i := range t.hops {
			words = append(words, hopWord(&t.hops[i]))
		}
		return t.dst + ": " + strings.Join(words, " ")
	},
	Truth: func(t *traced) bool { return t.reached },
	Fields: []decl.Field[*traced]{
		decl.F("reached", "bool", "whether the address answered", value(func(t *traced) starlark.Value { return starlark.Bool(t.reached) })),
		decl.F("hops", "list[trace_hop]", "the hops, from the nearest", value(func(t *traced) starlark.Value { return listOf(traceHopKind, t.hops) })),
	},
}

func hopWord(h *talk.TraceHop) string {
	if !h.Addr.IsValid() {
		return "*"
	}
	return h.Addr.String()
}

var traceHopKind = &decl.Kind[*talk.TraceHop]{
	Name:    "trace_hop",
	Summary: "A hop on the way.",
	Label:   func(h *talk.TraceHop) string { return fmt.Sprintf("%d %s", h.TTL, hopWord(h)) },
	Fields: []decl.Field[*talk.TraceHop]{
		decl.F("ttl", "int", "how far away it is", value(func(h *talk.TraceHop) starlark.Value { return number(h.TTL) })),
		decl.F("addr", "str | None", "who answered; None if nobody did", value(func(h *talk.TraceHop) starlark.Value { return addrOrNone(h.Addr) })),
		decl.F("rtt", "duration | None", "how long the answer took", value(func(h *talk.TraceHop) starlark.Value {
			if !h.Addr.IsValid() {
				return starlark.None
			}
			return span(h.RTT)
		})),
		decl.F("error", "str | None", `what it said: "time exceeded", "port unreachable", "host unreachable" …`, value(func(h *talk.TraceHop) starlark.Value { return orNone(h.Error) })),
	},
}
