package builtins

import (
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var ping = &builtin{
	Name:    "ping",
	Group:   "probe",
	Summary: "Send ICMP echo requests from a namespace and collect what answers.",
	Detail: "No program is needed. What comes of it is a value and no failure: check(ping(…)) if every request must be answered. It ends when all are, or `timeout` after the last. " +
		"ICMP errors are in the result by name: \"network unreachable\", \"host unreachable\", \"port unreachable\", \"time exceeded\", \"packet too big\", \"no route\", " +
		"\"administratively prohibited\" …; so is what the sender's own kernel refuses, as \"message too long\". A host that is not there is found out after three seconds: `timeout = \"4s\"`. As `ping -c1`.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
r = ping(a, "10.0.0.2", count = 3, interval = "10ms")
check(r.received == 3 and r.ttl == 64)
check(ping(a, "192.0.2.1").error == "network unreachable")`,
	Returns: "ping_result",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace that sends")
		dst := decl.Arg(p, "dst", decl.Addr, "the address to be reached")
		p.KeywordsOnly()
		count := decl.Or(p, "count", decl.Int(1, 65535), 1, "how many requests to send")
		interval := decl.Or(p, "interval", decl.Duration, 100*time.Millisecond, "between two requests")
		timeout := decl.Or(p, "timeout", decl.Duration, time.Second, "how long the last reply may take")
		size := decl.Or(p, "size", decl.Int(0, 65507), 56, "bytes in a request after its ICMP header, of 8 bytes")
		df := decl.Maybe(p, "df", decl.Bool, "whether to forbid fragmentation; left out, the kernel keeps to the path MTU it has learned")
		ttl := decl.Maybe(p, "ttl", decl.Int(1, 255), "time to live, or hop limit; left out, the kernel's")
		source := decl.Maybe(p, "source", decl.Addr, "the source address")
		dev := decl.Maybe(p, "dev", deviceType, "the link to send over; needed for a link-local address")
		return func(c *call) (starlark.Value, error) {
			spec := runtime.PingSpec{Dst: *dst, Count: *count, Interval: *interval, Timeout: *timeout, Size: *size, DF: *df, TTL: orZero(*ttl), Source: orZero(*source)}
			l, err := (*dev).in(c, *ns, "dev")
			if err != nil {
				return nil, err
			}
			spec.Zone = l
			if dst.Is6() && (dst.IsLinkLocalUnicast() || dst.IsLinkLocalMulticast()) && l == nil {
				return nil, decl.Misusef("dev: is missing: %s is a link-local address, which every link can have", *dst)
			}
			return one(pingKind)((*ns).Ping(c.Context, spec))
		}
	},
}
