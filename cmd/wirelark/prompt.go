package main

import (
	"bufio"
	"context"
	"strings"

	"wirelark/builtins"
	"wirelark/runtime/sandbox"
)

// prompt has a person use a prompt of the script's, or a program that writes
// to the lab's standard input.
func (e *running) prompt(ctx context.Context, p *builtins.Prompt) error {
	return e.lab.Prompt(ctx, func(ctx context.Context, s *sandbox.Seat) {
		if e.satDown = s.Terminal; s.Terminal {
			e.typed(ctx, s, p)
		} else {
			e.piped(ctx, s, p)
		}
	})
}

// typed is a prompt on a terminal.
func (e *running) typed(ctx context.Context, s *sandbox.Seat, p *builtins.Prompt) {
	ed := newEditor(s, &e.past, p.Complete)
	s.Show(ed)
	p.Begin(builtins.Screen{Out: ed, Err: ed, Color: e.lab.Spec.Color, Typed: true})
	for wants := builtins.Statement; wants != builtins.Nothing; {
		mark := ">>> "
		if wants == builtins.More {
			mark = "... "
		}
		line, err := ed.line(mark)
		switch {
		case err == errDropped:
			p.Drop()
			wants = builtins.Statement
			continue
		case err != nil: // Ctrl-D, or there is no terminal any more
			_, _ = s.Out.WriteString("\r\n") // past the editor, which would show its mark again
			return
		}
		run, cancel := context.WithCancelCause(ctx)
		ed.while(func() { cancel(builtins.ErrInterrupted) }, func() { wants = p.Line(run, line) })
		if wants == builtins.More && run.Err() != nil {
			p.Drop()
			wants = builtins.Statement
		}
		cancel(nil)
	}
}

// piped is a prompt whose lines come from a file or a program.
func (e *running) piped(ctx context.Context, s *sandbox.Seat, p *builtins.Prompt) {
	p.Begin(builtins.Screen{Out: s.Out, Err: s.Err, Color: e.lab.Spec.Color})
	r := bufio.NewReader(s.In)
	for ctx.Err() == nil {
		line, err := r.ReadString('\n')
		if line != "" && p.Line(ctx, strings.TrimSuffix(line, "\n")) == builtins.Nothing {
			return
		}
		if err != nil {
			break
		}
	}
	p.End(ctx)
}
