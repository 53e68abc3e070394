package builtins

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// A Prompt evaluates what a person types, line by line. Its statements have
// positions in a file of their own, which goes on from prompt to prompt.
type Prompt struct {
	banner string // is shown to a person first
	sc     *script
	strand *strand
	thread *starlark.Thread
	names  starlark.StringDict // what can be said
	screen Screen
	lines  []string // of the statement that is being typed
	before []error  // what failed before anything was typed
	failed bool     // something has failed
}

// A Screen is where a prompt shows values and mistakes.
type Screen struct {
	Out, Err io.Writer
	Color    bool
	Typed    bool // by a person: an empty line ends a block
}

// A Wants is what a prompt expects next.
type Wants int

const (
	Statement Wants = iota // another one
	More                   // the rest of this one
	Nothing                // the person has enough
)

// promptFile is what messages call what was typed at a prompt.
const promptFile = "<prompt>"

// promptDialect is the language there: a load binds names for later lines too.
var promptDialect = &syntax.FileOptions{Set: true, TopLevelControl: true, GlobalReassign: true, LoadBindsGlobally: true}

// ErrInterrupted ends what a person has enough of.
var ErrInterrupted = errors.New("interrupted")

// open has a person use the prompt with these names until they leave it. What
// they defer there becomes the strand's.
func (p *Prompt) open(outer *strand, names starlark.StringDict) error {
	sc := outer.script
	switch {
	case outer.atPrompt:
		return errAtPrompt
	case sc.opt.Prompt == nil:
		return errNoTerminal
	}
	p.sc, p.names, p.strand = sc, names, &strand{script: sc, ctx: sc.ctx, atPrompt: true}
	if !names.Has(helpName) {
		names[helpName] = p.helper()
	}
	t, end := p.strand.thread("prompt")
	defer end()
	p.thread = t
	err := sc.opt.Prompt(sc.ctx, p)
	outer.deferred = append(outer.deferred, p.strand.deferred...)
	return err
}

// Begin says where the prompt shows things, and shows what comes before the
// first line.
func (p *Prompt) Begin(s Screen) {
	p.screen = s
	if s.Typed {
		_, _ = io.WriteString(s.Err, "wirelark: "+p.banner+"\n")
	}
	for _, err := range p.before {
		p.failure(err)
	}
	p.before = nil
}

// Line takes a line that was typed, and does what it completes. The context
// interrupts that.
func (p *Prompt) Line(ctx context.Context, text string) Wants {
	text = strings.TrimSuffix(text, "\r")
	if len(p.lines) > 0 && atMargin(text) && whole(append(slices.Clone(p.lines), "")) {
		p.run(ctx) // what was pasted or piped does not wait for an empty line
	}
	if word := strings.TrimSuffix(strings.TrimSpace(text), "()"); len(p.lines) == 0 && (word == "exit" || word == "quit") && !p.names.Has(word) {
		return Nothing
	}
	p.lines = append(p.lines, text)
	if !p.whole() {
		return More
	}
	p.run(ctx)
	return Statement
}

// Drop forgets the lines of the statement that is being typed.
func (p *Prompt) Drop() {
	if len(p.lines) > 0 {
		p.keep(false)
	}
}

// End does what was typed and waits for more, of which there is none.
func (p *Prompt) End(ctx context.Context) {
	if len(p.lines) > 0 {
		p.run(ctx)
	}
}

// whole reports whether the lines are a statement. An empty line ends a block
// for a person only: in a file, a function may hold one.
func (p *Prompt) whole() bool {
	if p.screen.Typed {
		return whole(p.lines)
	}
	return whole(slices.DeleteFunc(slices.Clone(p.lines), func(s string) bool { return strings.TrimSpace(s) == "" }))
}

// whole reports whether lines are a statement, or can become none. To the
// parser, a line that is a comment would end a block.
func whole(lines []string) bool {
	lines = slices.DeleteFunc(slices.Clone(lines), func(s string) bool { return strings.HasPrefix(strings.TrimSpace(s), "#") })
	if len(lines) == 0 {
		return true
	}
	next, short := 0, false
	_, _ = promptDialect.ParseCompoundStmt(promptFile, func() ([]byte, error) {
		if next == len(lines) {
			short = true
			return nil, io.EOF
		}
		next++
		return []byte(lines[next-1] + "\n"), nil
	})
	return !short
}

