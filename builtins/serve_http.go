package builtins

import (
	"maps"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime/talk"
)

var serveHTTP = &builtin{
	Name:    "serve_http",
	Group:   "talk",
	Summary: "Serve pages over HTTP at an address of a namespace.",
	Detail:  "No program is needed. In a page, `{peer}` is the client's address as the server sees it, `{local}` the server's. Other paths are answered with 404. It goes on until the script's end.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
s = serve_http(b, ":80", {"/": "hello {peer}"})
r = http_get(a, "http://b/")
check(r.code == 200 and r.text.startswith("hello 10.0.0.1:") and s.requests[0].text == "GET /")`,
	Returns: "server",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		local := decl.Arg(p, "local", endpoint, "the address and port")
		pages := decl.Arg(p, "pages", decl.Words, "the pages by their paths")
		p.KeywordsOnly()
		opt := socketOptions(p)
		return func(c *call) (starlark.Value, error) {
			o, err := opt(c, *ns)
			if err != nil {
				return nil, err
			}
			replies := map[string]talk.Reply{}
			for _, path := range slices.Sorted(maps.Keys(*pages)) {
				if !strings.HasPrefix(path, "/") {
					return nil, decl.Misusef("pages: the path %q does not begin with /", path)
				}
				page, err := replyType.From(starlark.String((*pages)[path]))
				if err != nil {
					return nil, decl.Named("pages: "+path, err)
				}
				replies[path] = reply(page)
			}
			s, err := (*ns).ServeHTTP(c.Context, *local, replies, o)
			return serverOf(*ns, s, err)
		}
	},
}
