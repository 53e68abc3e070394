package builtins

import (
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	startime "go.starlark.net/lib/time"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"wirelark/builtins/decl"
)

// FuzzVet: neither compiling nor vetting panics on any text, and what
// compiles as it is compiles rewritten.
func FuzzVet(f *testing.F) {
	for _, text := range corpus(f) {
		f.Add(text)
	}
	for _, text := range []string{
		"", "\x00", "\xff", "x = (", "if", "check(", "check(a ==", "  x", "while True:\n  pass", "load(", "load('x')", "load('../x', 'y')", "def f(:", "f'x'", "a < b < c",
		"check(*[])", "check(**{})", "veth(a, b, name = ('x',))", "netns(1)", "x = lambda: y", "\tpass", "'''", "check(\n1 ==\n\"é\"\n)", "route(h, 'x', via = [(1,)])", "exec_in(n, 'a | b')",
		"check(()[0:][0])", "check(-())", "a = b = 1", "import x\nimport y\nclass z:\n  pass\n", strings.Repeat("(", 500), strings.Repeat("not ", 500) + "x",
	} {
		f.Add(text)
	}
	root := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(root, "x.star")
		src := &source{path: path, text: []byte(text), lines: strings.Split(text, "\n")}
		sc := newScript(t.Context(), nil, Options{File: path, Root: root, Dir: root})
		sc.sources[path] = src
		_, err := sc.compile(src)
		if err != nil {
			(&Run{script: sc, Errs: []error{err}}).Report(io.Discard, true)
		} else {
			rewriteWhole(t, path, text)
		}
		v := NewVetting(root, root)
		v.sc.sources[path] = src
		v.Check(path, io.Discard, false)
	})
}

// FuzzPositions: whatever an error's position is, a report can be made of it.
func FuzzPositions(f *testing.F) {
	f.Add("check(a == 1)\nx = f(\n  y)[0]\n\té = 1", int32(2), int32(5), int32(1), int32(9))
	f.Add("", int32(0), int32(0), int32(-1), int32(-5))
	f.Add("x[0]\r\n", int32(1<<31-1), int32(1<<31-1), int32(1), int32(2))
	f.Fuzz(func(t *testing.T, text string, line, col, line2, col2 int32) {
		src := &source{path: "x.star", text: []byte(text), lines: strings.Split(text, "\n")}
		a, b := syntax.MakePosition(&src.path, line, col), syntax.MakePosition(&src.path, line2, col2)
		src.excerpt(a, b)
		src.between(a, b)
		start, end := src.span(a)
		src.excerpt(start, end)
		src.line(line)
	})
}

// FuzzSplit: no command makes the splitter panic, what has nothing special is
// split as at white space, and what is quoted for a shell comes back.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{"a b", " a\tb\n", "a 'b c'", `a "b \" c"`, `a\ b`, "a | b", "$x", "`a`", "a # b", "'", `"`, `\`, "a\\\nb", "$(", "${", "<(a)", "a;b", "é ü", "\x00", "\xff\xfe", "a\x0bb", "{a,b}", "a=(b)", "[[ a", "!(a)", "$'a'", `$"a"`, "<<a", "a>b", "((", "))", "~", "\\\n", "a \\", "\r", "a\r\nb", "#", "a\u00a0b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		argv, err := split(s)
		if err == nil && (len(argv) == 0 || argv[0] == "") {
			t.Errorf("%q: got %q, want a program", s, argv)
		}
		if !strings.ContainsAny(s, "'\"\\$`|&;<>()*#\x00\r\v\f!?@+[]{}~=^") && isPlain(s) {
			if want := strings.Fields(s); len(want) > 0 && (err != nil || !slices.Equal(argv, want)) {
				t.Errorf("%q: got %q, %v, want %q", s, argv, err, want)
			}
		}
		if strings.ContainsAny(s, "\x00\r") || !utf8.ValidString(s) {
			if err == nil {
				t.Errorf("%q: got %q, want a refusal", s, argv)
			}
			return
		}
		words := []string{"program", s, "", "last"}
		quoted := make([]string, len(words))
		for i, w := range words {
			quoted[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
		if argv, err := split(strings.Join(quoted, " ")); err != nil || !slices.Equal(argv, words) {
			t.Errorf("%q in quotes: got %q, %v, want %q", s, argv, err, words)
		}
	})
}

// isPlain reports whether a text has no white space but a shell's.
func isPlain(s string) bool {
	for _, r := range s {
		if r > 0x7e || r < 0x20 && r != '\t' && r != '\n' {
			return false
		}
	}
	return true
}

