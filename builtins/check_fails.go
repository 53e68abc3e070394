package builtins

import (
	"cmp"
	"regexp"
	"strings"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var checkFails = &builtin{
	Name:    "check_fails",
	Group:   "assert",
	Summary: "Stop the script unless a function fails; return the error's text.",
	Example: `n = netns("n")
check_fails(lambda: exec_in(n, "false"), "exit 1")
check_fails(lambda: link(n, "eth7"), "does not exist")`,
	Detail:  "The error must match the pattern, a regular expression of Go's package regexp, anywhere in its text. Without a pattern, a mistake in the script itself (an unknown parameter, a division by zero) and a lack of this machine are not taken for the failure.",
	Returns: "str",
	Params: func(p *params) body {
		fn := decl.Arg(p, "fn", decl.Func0, "the function, usually a lambda")
		pattern := decl.Or(p, "pattern", pattern, nil, "what the error's text must match")
		return func(c *call) (starlark.Value, error) {
			sc := c.Script
			s := strandOf(c.Thread)
			s.tally.Checks++
			v, err := sc.try(c, *fn)
			e := sc.probes.take(c.Thread, callPos(c.Thread))
			bad := s.fatal(err)
			if *pattern == nil { // then nobody asked for a mistake of his own
				bad = cmp.Or(s.hopeless(err), slip(err))
			}
			if bad != nil {
				return nil, bad
			}
			if err == nil {
				f := e.failure("check_fails", "the function did not fail")
				f.withoutWhole()
				f.seen = []string{"it returned " + show(v)}
				return nil, f
			}
			text := rootCause(err)
			if *pattern != nil && !(*pattern).MatchString(text) {
				f := e.failure("check_fails", "the function failed with another error")
				f.operands = nil
				f.seen = []string{"the error is   " + text, "want a match of " + (*pattern).String()}
				return nil, f
			}
			return starlark.String(text), nil
		}
	},
}

var pattern = decl.Type[*regexp.Regexp]{Name: "str", From: func(v starlark.Value) (*regexp.Regexp, error) {
	s, err := decl.Str.From(v)
	if err != nil {
		return nil, err
	}
	re, err := regexp.Compile(s)
	if err != nil {
		return nil, decl.Misusef("%q is no regular expression: %s", s, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return re, nil
}, Show: func(re *regexp.Regexp) string { return `""` }}
