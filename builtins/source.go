package builtins

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"wirelark/scripts/std"
)

// A source is one file of a script.
type source struct {
	path  string // absolute, or "@std//name.star"
	text  []byte
	lines []string
}

// stdRoot is how loads name the standard library, which is built in.
const stdRoot = "@std//"

// maxSource is the size of the largest file that is taken for a script.
const maxSource = 8 << 20

// read reads a file of the script, once.
func (sc *script) read(path string) (*source, error) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	if src := sc.sources[path]; src != nil {
		return src, nil
	}
	text, err := readSource(path)
	if err != nil {
		return nil, &StaticError{[]Problem{{Pos: syntax.MakePosition(&path, 0, 0), Text: err.Error()}}}
	}
	src := &source{path: path, text: text, lines: strings.Split(string(text), "\n")}
	sc.sources[path] = src
	return src, nil
}

func readSource(path string) ([]byte, error) {
	if name, ok := strings.CutPrefix(path, stdRoot); ok {
		text, err := std.Files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("the standard library has no %s: it has %s", name, strings.Join(std.Names(), ", "))
		}
		return text, nil
	}
	st, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("no such file")
	case errors.Is(err, fs.ErrPermission):
		return nil, errors.New("the file may not be read")
	case err != nil:
		return nil, errors.New("the file cannot be read")
	case st.IsDir():
		return nil, errors.New("is a folder, not a script")
	case st.Size() > maxSource:
		return nil, fmt.Errorf("has %d bytes: a script may have %d", st.Size(), maxSource)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, errors.New("the file may not be read")
	}
	if bytes.HasPrefix(text, []byte("\ufeff")) {
		return nil, errors.New("begins with a byte order mark: save it as UTF-8 without one")
	}
	if !utf8.Valid(text) {
		return nil, errors.New("is no text: a script is written in UTF-8")
	}
	return text, nil
}

// tree reads a file of the script and parses it.
func (sc *script) tree(path string) (*syntax.File, error) {
	src, err := sc.read(path)
	if err != nil {
		return nil, err
	}
	return parse(src, sc.env)
}

// compile parses a file, makes its checks show their operands, and resolves
// its names.
func (sc *script) compile(src *source) (*starlark.Program, error) {
	read := parse
	if sc.test != nil && src.path == sc.opt.File {
		read = sc.parseTest
	}
	f, err := read(src, sc.env)
	if err != nil {
		return nil, err
	}
	if sc.session != nil && sc.runsCommands(f) { // there is none where a file is only checked
		sc.session.ExpectCommands()
	}
	sc.probes.rewrite(f, src)
	prog, err := starlark.FileProgram(f, sc.env.Has)
	if err != nil {
		return nil, resolveProblems(src, err, append(defined(f), sc.env.Keys()...))
	}
	return prog, nil
}

// runsCommands reports whether a file names a builtin that runs commands or
// looks at a node's files. It is a hint only.
func (sc *script) runsCommands(f *syntax.File) bool {
	found := false
	syntax.Walk(f, func(n syntax.Node) bool {
		if id, ok := n.(*syntax.Ident); ok {
			found = found || sc.runners[id.Name]
		}
		return !found
	})
	return found
}

// line is a line of the file, counted from 1.
func (src *source) line(n int32) string {
	if n < 1 || int(n) > len(src.lines) {
		return ""
	}
	return strings.TrimSuffix(src.lines[n-1], "\r")
}

// between is the text from one position to another, its columns counted in
// runes as the scanner does.
func (src *source) between(from, to syntax.Position) string {
	if from.Line < 1 || int(to.Line) > len(src.lines) || to.Line < from.Line {
		return ""
	}
	cut := func(line string, col int32) int {
		n := 0
		for i := range line {
			if n == int(col)-1 {
				return i
			}
			n++
		}
		return len(line)
	}
	if from.Line == to.Line {
		line := src.lines[from.Line-1]
		a, b := cut(line, from.Col), cut(line, to.Col)
		return line[min(a, b):b]
	}
	first, last := src.lines[from.Line-1], src.lines[to.Line-1]
	words := []string{first[cut(first, from.Col):]}
	words = append(words, src.lines[from.Line:to.Line-1]...)
	words = append(words, last[:cut(last, to.Col)])
	text := strings.Join(words, "\n")
	if !strings.Contains(text, `"""`) && !strings.Contains(text, "'''") {
		for i := range words {
			words[i] = uncommented(words[i])
		}
		text = strings.Join(words, " ")
	}
	return strings.Join(strings.Fields(text), " ")
}

// uncommented is a line without its comment, which would swallow the rest of
// an expression that is put into one line.
func uncommented(line string) string {
	quote := byte(0)
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quote == 0 && c == '#':
			return line[:i]
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote != 0 && c == '\\':
			i++
		case c == quote:
			quote = 0
		}
	}
	return line
}

// name is a file's path as messages give it: from the folder of the command,
// if it lies there.
func (sc *script) name(path string) string {
	if strings.HasPrefix(path, stdRoot) {
		return path
	}
	if name, ok := sc.shown.Load(path); ok { // each call asks
		return name.(string)
	}
	name := Shown(sc.opt.Dir, path)
	sc.shown.Store(path, name)
	return name
}

// Shown is a path as messages give it to a user who is in dir: from there, if
// it is not far.
func Shown(dir, path string) string {
	if rel, err := filepath.Rel(dir, path); err == nil && !strings.HasPrefix(rel, "../../") {
		return rel
	}
	return path
}

// short is a position whose file is named as messages do.
func (sc *script) short(p syntax.Position) syntax.Position {
	name := sc.name(p.Filename())
	return syntax.MakePosition(&name, p.Line, p.Col)
}

// source is a file of the script that was read before, or nil.
func (sc *script) source(path string) *source {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	return sc.sources[path]
}
