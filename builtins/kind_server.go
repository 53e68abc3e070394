package builtins

import (
	"fmt"
	"regexp"
	"strings"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
	"wirelark/runtime/talk"
)

type server = socket[*talk.Server]

var serverKind = &decl.Kind[*server]{
	Name:    "server",
	Summary: "A small server of a node, of serve_udp, serve_tcp or serve_http.",
	Handle:  true,
	Label:   func(s *server) string { return s.at.Local().String() + " in " + s.ns.Name },
	Key:     (*server).key,
	Fields: []decl.Field[*server]{
		decl.F("local", "str", "its address and port", value(func(s *server) starlark.Value { return endpointValue(s.at.Local()) })),
		decl.F("netns", "str", "the name of its namespace", value(func(s *server) starlark.Value { return starlark.String(s.ns.Name) })),
		decl.F("count", "int", "how many requests there were", value(func(s *server) starlark.Value { return number(s.at.Count()) })),
		decl.F("requests", "list[request]", "the requests so far: the newest, up to 10,000 and 16 MiB", value(func(s *server) starlark.Value { return listOf(requestKind, s.at.Requests()) })),
		decl.M("server", "close", "None", "end it and its connections; a second time does nothing", beginMethod, func(_ *params, s *server) body {
			return func(*call) (starlark.Value, error) { return none(s.at.Close()) }
		}),
	},
}

var requestKind = &decl.Kind[*talk.Request]{
	Name:    "request",
	Summary: "What somebody asked of a server.",
	Label:   func(r *talk.Request) string { return fmt.Sprintf("%q from %s", shorten(string(r.Data), 40), r.Peer) },
	Fields: []decl.Field[*talk.Request]{
		decl.F("text", "str", `a datagram, a line, or the method and path of an HTTP request, "GET /"`, value(func(r *talk.Request) starlark.Value { return text(r.Data) })),
		decl.F("peer", "str", "who asked, as the server sees them", value(func(r *talk.Request) starlark.Value { return endpointValue(r.Peer) })),
		decl.F("local", "str", "where they asked", value(func(r *talk.Request) starlark.Value { return endpointValue(r.Local) })),
	},
}

// replyType is an answer with places.
var replyType = decl.Type[string]{Name: "str", From: func(v starlark.Value) (string, error) {
	s, err := decl.Str.From(v)
	if err != nil {
		return "", err
	}
	for _, m := range place.FindAllString(s, -1) {
		if name := strings.Trim(m, "{}"); !strings.HasPrefix(m, "{{") && !replyPlace.MatchString(name) {
			return "", decl.Misusef("there is no {%s}: there are {peer}, {data} and {local}; write {{%s}} for the word in braces", name, name)
		}
	}
	return s, nil
}, Show: func(s string) string { return fmt.Sprintf("%q", s) }}

var replyPlace = regexp.MustCompile(`^(peer|data|local)$`)

// reply makes the answers of a text with places.
func reply(text string) talk.Reply {
	return func(r talk.Request) []byte {
		return []byte(place.ReplaceAllStringFunc(text, func(m string) string {
			switch m {
			case "{peer}":
				return r.Peer.String()
			case "{local}":
				return r.Local.String()
			case "{data}":
				return string(r.Data)
			}
			return m[1 : len(m)-1]
		}))
	}
}

// serverOf wraps what a session gave.
func serverOf(ns *runtime.Namespace, s *talk.Server, err error) (starlark.Value, error) {
	if err != nil {
		return nil, err
	}
	return serverKind.Wrap(&server{ns, s}), nil
}
