package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const events = `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:1: not what I want\n"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestB","Output":"    b_test.go:9: no netem here\n"}
{"Action":"skip","Package":"p","Test":"TestB"}
{"Action":"pass","Package":"p","Test":"TestC"}
{"Action":"fail","Package":"p","Elapsed":1.5}
{"Action":"output","Package":"q","Output":"panic: oh\n"}
{"Action":"fail","Package":"q"}
{"Action":"skip","Package":"without tests"}
`

// failures is what the file of counts keeps of those.
const failures = `| FAIL root: p TestA
|         a_test.go:1: not what I want
| FAIL root: q` + " \n" + `|     panic: oh
`

// tally returns the exit code, what was shown, and the counts.
func tally(t *testing.T, in string, args ...string) (int, string, string) {
	t.Helper()
	counts := filepath.Join(t.TempDir(), "counts")
	var out strings.Builder
	code := run(append(args, "-lane", "root", "-counts", counts), strings.NewReader(in), &out, &out)
	b, err := os.ReadFile(counts)
	if err != nil {
		t.Fatal(err)
	}
	return code, out.String(), string(b)
}

func TestFailuresAreShownAndCounted(t *testing.T) {
	code, out, counts := tally(t, events)
	if want := failures + "1 2 1\n"; code != 1 || counts != want {
		t.Errorf("got %d, %q, want 1, %q", code, counts, want)
	}
	for _, want := range []string{"FAIL root: p TestA\n        a_test.go:1: not what I want\n", "skip root: p TestB: no netem here\n",
		"FAIL root: p: 1 passed, 1 failed, 1 skipped in 1.5s\n", "FAIL root: q \n    panic: oh\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("got %q, want %q in it", out, want)
		}
	}
}

func TestSkipsMustBeAllowed(t *testing.T) {
	allowed := filepath.Join(t.TempDir(), "allowed")
	refused := strings.Replace(failures, "| FAIL root: q", "| FAIL root: p TestB: skipped, which is not allowed: no netem here\n| FAIL root: q", 1) + "1 3 0\n"
	for text, want := range map[string]string{"# none\n": refused, "# some\nno netem here\n": failures + "1 2 1\n", "no netem\n": refused} {
		if err := os.WriteFile(allowed, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, out, counts := tally(t, events, "-strict", "-allowed", allowed); counts != want {
			t.Errorf("%q: got %q, want %q: %s", text, counts, want, out)
		}
	}
}

func TestPassIsNoFailure(t *testing.T) {
	in := `{"Action":"output","Package":"p","Test":"TestC","Output":"    c_test.go:1: NOT TESTED: rain\n"}
{"Action":"pass","Package":"p","Test":"TestC"}` + "\n" + `{"Action":"pass","Package":"p"}` + "\n"
	code, out, counts := tally(t, in, "-strict")
	if code != 0 || counts != "1 0 0\n" || !strings.Contains(out, "part root: p TestC: c_test.go:1: NOT TESTED: rain\n") {
		t.Errorf("got %d, %q, want 0, 1 0 0: %s", code, counts, out)
	}
}

// writes is a writer that keeps what it is given apart.
type writes []string

func (w *writes) Write(p []byte) (int, error) {
	*w = append(*w, string(p))
	return len(p), nil
}

// Lanes run side by side and show what they have in one place: what belongs
// together is written at once.
func TestEachEventIsShownWhole(t *testing.T) {
	counts := filepath.Join(t.TempDir(), "counts")
	var out writes
	for range 2 {
		if code := run([]string{"-lane", "root", "-counts", counts}, strings.NewReader(events), &out, &out); code != 1 {
			t.Errorf("got %d, want 1", code)
		}
	}
	if len(out) != 8 || out[0] != "FAIL root: p TestA\n        a_test.go:1: not what I want\n" || out[3] != "FAIL root: q \n    panic: oh\n" && out[4] != out[0] {
		t.Errorf("got %q, want each failure in one piece", out)
	}
	if b, err := os.ReadFile(counts); string(b) != strings.Repeat(failures+"1 2 1\n", 2) {
		t.Errorf("got counts %q, %v, want those of both lanes", b, err)
	}
}

func TestCountsMustBeWritable(t *testing.T) {
	dir := t.TempDir()
	var out strings.Builder
	if code := run([]string{"-counts", dir}, strings.NewReader(events), &out, &out); code != 2 || !strings.Contains(out.String(), "is a directory") {
		t.Errorf("got %d, %q, want that the counts are a folder", code, out.String())
	}
	closed, err := openCounts("")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	c := &count{}
	c.out.WriteString("x")
	if err := c.show(&out, closed); err == nil || err.Error() != "lock /dev/null: bad file descriptor" {
		t.Errorf("got %v, want that the lock is closed", err)
	}
}
