package builtins

import (
	"fmt"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var socketKind = &decl.Kind[*runtime.Socket]{
	Name:    "socket_entry",
	Summary: "A socket of a namespace, as the kernel had it at one moment.",
	Label: func(s *runtime.Socket) string {
		w := fmt.Sprintf("%s %s %s", s.Proto, s.State, s.Local)
		if s.Peer.Port() != 0 {
			w += " peer " + s.Peer.String()
		}
		return w
	},
	Fields: []decl.Field[*runtime.Socket]{
		decl.F("proto", "str", `"tcp", "udp" or "raw"`, value(func(s *runtime.Socket) starlark.Value { return starlark.String(s.Proto) })),
		decl.F("family", "int", "4 or 6; one of 6 may speak IPv4, too", value(func(s *runtime.Socket) starlark.Value { return number(s.Family) })),
		decl.F("state", "str", `"LISTEN", "ESTAB", "UNCONN", "TIME-WAIT", "CLOSE-WAIT", "SYN-SENT" …, as ss calls it`, value(func(s *runtime.Socket) starlark.Value { return starlark.String(s.State) })),
		decl.F("local", "str", `its own address, "0.0.0.0" or "::" for any`, value(func(s *runtime.Socket) starlark.Value { return starlark.String(s.Local.Addr().String()) })),
		decl.F("local_port", "int", "its own port; a raw socket's protocol", value(func(s *runtime.Socket) starlark.Value { return number(s.Local.Port()) })),
		decl.F("peer", "str | None", "the address that it is connected to", value(func(s *runtime.Socket) starlark.Value {
			if s.Peer.Addr().IsUnspecified() {
				return starlark.None
			}
			return starlark.String(s.Peer.Addr().String())
		})),
		decl.F("peer_port", "int | None", "the port that it is connected to", value(func(s *runtime.Socket) starlark.Value { return unlessZero(s.Peer.Port()) })),
		decl.F("uid", "int", "the user who made it", value(func(s *runtime.Socket) starlark.Value { return number(s.UID) })),
		decl.F("inode", "int", "its number among all sockets; 0 if no program has it", value(func(s *runtime.Socket) starlark.Value { return number(s.Inode) })),
		decl.F("recv_q", "int", "the bytes that came and were not read; of a listener, the connections that wait to be accepted", value(func(s *runtime.Socket) starlark.Value { return number(s.RecvQ) })),
		decl.F("send_q", "int", "the bytes that were sent and not acknowledged; of a listener, how many connections may wait", value(func(s *runtime.Socket) starlark.Value { return number(s.SendQ) })),
		decl.F("dev", "str | None", "the name of the link that it is bound to", value(func(s *runtime.Socket) starlark.Value { return orNone(s.Link) })),
		decl.F("mark", "int", "the mark of its packets", value(func(s *runtime.Socket) starlark.Value { return number(s.Mark) })),
		decl.F("congestion", "str | None", `TCP's algorithm: "cubic", "bbr" …`, value(func(s *runtime.Socket) starlark.Value { return orNone(s.Congestion) })),
		decl.F("rtt", "duration | None", "the smoothed round-trip time of a TCP connection; None until one was measured", value(func(s *runtime.Socket) starlark.Value { return spanUnlessZero(orZero(s.TCP).RTT) })),
		ofTCP("cwnd", "the congestion window, in segments", func(t *runtime.TCPInfo) int { return t.CWnd }),
		ofTCP("mss", "the largest segment that it sends, in bytes", func(t *runtime.TCPInfo) int { return t.MSS }),
		ofTCP("unacked", "the segments that are under way", func(t *runtime.TCPInfo) int { return t.Unacked }),
		ofTCP("retrans", "the segments that were sent again since the connection began", func(t *runtime.TCPInfo) int { return t.Retrans }),
	},
}

// ofTCP is a field of what TCP knows of a connection.
func ofTCP(name, doc string, f func(*runtime.TCPInfo) int) decl.Field[*runtime.Socket] {
	return decl.F(name, "int | None", doc+"; None if it is no TCP connection", value(func(s *runtime.Socket) starlark.Value {
		if s.TCP == nil {
			return starlark.None
		}
		return number(f(s.TCP))
	}))
}
