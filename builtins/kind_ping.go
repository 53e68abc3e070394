package builtins

import (
	"fmt"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var pingKind = &decl.Kind[*runtime.PingResult]{
	Name:    "ping_result",
	Summary: "What came of a ping. It is true if every request was answered.",
	Label: func(r *runtime.PingResult) string {
		s := fmt.Sprintf("%s: %d sent, %d received", r.Spec.Dst, r.Sent, len(r.Replies))
		if len(r.Errors) > 0 {
			s += ", " + pingErrorText(&r.Errors[0])
		}
		return s
	},
	Truth: func(r *runtime.PingResult) bool { return r.OK() },
	Fields: []decl.Field[*runtime.PingResult]{
		decl.F("ok", "bool", "whether every request was answered", value(func(r *runtime.PingResult) starlark.Value { return starlark.Bool(r.OK()) })),
		decl.F("dst", "str", "the address that was asked", value(func(r *runtime.PingResult) starlark.Value { return starlark.String(r.Spec.Dst.String()) })),
		decl.F("sent", "int", "requests sent", value(func(r *runtime.PingResult) starlark.Value { return number(r.Sent) })),
		decl.F("received", "int", "requests answered", value(func(r *runtime.PingResult) starlark.Value { return number(len(r.Replies)) })),
		decl.F("loss", "float", "the share of requests that were not answered, 0.0 to 1.0", value(func(r *runtime.PingResult) starlark.Value { return starlark.Float(r.Loss()) })),
		decl.F("duplicates", "int", "replies to requests that were answered before", value(func(r *runtime.PingResult) starlark.Value { return number(r.Duplicates) })),
		decl.F("ttl", "int | None", "the time to live, or hop limit, of the first reply as it arrived", value(func(r *runtime.PingResult) starlark.Value {
			if len(r.Replies) == 0 {
				return starlark.None
			}
			return number(r.Replies[0].TTL)
		})),
		decl.F("rtt", "rtt | None", "round-trip times", value(func(r *runtime.PingResult) starlark.Value {
			if len(r.Replies) == 0 {
				return starlark.None
			}
			return rttKind.Wrap(newRTT(r.Replies))
		})),
		decl.F("replies", "list[ping_reply]", "the replies, in order of arrival", value(func(r *runtime.PingResult) starlark.Value { return listOf(replyKind, r.Replies) })),
		decl.F("error", "str | None", `the name of the first error: "host unreachable", "time exceeded", "packet too big" …`, value(func(r *runtime.PingResult) starlark.Value {
			if len(r.Errors) == 0 {
				return starlark.None
			}
			return starlark.String(r.Errors[0].Name)
		})),
		decl.F("errors", "list[ping_error]", "ICMP errors, and refusals of the sender's own kernel, in order", value(func(r *runtime.PingResult) starlark.Value { return listOf(pingErrorKind, r.Errors) })),
	},
}

var replyKind = &decl.Kind[*runtime.PingReply]{
	Name:    "ping_reply",
	Summary: "One reply to a ping.",
	Label:   func(p *runtime.PingReply) string { return fmt.Sprintf("seq %d from %s, %s", p.Seq, p.From, p.Time) },
	Fields: []decl.Field[*runtime.PingReply]{
		decl.F("seq", "int", "the number of the request, from 1", value(func(p *runtime.PingReply) starlark.Value { return number(p.Seq) })),
		decl.F("time", "duration", "its round-trip time", value(func(p *runtime.PingReply) starlark.Value { return span(p.Time) })),
		decl.F("ttl", "int", "its time to live, or hop limit, as it arrived", value(func(p *runtime.PingReply) starlark.Value { return number(p.TTL) })),
		decl.F("source", "str", "who sent it", value(func(p *runtime.PingReply) starlark.Value { return addrOrNone(p.From) })),
		decl.F("size", "int", "its bytes after the ICMP header", value(func(p *runtime.PingReply) starlark.Value { return number(p.Size) })),
	},
}

var pingErrorKind = &decl.Kind[*runtime.PingError]{
	Name:    "ping_error",
	Summary: "What answered a ping instead of a reply.",
	Label:   pingErrorText,
	Fields: []decl.Field[*runtime.PingError]{
		decl.F("name", "str", `"host unreachable", "time exceeded", "packet too big" …`, value(func(p *runtime.PingError) starlark.Value { return starlark.String(p.Name) })),
		decl.F("seq", "int", "the number of the request, from 1", value(func(p *runtime.PingError) starlark.Value { return number(p.Seq) })),
		decl.F("source", "str | None", "who said so; None if it was the sender's own kernel", value(func(p *runtime.PingError) starlark.Value { return addrOrNone(p.From) })),
		decl.F("mtu", "int | None", `with "packet too big" and "message too long": the largest packet that passes`, value(func(p *runtime.PingError) starlark.Value { return unlessZero(p.MTU) })),
	},
}

func pingErrorText(p *runtime.PingError) string {
	s := p.Name
	if p.From.IsValid() {
		s += " from " + p.From.String()
	}
	if p.MTU != 0 {
		s += fmt.Sprintf(", mtu %d", p.MTU)
	}
	return s
}

// An rtt is the spread of round-trip times.
type rtt struct{ min, avg, max time.Duration }

func newRTT(replies []runtime.PingReply) *rtt {
	t := &rtt{min: replies[0].Time}
	sum := time.Duration(0)
	for _, r := range replies {
		t.min, t.max, sum = min(t.min, r.Time), max(t.max, r.Time), sum+r.Time
	}
	t.avg = sum / time.Duration(len(replies))
	return t
}

var rttKind = &decl.Kind[*rtt]{
	Name:    "rtt",
	Summary: "Round-trip times of a ping.",
	Label:   func(t *rtt) string { return fmt.Sprintf("min %s, avg %s, max %s", t.min, t.avg, t.max) },
	Fields: []decl.Field[*rtt]{
		decl.F("min", "duration", "the shortest", value(func(t *rtt) starlark.Value { return span(t.min) })),
		decl.F("avg", "duration", "the mean", value(func(t *rtt) starlark.Value { return span(t.avg) })),
		decl.F("max", "duration", "the longest", value(func(t *rtt) starlark.Value { return span(t.max) })),
	},
}
