package builtins

import (
	"strings"
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime/talk"
)

type (
	listener = socket[*talk.Listener]
	tcpConn  = socket[*talk.TCP]
)

var listenerKind = &decl.Kind[*listener]{
	Name:    "tcp_listener",
	Summary: "A TCP socket that listens, of listen_tcp.",
	Handle:  true,
	Label:   func(l *listener) string { return l.at.Local().String() + " in " + l.ns.Name },
	Key:     (*listener).key,
	Fields: []decl.Field[*listener]{
		decl.F("local", "str", "its address and port", value(func(l *listener) starlark.Value { return endpointValue(l.at.Local()) })),
		decl.F("netns", "str", "the name of its namespace", value(func(l *listener) starlark.Value { return starlark.String(l.ns.Name) })),
		decl.M("tcp_listener", "accept", "tcp_conn", "wait for a connection. It fails if none comes in time", beginMethod, func(p *params, l *listener) body {
			timeout := decl.Or(p, "timeout", decl.Duration, socketTimeout, "how long to wait")
			return func(c *call) (starlark.Value, error) {
				t, err := l.ns.Accept(c.Context, l.at, *timeout)
				if err != nil {
					return nil, err
				}
				return tcpKind.Wrap(&tcpConn{l.ns, t}), nil
			}
		}),
		decl.M("tcp_listener", "close", "None", "listen no more; a second time does nothing", beginMethod, func(_ *params, l *listener) body {
			return func(*call) (starlark.Value, error) { return none(l.at.Close()) }
		}),
	},
}

var tcpKind = &decl.Kind[*tcpConn]{
	Name:    "tcp_conn",
	Summary: "A TCP connection, of dial_tcp or accept.",
	Handle:  true,
	Key:     (*tcpConn).key,
	Label: func(t *tcpConn) string {
		return t.at.Local().String() + " to " + t.at.Peer().String() + " in " + t.ns.Name
	},
	Fields: []decl.Field[*tcpConn]{
		decl.F("local", "str", "the address and port of this end", value(func(t *tcpConn) starlark.Value { return endpointValue(t.at.Local()) })),
		decl.F("peer", "str", "the address and port of the other end", value(func(t *tcpConn) starlark.Value { return endpointValue(t.at.Peer()) })),
		decl.F("netns", "str", "the name of its namespace", value(func(t *tcpConn) starlark.Value { return starlark.String(t.ns.Name) })),
		decl.M("tcp_conn", "send", "None", "send all of the data. It fails if the other end has closed, or takes it not in time", beginMethod, func(p *params, t *tcpConn) body {
			data := decl.Arg(p, "data", stdinType, "what to send")
			p.KeywordsOnly()
			timeout := decl.Or(p, "timeout", decl.Duration, socketTimeout, "how long it may take")
			return func(c *call) (starlark.Value, error) { return none(t.at.Send(c.Context, *data, *timeout)) }
		}),
		decl.M("tcp_conn", "recv", "str", `wait for data and give what there is; "" at the end`, beginMethod, func(p *params, t *tcpConn) body {
			limit := decl.Or(p, "limit", decl.Int(1, 1<<24), 65536, "how many bytes at most")
			return received(p, func(c *call, timeout time.Duration) ([]byte, error) { return t.at.Receive(c.Context, *limit, timeout) })
		}),
		decl.M("tcp_conn", "recv_line", "str", `wait for a line and give it without its end; "" at the end`, beginMethod, func(p *params, t *tcpConn) body {
			return received(p, func(c *call, timeout time.Duration) ([]byte, error) {
				line, err := t.at.ReceiveLine(c.Context, timeout)
				return []byte(strings.TrimRight(string(line), "\r\n")), err
			})
		}),
		decl.M("tcp_conn", "recv_all", "str", "wait until the other end has sent its end, and give all that came", beginMethod, func(p *params, t *tcpConn) body {
			return received(p, func(c *call, timeout time.Duration) ([]byte, error) {
				return t.at.ReceiveAll(c.Context, maxText, timeout)
			})
		}),
		decl.M("tcp_conn", "shutdown", "None", "send the end; what the other end sends still comes", beginMethod, func(_ *params, t *tcpConn) body {
			return func(*call) (starlark.Value, error) { return none(t.at.Shutdown()) }
		}),
		decl.M("tcp_conn", "close", "None", "close it; a second time does nothing", beginMethod, func(_ *params, t *tcpConn) body {
			return func(*call) (starlark.Value, error) { return none(t.at.Close()) }
		}),
		decl.M("tcp_conn", "reset", "None", "close it with a reset", beginMethod, func(_ *params, t *tcpConn) body {
			return func(*call) (starlark.Value, error) { return none(t.at.Reset()) }
		}),
	},
}

// received is a method that waits for data and gives it as text.
func received(p *params, read func(c *call, timeout time.Duration) ([]byte, error)) body {
	p.KeywordsOnly()
	timeout := decl.Or(p, "timeout", decl.Duration, socketTimeout, "how long to wait")
	return func(c *call) (starlark.Value, error) {
		data, err := read(c, *timeout)
		if err != nil {
			return nil, err
		}
		return text(data), nil
	}
}
