package builtins

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var snapshot = &builtin{
	Name:    "snapshot",
	Group:   "assert",
	Summary: "Stop the script with a failure unless a text is the one that was kept.",
	Detail: "The kept text is in the project: snapshots/FILE/TEST.NAME.txt beside the script FILE.star, of which TEST is the test that runs, with its parameters; outside of a test it is NAME.txt. " +
		"`wirelark test --update` writes it, and then there is nothing to compare; look at the difference before you commit it. Whoever runs the test next compares. A failure shows both as a check does. " +
		"What differs from run to run has to be taken out of the text before.",
	Example: `a, b = netns("a"), netns("b")
veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
snapshot("routes", "".join(["%s dev %s\n" % (r.dst, r.dev) for r in routes(a, family = 4)]))`,
	Returns: "None",
	Params: func(p *params) body {
		name := decl.Arg(p, "name", snapshotName, "the snapshot's name, another for each text of a test")
		text := decl.Arg(p, "text", decl.Str, "the text")
		return func(c *call) (starlark.Value, error) {
			strandOf(c.Thread).tally.Checks++
			return starlark.None, c.Script.compare(*name, *text)
		}
	},
}

// snapshotPattern is what names of snapshots are. They have no dot: what is
// before the last one in a file's name is the test.
var snapshotPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)
})

var snapshotName = decl.Type[string]{Name: "str", From: func(v starlark.Value) (string, error) {
	s, err := decl.Str.From(v)
	if err == nil && !snapshotPattern().MatchString(s) {
		err = decl.Misusef("%q is not allowed: use 1 to 64 letters, digits, '_' and '-', the first a letter or digit", s)
	}
	return s, err
}, Show: decl.Str.Show}

// maxSnapshot is how long a text may be that somebody shall read when it has
// changed, in bytes.
const maxSnapshot = 1 << 20

// compare compares a text with the one that was kept, or keeps it.
func (sc *script) compare(name, text string) error {
	switch {
	case !utf8.ValidString(text):
		return decl.Misusef("text: is no text in UTF-8")
	case len(text) > maxSnapshot:
		return decl.Misusef("text: has %d bytes: a snapshot has at most %d", len(text), maxSnapshot)
	}
	file := sc.snapshotFile(name)
	sc.mu.Lock()
	before, again := sc.snapshots[file]
	if sc.snapshots == nil {
		sc.snapshots = map[string]string{}
	}
	sc.snapshots[file] = text
	sc.mu.Unlock()
	if again && before != text {
		return fmt.Errorf("%s stood for another text before: give each a name of its own", name)
	}
	path := filepath.Join(filepath.Dir(sc.opt.File), runtime.SnapshotsDir, runtime.SnapshotFolder(sc.opt.File), file)
	st, err := os.Lstat(path)
	switch {
	case err == nil && !st.Mode().IsRegular():
		return fmt.Errorf("%s is no file", sc.name(path))
	case sc.opt.Update != nil && again:
		return nil // it is on its way, and must not be sent twice at a time
	case sc.opt.Update != nil:
		return sc.opt.Update(file, text)
	case err != nil:
		return &checkFailure{builtin: "snapshot", msg: fmt.Sprintf("there is no %s yet: run wirelark test with --update to write it", sc.name(path))}
	}
	want, err := readText(path)
	if err != nil {
		return fmt.Errorf("%s %w", sc.name(path), err)
	}
	if want == text {
		return nil
	}
	return snapshotFailure(sc.name(path), want, text)
}

// snapshotFailure shows how a text differs from the one that was kept.
func snapshotFailure(shown, want, got string) *checkFailure {
	f := &checkFailure{
		builtin: "snapshot", msg: "this is not what " + shown + " has",
		sides: "- kept, + now", notes: []string{"if it is right as it is now: wirelark test with --update keeps it"},
	}
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	from := 0 // the first lines that are shown
	for from < len(a) && from < len(b) && a[from] == b[from] {
		from++
	}
	const before, most = 2, 2000
	if from = max(0, from-before); from > 0 {
		f.notes = append(f.notes, fmt.Sprintf("it differs from line %d on", from+before+1))
	}
	a, b = a[from:min(len(a), from+most)], b[from:min(len(b), from+most)]
	f.diff = diffLines(a, b)
	if strings.TrimSuffix(want, "\n") == strings.TrimSuffix(got, "\n") {
		f.notes = append(f.notes, "only one of them ends with a newline")
	}
	return f
}

// snapshotFile is the name of the file that keeps a text: after its test and
// its name. What a file is not called in a test's name is replaced, and a hash
// keeps the names apart.
func (sc *script) snapshotFile(name string) string {
	t := sc.test
	if t == nil || t.function == "" {
		return name + ".txt"
	}
	full := t.function
	if i := strings.LastIndex(t.name, "::"+t.function); i >= 0 {
		full = t.name[i+len("::"):]
	}
	nice := strings.TrimSuffix(strings.Replace(full, "[", "-", 1), "]")
	plain := strings.Map(func(r rune) rune {
		if strings.ContainsRune("._-=,", r) || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, nice)
	const most = 120
	if plain != nice || len(plain) > most {
		sum := sha256.Sum256([]byte(full))
		plain = plain[:min(len(plain), most)] + "~" + hex.EncodeToString(sum[:4])
	}
	return plain + "." + name + ".txt"
}
