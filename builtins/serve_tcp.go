package builtins

import (
	"strings"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var serveTCP = &builtin{
	Name:    "serve_tcp",
	Group:   "talk",
	Summary: "Answer TCP connections at an address of a namespace.",
	Detail: "No program is needed. A reply with `{data}` answers each line, which `{data}` stands for; one without greets each connection and closes it. `{peer}` is the client's address as the server sees it, `{local}` the server's. " +
		"It goes on until the script's end.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
serve_tcp(b, ":13", reply = "hello {peer}\n")
check(dial_tcp(a, "10.0.0.2:13", source = ":4000").recv_all() == "hello 10.0.0.1:4000\n")`,
	Returns: "server",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		local := decl.Arg(p, "local", endpoint, "the address and port")
		p.KeywordsOnly()
		answer := decl.Or(p, "reply", replyType, "{data}", "what it answers")
		opt := socketOptions(p)
		return func(c *call) (starlark.Value, error) {
			o, err := opt(c, *ns)
			if err != nil {
				return nil, err
			}
			greet := !strings.Contains(strings.ReplaceAll(*answer, "{{data}}", ""), "{data}")
			s, err := (*ns).ServeTCP(c.Context, *local, greet, reply(*answer), o)
			return serverOf(*ns, s, err)
		}
	},
}
