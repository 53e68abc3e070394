package runtime

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// nftArgv reads a whole ruleset from the standard input and applies all of it
// or nothing: the program nft makes one transaction of what it reads.
var nftArgv = []string{"nft", "-f", "-"}

// Nft applies a ruleset in nft's own language, which only nft parses. The
// error says that it could not be started; how it ended is in the result.
func (ns *Namespace) Nft(ctx context.Context, ruleset string) (*Result, error) {
	if ruleset != "" && !strings.HasSuffix(ruleset, "\n") {
		ruleset += "\n" // some of nft's statements must be ended by one
	}
	return ns.Run(ctx, Command{Argv: nftArgv, Stdin: []byte(ruleset), told: hereDocument(nftArgv, ruleset)})
}

// hereDocument is a command that reads a text of whole lines, as a shell is
// given both: the word that ends the text is none of its lines.
func hereDocument(argv []string, text string) string {
	end := "EOF"
	for strings.Contains("\n"+text, "\n"+end+"\n") {
		end += "_"
	}
	return fmt.Sprintf("%s <<'%s'\n%s%s", shellJoin(argv), end, text, end)
}

// A RulesetMistake is what nft says of one place of a ruleset.
type RulesetMistake struct {
	Line, From, To int    // the place: a line and columns in bytes, all from 1
	Text           string // the line
	Words          string // nft's
}

// nftMistake is compiled when a ruleset has one: few runs need it.
var nftMistake = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^/dev/stdin:(\d+):(\d+)-(\d+): Error: (.*)$`)
})

// RulesetMistakes are the mistakes that nft found in a ruleset, in its order;
// none if it failed for a reason that no place of the ruleset has.
func RulesetMistakes(res *Result, ruleset string) (list []RulesetMistake) {
	lines := strings.Split(strings.TrimSuffix(ruleset, "\n"), "\n")
	for _, m := range nftMistake().FindAllSubmatch(res.Stderr, -1) {
		e := RulesetMistake{Words: string(m[4])}
		for i, n := range []*int{&e.Line, &e.From, &e.To} {
			*n, _ = strconv.Atoi(string(m[i+1]))
		}
		if e.Line == len(lines)+1 { // what is missing at the end
			e.Line, e.From, e.To = len(lines), len(lines[len(lines)-1])+1, 0
		}
		if e.Line < 1 || e.Line > len(lines) {
			continue // not of this text
		}
		e.Text = lines[e.Line-1]
		// A place that goes on in another line is marked to the end of its first.
		e.From = min(max(e.From, 1), len(e.Text)+1)
		if e.To < e.From || e.To > len(e.Text) {
			e.To = max(e.From, len(e.Text))
		}
		list = append(list, e)
	}
	return list
}
