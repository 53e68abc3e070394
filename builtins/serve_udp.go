package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var serveUDP = &builtin{
	Name:    "serve_udp",
	Group:   "talk",
	Summary: "Answer datagrams at an address of a namespace.",
	Detail:  "No program is needed. In the reply, `{peer}` is the sender's address as the server sees it, `{data}` what was sent and `{local}` where to; `{{peer}}` is the word in braces. It answers from where it was asked, and goes on until the script's end.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
s = serve_udp(b, ":3478", reply = "you are {peer}")
check(listen_udp(a, ":4000").ask("?", to = "10.0.0.2:3478").text == "you are 10.0.0.1:4000")
check(s.count == 1 and s.requests[0].text == "?")`,
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
			s, err := (*ns).ServeUDP(c.Context, *local, reply(*answer), o)
			return serverOf(*ns, s, err)
		}
	},
}