// FuzzValues: whatever a script passes as an address, a time or a share, it
// is refused in words or means what it says.
func FuzzValues(f *testing.F) {
	for _, s := range []string{"10.0.0.1/24", "::1/128", "fe80::1%eth0", "::ffff:1.2.3.4", "1/1", "/", "10.0.0.1/255.0.0.0", "5ms", "1.5", "-1h", "1e5s", "9999999h", "", "15%", "%", "nan%", "-0%", "1e400%", "default", "02:00:00:00:00:01"} {
		f.Add(s)
	}
	types := map[string]func(starlark.Value) error{
		"destination": func(v starlark.Value) error { _, err := destination.From(v); return err },
		"ratio":       func(v starlark.Value) error { _, err := ratio.From(v); return err },
		"table":       func(v starlark.Value) error { _, err := allTables.From(v); return err },
		"mac":         func(v starlark.Value) error { _, err := decl.MAC.From(v); return err },
		"pattern":     func(v starlark.Value) error { _, err := pattern.From(v); return err },
		"hops":        func(v starlark.Value) error { _, err := hopsType.From(v); return err },
		"command":     func(v starlark.Value) error { _, err := command.From(v); return err },
	}
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := decl.ParsePrefix(s); err == nil {
			if again, err := netip.ParsePrefix(p.String()); err != nil || again != p {
				t.Errorf("%q: got %v, which reads as %v, %v", s, p, again, err)
			}
			if _, err := decl.ParseIP(s); err != nil {
				t.Errorf("%q: got %v as an ip, want what is a prefix", s, err)
			}
		}
		if a, err := decl.ParseAddr(s); err == nil && (!a.IsValid() || a.Zone() != "" || a.Is4In6()) {
			t.Errorf("%q: got %v, want a plain address", s, a)
		}
		if d, err := decl.ToDuration(starlark.String(s)); err == nil {
			if want, err := time.ParseDuration(s); err != nil || want != d {
				t.Errorf("%q: got %v, want %v, %v", s, d, want, err)
			}
			if again, err := time.ParseDuration(decl.ShortDuration(d)); err != nil || again != d {
				t.Errorf("%q: got %q, which reads as %v, %v", s, decl.ShortDuration(d), again, err)
			}
		}
		if x, err := ratio.From(starlark.String(s)); err == nil && !(x >= 0) {
			t.Errorf("%q: got ratio %v, want one from 0 up", s, x)
		}
		for name, from := range types {
			for _, v := range []starlark.Value{starlark.String(s), starlark.Bytes(s), starlark.NewList([]starlark.Value{starlark.String(s)}), starlark.Tuple{starlark.String(s), starlark.MakeInt(len(s))}} {
				if err := from(v); err != nil && err.Error() == "" {
					t.Errorf("%s of %s: got an error without words", name, v)
				}
			}
		}
	})
}

// FuzzDeclarations: no arguments make the unpacking of any builtin panic.
func FuzzDeclarations(f *testing.F) {
	for i := range All {
		f.Add(uint8(i), []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}, "10.0.0.1/24")
		f.Add(uint8(i), []byte{0x8d, 0x9d, 0xad, 0xbd}, "default")
	}
	f.Fuzz(func(t *testing.T, which uint8, recipe []byte, text string) {
		b := All[int(which)%len(All)]
		list := b.List()
		var args []decl.Literal
		for i := 0; i < len(recipe) && len(args) < 30; i++ {
			a := decl.Literal{Value: someValue(&recipe, i, text, 3)}
			if i < len(recipe) && recipe[i]&0x80 != 0 {
				if a.Name = text; len(list) > 0 {
					a.Name = list[i%len(list)].Name
				}
			}
			args = append(args, a)
		}
		if err := b.Vet(args); err != nil && !strings.HasPrefix(err.Error(), b.Name+": ") {
			t.Errorf("%s: got %v, want its name first", b.Name, err)
		}
	})
}

// someValue makes a value as a byte of the recipe says.
func someValue(recipe *[]byte, i int, text string, depth int) starlark.Value {
	r := *recipe
	if i >= len(r) || depth == 0 {
		return starlark.None
	}
	next := func() starlark.Value { return someValue(recipe, i+1, text, depth-1) }
	switch r[i] & 0x1f {
	case 0:
		return nil // not told by the text
	case 1:
		return starlark.None
	case 2:
		return starlark.True
	case 3:
		return starlark.MakeInt(int(r[i]) - 100)
	case 4:
		return starlark.MakeInt(1).Lsh(uint(r[i]) * 8)
	case 5:
		return starlark.Float(len(text)) / 7
	case 6:
		x, _ := starlark.AsFloat(starlark.MakeInt(1).Lsh(2000))
		return starlark.Float(x - x)
	case 7:
		return starlark.Bytes(text)
	case 8, 9:
		return starlark.NewList([]starlark.Value{orNothing(next()), starlark.String(text)})
	case 10, 11:
		return starlark.Tuple{orNothing(next()), starlark.String(text)}
	case 12:
		d := starlark.NewDict(1)
		_ = d.SetKey(starlark.String(text), orNothing(next()))
		return d
	case 13:
		return starlark.NewSet(0)
	case 14:
		return startime.Duration(len(text) - 5)
	case 15:
		x, _ := decl.ParseIP(text)
		return x
	case 16:
		return starlark.Universe["len"]
	case 17:
		return struct_.Native
	}
	return starlark.String(text)
}

func orNothing(v starlark.Value) starlark.Value {
	if v == nil {
		return starlark.None
	}
	return v
}

// TestVetPassesExamples: vetting finds nothing wrong in what is right.
func TestVetPassesExamples(t *testing.T) {
	dir := t.TempDir()
	for _, b := range All {
		path := filepath.Join(dir, b.Name+".star")
		if err := os.WriteFile(path, []byte(b.Example+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		var w strings.Builder
		if n := NewVetting(dir, dir).Check(path, &w, false); n > 0 {
			t.Errorf("%s: got\n%swant nothing wrong", b.Name, w.String())
		}
	}
}
