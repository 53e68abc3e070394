package builtins

import (
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strconv"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime/talk"
)

var httpGet = &builtin{
	Name:    "http_get",
	Group:   "probe",
	Summary: "Ask for a page over HTTP.",
	Detail: "No program is needed. An answer with whatever code is a value; it fails if none comes. Redirects are not followed. The URL's host is an address or a name in the node's /etc/hosts; `connect` goes elsewhere and leaves the name to the server. " +
		"There is no HTTPS: run curl for that. As `curl -sS`.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
serve_http(b, ":8080", {"/x": "page"})
r = http_get(a, "http://10.0.0.2:8080/x")
check(r and r.code == 200 and r.text == "page" and not http_get(a, "http://b:8080/y"))`,
	Returns: "http_result",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		where := decl.Arg(p, "url", decl.Str, "the URL, http://…")
		p.KeywordsOnly()
		headers := decl.Or(p, "headers", decl.Words, nil, "headers to send")
		timeout := decl.Or(p, "timeout", decl.Duration, socketTimeout, "how long all of it may take")
		source := decl.Maybe(p, "source", endpoint, "the address and port to come from; left out, the kernel's choice")
		connect := decl.Maybe(p, "connect", peerType, "the address and port to connect to, whatever the URL says")
		return func(c *call) (starlark.Value, error) {
			u, err := url.Parse(*where)
			if err != nil || u.Scheme != "http" || u.Hostname() == "" {
				return nil, decl.Misusef("url: %q is no URL of HTTP: write \"http://10.0.0.1/path\"", *where)
			}
			peer := orZero(*connect)
			if !peer.IsValid() {
				host, err := netip.ParseAddr(u.Hostname())
				if err != nil {
					if host, err = (*ns).LookupHost(c.Context, u.Hostname()); err != nil {
						return nil, err
					}
				}
				n := 80
				if u.Port() != "" {
					n, err = strconv.Atoi(u.Port())
				}
				if err != nil || n < 1 || n > 65535 {
					return nil, decl.Misusef("url: %q is no port", u.Port())
				}
				peer = netip.AddrPortFrom(host, uint16(n))
			}
			return one(httpKind)((*ns).GetHTTP(c.Context, *where, *headers, orZero(*source), peer, *timeout))
		}
	},
}

var httpKind = &decl.Kind[*talk.HTTPResult]{
	Name:    "http_result",
	Summary: "What a server answered. It is true if the code is 2xx.",
	Label:   func(r *talk.HTTPResult) string { return fmt.Sprintf("%d, %d bytes", r.Code, len(r.Body)) },
	Truth:   func(r *talk.HTTPResult) bool { return r.Code/100 == 2 },
	Fields: []decl.Field[*talk.HTTPResult]{
		decl.F("code", "int", "the status code", value(func(r *talk.HTTPResult) starlark.Value { return number(r.Code) })),
		decl.F("text", "str", "the body; bytes that are no UTF-8 are replaced by U+FFFD", value(func(r *talk.HTTPResult) starlark.Value { return text(r.Body) })),
		decl.F("body", "bytes", "the body, exactly", value(func(r *talk.HTTPResult) starlark.Value { return starlark.Bytes(r.Body) })),
		decl.F("headers", "dict", `the headers by name, spelt as "Content-Type"`, value(func(r *talk.HTTPResult) starlark.Value {
			d := starlark.NewDict(len(r.Headers))
			for _, k := range slices.Sorted(maps.Keys(r.Headers)) {
				_ = d.SetKey(starlark.String(k), starlark.String(r.Headers[k])) // strings can be keys
			}
			return d
		})),
		decl.F("elapsed", "duration", "how long it took", value(func(r *talk.HTTPResult) starlark.Value { return span(r.Elapsed) })),
		decl.F("json", "function", "json() is the value that the body holds as JSON; integers are exact", value(func(r *talk.HTTPResult) starlark.Value {
			return decl.Method("http_result.json", func() (starlark.Value, error) { return decodeJSON(r.Body) })
		})),
	},
}
