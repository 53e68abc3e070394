package main

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"

	"golang.org/x/term"

	"wirelark/runtime/sandbox"
)

// An editor reads lines from a person's terminal. It reads all the time: what
// is typed while something runs waits for its end, but for Ctrl-C, which
// interrupts it.
type editor struct {
	*term.Terminal
	seat       *sandbox.Seat
	cols, rows int
	dropped    bool // the line that is read is not wanted
	past       *history

	mu    sync.Mutex
	typed []byte
	gone  error         // why there is no more to read
	came  chan struct{} // has room for one
	busy  func()        // interrupts what runs, or nil
}

// Keys that mean something to us only.
const (
	interruptKey = 0x03 // Ctrl-C
	dropKey      = 0x1c // not typed: it is taken out of what is
	tabKey       = '\t'
)

// errDropped is the end of a line that its writer does not want.
var errDropped = errors.New("dropped")

// mostTyped is how many bytes wait while something runs.
const mostTyped = 1 << 16

// newEditor begins to read from a terminal. complete says what may stand in
// the place of the word at the end of a text.
func newEditor(s *sandbox.Seat, past *history, complete func(string) (string, []string)) *editor {
	ed := &editor{seat: s, past: past, came: make(chan struct{}, 1)}
	ed.Terminal = term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{keys{ed}, s.Out}, "")
	ed.History = past
	ed.AutoCompleteCallback = func(line string, pos int, key rune) (string, int, bool) {
		switch key {
		case dropKey:
			ed.dropped = true
			return line + "^C", len(line) + 2, true
		case tabKey:
			return ed.completed(line, pos, complete)
		}
		return "", 0, false
	}
	ed.fit()
	go ed.read() // ends when the seat is closed
	return ed
}

func (ed *editor) read() {
	buf := make([]byte, 1024)
	for {
		n, err := ed.seat.In.Read(buf)
		got := bytes.ReplaceAll(buf[:n], []byte{dropKey}, nil)
		ed.mu.Lock()
		if len(ed.typed) < mostTyped || bytes.IndexByte(got, interruptKey) >= 0 {
			ed.typed = append(ed.typed, got...)
		}
		ed.interrupt()
		ed.gone = err
		ed.mu.Unlock()
		select {
		case ed.came <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// interrupt ends what runs if Ctrl-C was typed, also before it began: what was
// typed up to that is dropped. The caller holds mu.
func (ed *editor) interrupt() {
	if i := bytes.LastIndexByte(ed.typed, interruptKey); i >= 0 && ed.busy != nil {
		ed.busy()
		ed.typed = ed.typed[i+1:]
	}
}

// while runs f, which interrupt ends.
func (ed *editor) while(interrupt, f func()) {
	ed.setBusy(interrupt)
	defer ed.setBusy(nil)
	f()
}

func (ed *editor) setBusy(interrupt func()) {
	ed.mu.Lock()
	defer ed.mu.Unlock()
	ed.busy = interrupt
	ed.interrupt()
}

// line reads a line.
func (ed *editor) line(prompt string) (string, error) {
	ed.SetPrompt(prompt)
	ed.dropped = false
	text, err := ed.ReadLine()
	switch {
	case ed.dropped:
		return "", errDropped
	case errors.As(err, &term.ErrPasteIndicator):
		err = nil
	}
	return text, err
}

// fit follows the size of the terminal.
func (ed *editor) fit() {
	if cols, rows := ed.seat.Size(); cols > 0 && (cols != ed.cols || rows != ed.rows) {
		ed.cols, ed.rows = cols, rows
		_ = ed.SetSize(cols, rows)
	}
}

// keys are what the terminal of an editor reads.
type keys struct{ *editor }

// Read waits for keys. Ctrl-C is what ends the line, after a mark that it is
// dropped.
func (k keys) Read(p []byte) (int, error) {
	ed := k.editor
	for {
		ed.mu.Lock()
		n := len(ed.typed)
		if i := bytes.IndexByte(ed.typed, interruptKey); i == 0 && len(p) > 1 {
			ed.typed = ed.typed[1:]
			ed.mu.Unlock()
			return copy(p, []byte{dropKey, '\r'}), nil
		} else if i > 0 {
			n = i
		}
		n = copy(p, ed.typed[:n])
		ed.typed = ed.typed[n:]
		gone := ed.gone
		ed.mu.Unlock()
		if n > 0 || gone != nil {
			ed.fit()
			return n, gone
		}
		<-ed.came
	}
}

// completed is a line with the word before pos completed, as far as it is
// clear; else what it may be is shown. Where no word can be, Tab indents.
func (ed *editor) completed(line string, pos int, complete func(string) (string, []string)) (string, int, bool) {
	insert := func(text string) (string, int, bool) {
		return line[:pos] + text + line[pos:], pos + len(text), true
	}
	if strings.TrimSpace(line[:pos]) == "" {
		return insert("    ")
	}
	word, options := complete(line[:pos])
	if len(options) == 0 {
		return line, pos, true
	}
	if more := commonPrefix(options)[len(word):]; more != "" {
		return insert(more)
	}
	_, _ = ed.Write([]byte(columns(options, cmp.Or(ed.cols, 80))))
	return line, pos, true
}

func commonPrefix(words []string) string {
	low, high := slices.Min(words), slices.Max(words)
	n := 0
	for n < len(low) && n < len(high) && low[n] == high[n] {
		n++
	}
	return low[:n]
}

// columns are words side by side, in lines of a width.
func columns(words []string, width int) string {
	wide := 0
	for _, w := range words {
		wide = max(wide, len(w)+2)
	}
	each := max(width/wide, 1)
	var b strings.Builder
	for i, w := range words {
		if b.WriteString(w); (i+1)%each == 0 || i+1 == len(words) {
			b.WriteByte('\n')
		} else {
			b.WriteString(strings.Repeat(" ", wide-len(w)))
		}
	}
	return b.String()
}

// A history is what was typed in this run, the newest last.
type history struct{ lines []string }

// mostHistory is how many lines are kept.
const mostHistory = 1000

// Add keeps a line, unless it is empty, dropped or the same again.
func (h *history) Add(line string) {
	if strings.TrimSpace(line) == "" || strings.HasSuffix(line, "^C") || len(h.lines) > 0 && h.lines[len(h.lines)-1] == line {
		return
	}
	h.lines = append(h.lines, line)
	h.lines = h.lines[max(0, len(h.lines)-mostHistory):]
}

func (h *history) Len() int        { return len(h.lines) }
func (h *history) At(i int) string { return h.lines[len(h.lines)-1-i] }
