package builtins

import (
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var nft = &builtin{
	Name:    "nft",
	Group:   "filter",
	Common:  true,
	Summary: "Apply a ruleset in nftables' own language: all of it, or nothing.",
	Detail: "It adds to what is there, as a file given to nft does; one that begins with the line `flush ruleset` replaces everything, in the same transaction. " +
		"A mistake is shown in the ruleset's own line, with nft's words, and nothing is changed. It needs the program nft. As `nft -f -`.",
	Example: `n = netns("n")
nft(n, """
    table inet filter {
        chain input {
            type filter hook input priority filter; policy drop;
            iif lo accept
        }
    }
""")
check(ping(n, "127.0.0.1"))
check(not nft(n, "add rule inet filter output accept", check = False))`,
	Returns: "result",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		ruleset := decl.Arg(p, "ruleset", decl.Str, "the ruleset, as in a file for nft")
		p.KeywordsOnly()
		check := decl.Or(p, "check", decl.Bool, true, "whether a ruleset that nft or the kernel refuses is a failure; with False, look at the result yourself")
		return func(c *call) (starlark.Value, error) {
			c.Script.ran([]string{"nft"})
			res, err := (*ns).Nft(c.Context, *ruleset)
			if err != nil {
				return nil, err
			}
			c.Script.ended(res, c.Session.StepCount())
			if *check && !res.OK() {
				return nil, rulesetFailure(res, *ruleset)
			}
			return resultKind.Wrap(res), nil
		}
	},
}

// rulesetFailure says what is wrong with a ruleset, or how nft ended if it
// names no place.
func rulesetFailure(res *runtime.Result, ruleset string) error {
	list := runtime.RulesetMistakes(res, ruleset)
	if len(list) == 0 {
		return &commandError{res: res, want: []int{0}, timeout: runtime.DefaultTimeout, first: true} // the last one only points at a place
	}
	return &rulesetError{res.Namespace, list}
}

// A rulesetError says where a ruleset is wrong.
type rulesetError struct {
	netns string
	list  []runtime.RulesetMistake
}

func (e *rulesetError) Error() string {
	m := e.list[0]
	s := fmt.Sprintf("ruleset for %s: line %d: %s", e.netns, m.Line, m.Words)
	if text := strings.TrimSpace(m.Text); text != "" {
		s += fmt.Sprintf(": `%s`", short(text, 80))
	}
	return s
}

// ruleset writes the places that are wrong, each in its line.
func (rep *report) ruleset(e *rulesetError) {
	for _, m := range e.list {
		text := strings.ReplaceAll(m.Text, "\t", " ")
		margin := fmt.Sprintf("%7d | ", m.Line)
		rep.line(margin + text)
		before, at := len([]rune(text[:m.From-1])), len([]rune(text[m.From-1:min(m.To, len(text))]))
		rep.line(fmt.Sprintf("%7s | ", "") + strings.Repeat(" ", before) + strings.Repeat("^", max(at, 1)) + " " + m.Words)
	}
}
