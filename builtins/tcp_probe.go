package builtins

import (
	"fmt"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var tcpProbe = &builtin{
	Name:    "tcp_probe",
	Group:   "probe",
	Summary: "Try to connect to a TCP port, and tell what came of it.",
	Detail: "What comes of it is a value and no failure: check(tcp_probe(…)) if the port must be open. Its state is \"open\", \"refused\" (a reset came), \"unreachable\" (an ICMP error, or no route) or \"timed out\" (nothing came). " +
		"The connection is closed at once. As `nc -z`.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
serve_tcp(b, ":80")
check(tcp_probe(a, "10.0.0.2:80") and tcp_probe(a, "10.0.0.2:81").state == "refused")`,
	Returns: "tcp_probe_result",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		to := decl.Arg(p, "to", peerType, "the address and port")
		p.KeywordsOnly()
		source := decl.Maybe(p, "source", endpoint, "the address and port to come from; left out, the kernel's choice")
		timeout := decl.Or(p, "timeout", decl.Duration, 2*time.Second, "how long to wait")
		opt := socketOptions(p)
		return func(c *call) (starlark.Value, error) {
			o, err := opt(c, *ns)
			if err != nil {
				return nil, err
			}
			r := &tcpProbed{to: to.String(), state: "open"}
			if r.rtt, err = (*ns).ProbeTCP(c.Context, orZero(*source), *to, *timeout, o); err == nil {
				return tcpProbeKind.Wrap(r), nil
			}
			switch r.state = talkKind(err); r.state {
			case "refused", "unreachable", "timed out", "reset":
				r.why = rootCause(err)
				return tcpProbeKind.Wrap(r), nil
			}
			return nil, err
		}
	},
}

// A tcpProbed is what came of a try to connect.
type tcpProbed struct {
	to, state, why string
	rtt            time.Duration
}

var tcpProbeKind = &decl.Kind[*tcpProbed]{
	Name:    "tcp_probe_result",
	Summary: "What came of a try to connect. It is true if the port is open.",
	Label:   func(r *tcpProbed) string { return fmt.Sprintf("%s: %s", r.to, r.state) },
	Truth:   func(r *tcpProbed) bool { return r.state == "open" },
	Fields: []decl.Field[*tcpProbed]{
		decl.F("state", "str", `"open", "refused", "reset", "unreachable" or "timed out"`, value(func(r *tcpProbed) starlark.Value { return starlark.String(r.state) })),
		decl.F("why", "str | None", "the same at length, unless it is open", value(func(r *tcpProbed) starlark.Value { return orNone(r.why) })),
		decl.F("rtt", "duration", "how long it took", value(func(r *tcpProbed) starlark.Value { return span(r.rtt) })),
	},
}