// atMargin reports whether a line may begin a statement.
func atMargin(line string) bool {
	word, _, _ := strings.Cut(strings.TrimRight(line, ": "), " ")
	return line != "" && !strings.ContainsAny(line[:1], " \t#)]}") && word != "else" && word != "elif"
}

// keep moves the lines that were typed into the prompt's file, and returns
// the number of the first. What is no statement stays out of the text that is
// parsed to mark an expression.
func (p *Prompt) keep(parses bool) (src *source, first int) {
	sc := p.sc
	sc.mu.Lock()
	defer sc.mu.Unlock()
	old := sc.sources[promptFile]
	if old == nil {
		old = &source{path: promptFile}
	}
	text := strings.Join(p.lines, "\n") + "\n"
	if !parses {
		text = strings.Repeat("\n", len(p.lines))
	}
	// A new one: others may be reading the old.
	src = &source{path: promptFile, text: append(slices.Clone(old.text), text...), lines: append(slices.Clone(old.lines), p.lines...)}
	sc.sources[promptFile] = src
	p.lines = nil
	return src, len(old.lines) + 1
}

// run does what was typed and shows what came of it.
func (p *Prompt) run(ctx context.Context) {
	content := []byte(strings.Join(p.lines, "\n") + "\n")
	_, err := promptDialect.Parse(promptFile, content, 0)
	src, first := p.keep(err == nil)
	f, err := promptDialect.Parse(promptFile, syntax.FilePortion{Content: content, FirstLine: int32(first), FirstCol: 1}, 0)
	if err != nil {
		p.failure(syntaxProblem(src, err))
		return
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(p.sc.ctx, func() { cancel(context.Cause(p.sc.ctx)) })()
	p.strand.within(p.thread, ctx, func() { err = p.do(f, src) })
	for _, e := range p.strand.failed { // by expect
		p.failure(e)
	}
	p.strand.failed = nil
	if err != nil {
		p.failure(err)
	}
}

// do executes statements, or evaluates an expression and shows its value.
func (p *Prompt) do(f *syntax.File, src *source) error {
	p.sc.probes.rewrite(f, src)
	var err error
	if e, ok := soleExpression(f); ok {
		var v starlark.Value
		if v, err = starlark.EvalExprOptions(f.Options, p.thread, e, p.names); err == nil && v != starlark.None {
			_, _ = io.WriteString(p.screen.Out, printableLines(v.String())+"\n")
		}
	} else {
		err = starlark.ExecREPLChunk(f, p.thread, p.names)
	}
	return p.sc.framed(p.thread, resolveProblems(src, err, p.names.Keys()))
}

func soleExpression(f *syntax.File) (syntax.Expr, bool) {
	if len(f.Stmts) != 1 {
		return nil, false
	}
	e, ok := f.Stmts[0].(*syntax.ExprStmt)
	if !ok {
		return nil, false
	}
	return e.X, true
}

// failure shows a mistake as a script's is reported.
func (p *Prompt) failure(err error) {
	p.failed = true
	(&report{p.sc, p.screen.Err, p.screen.Color}).failure(err)
}

// syntaxProblem is the parser's mistake with a hint.
func syntaxProblem(src *source, err error) error {
	var se syntax.Error
	if !errors.As(err, &se) {
		return fmt.Errorf("%s: %w", promptFile, err)
	}
	problem := Problem{Pos: se.Pos, Text: strings.TrimPrefix(se.Msg, "syntax error: ")}
	var col int32
	if problem.Hint, col = syntaxHint(src.line(se.Pos.Line)); col > 0 {
		problem.Pos.Col = col
	}
	return &StaticError{[]Problem{problem}}
}

// printableLines is a text of several lines whose other control characters are
// shown.
func printableLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = printable(lines[i])
	}
	return strings.Join(lines, "\n")
}
