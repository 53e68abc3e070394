package sandbox

import "testing"

func TestFilterShowsControlCharacters(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"text", "a\tb\nc", "a\tb\nc"},
		{"letters beyond ASCII", "Grüße ✓", "Grüße ✓"},
		{"colour", "\x1b[1;31mred\x1b[0m\x1b[m", "\x1b[1;31mred\x1b[0m\x1b[m"},
		{"title of the window", "\x1b]0;x\x07", "^[]0;x^G"},
		{"cursor", "\x1b[2Jx", "^[[2Jx"},
		{"endless colour", "\x1b[1111111111111111111111111m", "^[[1111111111111111111111111m"},
		{"carriage return", "a\rb", "a^Mb"},
		{"delete", "\x7f", "^?"},
		{"C1 in UTF-8", "\u009b2J", `\x9b2J`},
		{"C1 as a byte", "\x9b2J", `\x9b2J`},
		{"no text", "\xff", `\xff`},
		{"escape at the end", "x\x1b", "x^["},
		{"colour cut short", "x\x1b[1;", "x^[[1;"},
		{"letter cut short", "x\xe2\x9c", `x\xe2\x9c`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var f filter
			got := string(f.clean([]byte(c.in))) + string(f.rest())
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			// However it is cut into packets.
			for i := range c.in {
				var f filter
				got := string(f.clean([]byte(c.in[:i]))) + string(f.clean([]byte(c.in[i:]))) + string(f.rest())
				if got != c.want {
					t.Errorf("cut at %d: got %q, want %q", i, got, c.want)
				}
			}
		})
	}
}

func FuzzFilterLetsNoControlCharacterPass(f *testing.F) {
	f.Add([]byte("\x1b[31mx\x1b[2J\xc2\x9b"))
	f.Fuzz(func(t *testing.T, in []byte) {
		var w filter
		got := append(w.clean(in), w.rest()...)
		for i := 0; i < len(got); i++ {
			if n, _ := colour(got[i:]); got[i] == 0x1b && n > 0 {
				i += n - 1
				continue
			}
			if c := got[i]; c < 0x20 && c != '\n' && c != '\t' || c == 0x7f {
				t.Fatalf("%q: got %q, with the control character %#x", in, got, c)
			}
		}
	})
}
