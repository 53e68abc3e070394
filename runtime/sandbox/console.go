package sandbox

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// A console shows what a lab says on the user's terminal or in files.
type console struct {
	mu       sync.Mutex
	out, err filtered
	line     string // the status line that is shown
	broken   error  // what could not be written
	silent   bool
}

func newConsole(out, err *os.File) *console {
	if out == nil || err == nil {
		return &console{silent: true}
	}
	return &console{out: filtered{f: out, on: term.IsTerminal(int(out.Fd()))}, err: filtered{f: err, on: term.IsTerminal(int(err.Fd()))}}
}

// A filtered output shows control characters instead of sending them to a
// terminal: what a lab prints may come from anybody. Colours pass.
type filtered struct {
	f     *os.File
	on    bool
	state int // within an escape sequence: 1 after ESC, 2 after ESC [
	held  []byte
}

func (w *filtered) clean(p []byte) []byte {
	if !w.on {
		return p
	}
	out := make([]byte, 0, len(p))
	flush := func() {
		for _, h := range w.held {
			if h == 0x1b {
				out = append(out, "^["...)
			} else {
				out = append(out, h)
			}
		}
		w.held, w.state = w.held[:0], 0
	}
	for _, c := range p {
		switch {
		case w.state == 1 && c == '[':
			w.held, w.state = append(w.held, c), 2
			continue
		case w.state == 2 && (c >= '0' && c <= '9' || c == ';') && len(w.held) < 24:
			w.held = append(w.held, c)
			continue
		case w.state == 2 && c == 'm':
			out = append(append(out, w.held...), c)
			w.held, w.state = w.held[:0], 0
			continue
		case w.state != 0:
			flush()
		}
		switch {
		case c == 0x1b:
			w.held, w.state = append(w.held, c), 1
		case c < 0x20 && c != '\n' && c != '\t':
			out = append(out, '^', c+0x40)
		case c == 0x7f:
			out = append(out, "^?"...)
		default:
			out = append(out, c)
		}
	}
	return out
}

func (c *console) stdout(p []byte) { c.write(&c.out, p) }
func (c *console) stderr(p []byte) { c.write(&c.err, p) }

func (c *console) write(w *filtered, p []byte) {
	if c.silent {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clear()
	if _, err := w.f.Write(w.clean(p)); err != nil && c.broken == nil {
		c.broken = err
	}
}

// clear takes the status line away.
func (c *console) clear() {
	if c.line != "" {
		_, _ = c.err.f.WriteString("\r\x1b[K")
		c.line = ""
	}
}

// status shows a line that the next output replaces, on a terminal only.
func (c *console) status(line string) {
	if c.silent || !c.err.on {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clear()
	if line == "" {
		return
	}
	if width, _, err := term.GetSize(int(c.err.f.Fd())); err == nil && len(line) >= width && width > 4 {
		line = line[:width-2] + "…"
	}
	line = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f {
			return ' '
		}
		return r
	}, line)
	_, _ = c.err.f.WriteString(line)
	c.line = line
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
	if c.broken == nil || errors.Is(c.broken, unix.EPIPE) {
		return 0
	}
	_, _ = c.err.f.WriteString("wirelark: write output: " + c.broken.Error() + "\n")
	return codeFailed
}
