package sandbox

import (
	"fmt"
	"unicode/utf8"
)

// A filter shows control characters instead of sending them to a terminal:
// what a lab prints may come from anybody. Colours, ends of line and tabs
// pass. What a packet cuts in two is held until the rest comes.
type filter struct {
	held []byte
}

// clean returns what may be shown of what has come so far.
func (f *filter) clean(p []byte) []byte {
	p = append(f.held, p...)
	f.held = nil
	out := make([]byte, 0, len(p))
	for len(p) > 0 {
		if p[0] == 0x1b {
			n, whole := colour(p)
			if !whole {
				f.held = p
				break
			}
			if n > 0 {
				out, p = append(out, p[:n]...), p[n:]
				continue
			}
		}
		if !utf8.FullRune(p) {
			f.held = p
			break
		}
		r, n := utf8.DecodeRune(p)
		out = appendShown(out, r, p[:n])
		p = p[n:]
	}
	return out
}

// rest is what was held for a continuation that did not come.
func (f *filter) rest() []byte {
	var out []byte
	for i := range f.held {
		c := f.held[i : i+1]
		r, _ := utf8.DecodeRune(c)
		out = appendShown(out, r, c)
	}
	f.held = nil
	return out
}

// appendShown adds a character as it may be shown. A byte that is no text
// could be a control character to a terminal that expects no UTF-8.
func appendShown(out []byte, r rune, raw []byte) []byte {
	switch {
	case r == '\n' || r == '\t':
	case r < 0x20:
		return append(out, '^', byte(r)+0x40)
	case r == 0x7f:
		return append(out, "^?"...)
	case r >= 0x80 && r < 0xa0 || r == utf8.RuneError && len(raw) == 1:
		return fmt.Appendf(out, `\x%02x`, raw[len(raw)-1])
	}
	return append(out, raw...)
}

// colour measures the sequence at the start of p that sets colours: ESC [
// digits and semicolons, m. It returns 0 if there is none; whole is false if
// p may be the beginning of one.
func colour(p []byte) (n int, whole bool) {
	const longest = 24
	for i := 1; ; i++ {
		switch {
		case i >= longest:
			return 0, true
		case i == len(p):
			return 0, false
		case i == 1 && p[i] == '[', i > 1 && (p[i] >= '0' && p[i] <= '9' || p[i] == ';'):
		case i > 1 && p[i] == 'm':
			return i + 1, true
		default:
			return 0, true
		}
	}
}
