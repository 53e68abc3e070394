package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// A console shows what a lab says on the user's terminal or in files. A
// reader that does not read holds up only what is written for it.
type console struct {
	out, err output
	silent   bool
	copy     io.Writer   // of all of it; nil for none
	lent     atomic.Bool // a shell has the terminal, which returns no carriage

	mu   sync.Mutex
	line string // the status line that is shown
}

// An output is one of the two.
type output struct {
	f        *os.File
	terminal bool
	filter   filter

	mu     sync.Mutex // held while writing: for as long as the reader likes
	broken error      // why something could not be written; under mu
}

func newConsole(out, err *os.File) *console {
	if out == nil || err == nil {
		return &console{silent: true}
	}
	return &console{
		out: output{f: out, terminal: term.IsTerminal(int(out.Fd()))},
		err: output{f: err, terminal: term.IsTerminal(int(err.Fd()))},
	}
}

func (c *console) stdout(p []byte) { c.write(&c.out, p) }
func (c *console) stderr(p []byte) { c.write(&c.err, p) }

func (c *console) write(w *output, p []byte) {
	if c.silent {
		return
	}
	c.clear()
	if c.copy != nil {
		_, _ = c.copy.Write(p)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.terminal {
		p = w.filter.clean(p)
		if c.lent.Load() {
			p = bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n"))
		}
	}
	w.write(p)
}

func (w *output) write(p []byte) {
	if w.broken != nil || len(p) == 0 {
		return
	}
	_, w.broken = w.f.Write(p)
}

// flush shows what waited for more.
func (c *console) flush() {
	if c.silent {
		return
	}
	for _, w := range []*output{&c.out, &c.err} {
		w.mu.Lock()
		w.write(w.filter.rest())
		w.mu.Unlock()
	}
}

// clear takes the status line away.
func (c *console) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.line != "" {
		_, _ = c.err.f.WriteString("\r\x1b[K")
		c.line = ""
	}
}

// status shows a line that the next output replaces, on a terminal only.
func (c *console) status(line string) {
	if c.silent || !c.err.terminal {
		return
	}
	c.clear()
	if line == "" || c.lent.Load() {
		return
	}
	line = Fit(line, c.err.f)
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = c.err.f.WriteString(line)
	c.line = line
}

// Fit is a line as one line of a terminal takes it: without control characters,
// and cut where it would wrap.
func Fit(line string, terminal *os.File) string {
	line = strings.Map(func(r rune) rune {
		if r < 0x20 || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, line)
	if width, _, err := term.GetSize(int(terminal.Fd())); err == nil && width > 4 {
		if text := []rune(line); len(text) >= width {
			line = string(text[:width-2]) + "…"
		}
	}
	return line
}

// screen is what a person sees, nil if there is none.
func (c *console) screen() *os.File {
	switch {
	case c.out.terminal:
		return c.out.f
	case c.err.terminal:
		return c.err.f
	}
	return nil
}

// say tells the user something of ours.
func (c *console) say(format string, args ...any) {
	c.stderr([]byte("wirelark: " + fmt.Sprintf(format, args...) + "\n"))
}

// refuse says why there is no lab and what to do about it.
func (c *console) refuse(err error) {
	c.say("%s", err)
	var r *Refused
	if errors.As(err, &r) {
		for _, line := range r.Remedy {
			c.stderr([]byte("  " + line + "\n"))
		}
	}
}

// lost is the exit code for output that could not be written: a script whose
// output is lost has not passed. A reader that closed its pipe meant to.
func (c *console) lost() int {
	code := 0
	for _, w := range []*output{&c.out, &c.err} {
		w.mu.Lock()
		broken := w.broken
		w.mu.Unlock()
		if broken != nil && !errors.Is(broken, unix.EPIPE) {
			c.say("write output: %s", broken)
			code = codeFailed
		}
	}
	return code
}
