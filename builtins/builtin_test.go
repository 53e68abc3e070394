package builtins

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wirelark/builtins/decl"
)

const builtinDir = "../testdata/builtin"

// TestBuiltins runs the files of testdata/builtin, each in a lab of its own.
func TestBuiltins(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(builtinDir, "*.star"))
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d files, %v", len(files), err)
	}
	atOnce := make(chan struct{}, 2)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".star"), func(t *testing.T) {
			t.Parallel()
			atOnce <- struct{}{}
			defer func() { <-atOnce }()
			// A copy, in which commands may write whoever runs the tests.
			dir := filepath.Join(t.TempDir(), "builtin")
			if err := os.CopyFS(dir, os.DirFS(builtinDir)); err != nil {
				t.Fatal(err)
			}
			told(t, inLab(t, absolute(t, filepath.Join(dir, filepath.Base(file))), "chunks", mayLack()))
		})
	}
}

// told makes skips and a failure of what was told of a lab: each line that does
// not begin with skipMark is something that went wrong.
func told(t *testing.T, out string) {
	t.Helper()
	var wrong strings.Builder
	for line := range strings.Lines(out) {
		what, why, skipped := strings.Cut(strings.TrimPrefix(line, skipMark), "\t")
		if !skipped || !strings.HasPrefix(line, skipMark) {
			wrong.WriteString(line)
			continue
		}
		t.Run(what, func(t *testing.T) { t.Skip(strings.TrimSuffix(why, "\n")) })
	}
	if wrong.Len() > 0 {
		t.Errorf("\n%s", wrong.String())
	}
}

// mayLack is what a script may require and the kernel may lack: anything, but
// where the tests run for the sake of what it has.
func mayLack() string {
	if list, ok := os.LookupEnv("WIRELARK_TEST_LACKS"); ok {
		return list
	}
	return "any"
}

func TestEachBuiltinHasAFileOfTests(t *testing.T) {
	for _, b := range All {
		if _, err := os.Stat(filepath.Join(builtinDir, b.Name+".star")); err != nil {
			t.Errorf("%s: got %v, want a file of tests", b.Name, err)
		}
	}
}

func TestExamplesRun(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "snapshots", "example"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"README.md": "# A project\n", "example.star": "", "snapshots/example/routes.txt": "10.0.0.0/24 dev eth0\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	told(t, inLab(t, absolute(t, filepath.Join(dir, "example.star")), "examples", mayLack()))
}

func TestTableIsSorted(t *testing.T) {
	if !slices.IsSortedFunc(All, func(a, b *builtin) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("All is not sorted by name")
	}
}

// nounPhrase is how the doc of a parameter begins: unless with a name in
// capitals, such as ICMP, in lower case.
var nounPhrase = regexp.MustCompile(`^(["a-z0-9]|[A-Z]{2,})`)

func TestBuiltinsAreDescribed(t *testing.T) {
	var known []string
	for _, g := range groups {
		known = append(known, g.name)
	}
	for _, b := range All {
		if !slices.Contains(known, b.Group) {
			t.Errorf("%s: group %q is none of the reference's", b.Name, b.Group)
		}
		if !strings.HasSuffix(b.Summary, ".") || strings.Count(b.Summary, ". ") > 0 || !regexp.MustCompile(`^[A-Z]`).MatchString(b.Summary) {
			t.Errorf("%s: summary %q is not one sentence", b.Name, b.Summary)
		}
		if b.Example == "" {
			t.Errorf("%s: there is no example", b.Name)
		}
		if b.Native != nil {
			continue
		}
		if b.Returns == "" {
			t.Errorf("%s: what it returns is not said", b.Name)
		}
		for _, q := range b.List() {
			if q.Doc == "" || strings.HasSuffix(q.Doc, ".") || !nounPhrase.MatchString(q.Doc) {
				t.Errorf("%s: %s: doc %q is no noun phrase without capital and period", b.Name, q.Name, q.Doc)
			}
		}
	}
}

var quotedName = regexp.MustCompile("`([a-z_]+)( = [^`]*)?`")

// TestDetailsNameWhatThereIs: a parameter that a text names was not renamed.
func TestDetailsNameWhatThereIs(t *testing.T) {
	var names []string
	for _, b := range All {
		names = append(names, b.Name)
	}
	for _, b := range All {
		for _, m := range quotedName.FindAllStringSubmatch(b.Detail, -1) {
			if slices.Contains(names, m[1]) {
				continue
			}
			if !slices.ContainsFunc(b.List(), func(q decl.Param) bool { return q.Name == m[1] }) {
				t.Errorf("%s: its detail names %s, which is neither a parameter nor a builtin", b.Name, m[0])
			}
		}
	}
}

var (
	stubClass = regexp.MustCompile(`(?m)^class (\w+):`)
	stubWords = regexp.MustCompile(`(?m)^def .*$|^    \w+: .*$`)
	stubName  = regexp.MustCompile(`\b[A-Z]\w+`)
)

// TestStubNamesWhatItDefines: no type is misspelt.
func TestStubNamesWhatItDefines(t *testing.T) {
	text := Stub()
	known := []string{"Any", "None"}
	for _, m := range stubClass.FindAllStringSubmatch(text, -1) {
		known = append(known, m[1])
	}
	for _, line := range stubWords.FindAllString(text, -1) {
		for _, name := range stubName.FindAllString(line, -1) {
			if !slices.Contains(known, name) {
				t.Errorf("%s: got %s, which is no class of the stub", line, name)
			}
		}
	}
}

// TestEachFieldIsRead: what a value tells is looked at in some test.
func TestEachFieldIsRead(t *testing.T) {
	var all strings.Builder
	for _, text := range corpus(t) {
		all.WriteString(text)
	}
	for _, k := range kinds {
		kind, _, fields := k.Describe()
		for _, f := range fields {
			if !regexp.MustCompile(`\.` + f.Name + `\b`).MatchString(all.String()) {
				t.Errorf("%s: no test reads .%s", kind, f.Name)
			}
		}
	}
}
