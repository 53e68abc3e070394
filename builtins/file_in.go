package builtins

import (
	"strconv"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var fileIn = &builtin{
	Name:    "file_in",
	Group:   "run",
	Summary: "Write a file in a node.",
	Detail: "It is the node's own: the other nodes and the host do not see it. A node may write in /etc, which begins as a copy of the host's, in /run, /tmp, /var/cache, /var/lib, /var/log, /var/spool " +
		"and /var/tmp, which begin without files, and in the project, which all nodes share. Folders on the way are made. A file that is there is written over and keeps its mode and owner unless others are given. " +
		"A relative path is from the script's folder. It fails elsewhere.",
	Example: `n = netns("n")
file_in(n, "/etc/app/app.conf", "port = 8080\n", mode = "0600")
check(exec_in(n, "stat -c %a /etc/app/app.conf").stdout == "600\n")`,
	Returns: "None",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		path := decl.Arg(p, "path", decl.Str, "the file")
		content := decl.Arg(p, "content", stdinType, "what it shall hold")
		p.KeywordsOnly()
		mode := decl.Maybe(p, "mode", permissions, `its permissions in octal, "0644"; left out, 0644 or what it has`)
		owner := decl.Or(p, "owner", decl.Str, "", `whose it shall be, "user", "user:group" or ":group"; left out, root's or whose it is`)
		return func(c *call) (starlark.Value, error) {
			opt := runtime.FileOptions{Owner: *owner}
			if *mode != nil {
				opt.Mode = **mode
			}
			return starlark.None, (*ns).WriteFile(c.Context, *path, *content, opt)
		}
	},
}

// permissions are those of a file. A number is refused: 644 is not 0644.
var permissions = decl.Type[uint32]{Name: "str", From: func(v starlark.Value) (uint32, error) {
	s, ok := starlark.AsString(v)
	if !ok {
		return 0, decl.Misusef("got %s, want permissions in octal, as text: \"0644\"", decl.TypeName(v))
	}
	n, err := strconv.ParseUint(s, 8, 32)
	if err != nil || n > 0o7777 || n == 0 {
		return 0, decl.Misusef("%q is no permissions: write them in octal, \"0644\"", s)
	}
	return uint32(n), nil
}, Show: func(n uint32) string { return strconv.Quote("0" + strconv.FormatUint(uint64(n), 8)) }}
