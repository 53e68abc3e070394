package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"wirelark/builtins"
)

// TestExamples runs every script in scripts/ as a reader would, each in a lab
// of its own and several at a time. Each must pass; one that is skipped must
// have an allowed reason where CI is set, for a skip shows nothing.
func TestExamples(t *testing.T) {
	root := filepath.Join("..", "..")
	list := examples(t, root)
	if len(list) < 12 {
		t.Fatalf("got %d scripts, want the examples: %s", len(list), list)
	}
	allowed := allowedSkips(t, filepath.Join(root, "testdata", "allowed-skips.txt"))
	for _, path := range list {
		t.Run(strings.TrimSuffix(path, ".star"), func(t *testing.T) {
			t.Parallel()
			code, report := wirelark(t, root, "run", path)
			switch {
			case code == 0:
			case code == 3 && os.Getenv("CI") == "":
				t.Skipf("skipped, which CI may not allow:\n%s", report)
			case code == 3 && slices.Contains(allowed, skipReason(report)):
				t.Skip(skipReason(report))
			default:
				t.Errorf("got exit code %d, want 0:\n%s", code, report)
			}
		})
	}
}

// TestExampleTests runs all tests below scripts/ in one go, as a user would, and
// more at once than there are processors: most of them wait for daemons. Beside
// another lane these are late at times, so that deadlines are three times as long.
// What it says of a failure is shown whole, without the skips.
func TestExampleTests(t *testing.T) {
	t.Parallel()
	args := []string{"test", "scripts", "-q", "-p", "4", "--slow", "3", "--allow-skips", "testdata/allowed-skips.txt"}
	ci := os.Getenv("CI") != ""
	if ci {
		args = append(args, "--no-skip")
	}
	code, said, report := wirelarkSays(t, filepath.Join("..", ".."), args...)
	passed := 0
	if m := passedLine.FindStringSubmatch(said); m != nil {
		passed, _ = strconv.Atoi(m[1])
	}
	switch {
	case code == 3 && !ci:
		t.Skipf("skipped, which CI may not allow:\n%s", said)
	case code != 0:
		t.Errorf("got exit code %d, want 0:\n%s%s", code, skippedTest.ReplaceAllString(said, ""), report)
	case passed < 100 && ci:
		t.Errorf("got %d tests that passed, want 100 or more:\n%s", passed, said)
	}
}

var (
	passedLine  = regexp.MustCompile(`(?m)^(\d+) passed, `)
	skippedTest = regexp.MustCompile(`(?m)^skip  .*\n`)
)

// TestFirstContact runs the script of `make first-contact` in small: the first
// packet of a new network must arrive, for nothing sends it again.
func TestFirstContact(t *testing.T) {
	if code, report := wirelark(t, filepath.Join("..", ".."), "run", "bench/scripts/first_contact.star", "n=5"); code != 0 {
		t.Errorf("got exit code %d, want 0:\n%s", code, report)
	}
}

// TestExamplesAreVetted checks that the examples have no static mistake, and
// that they can be checked without running them.
func TestExamplesAreVetted(t *testing.T) {
	if code, report := wirelark(t, filepath.Join("..", ".."), "vet", "scripts"); code != 0 {
		t.Errorf("got exit code %d, want 0:\n%s", code, report)
	}
}

// TestSkipReason reads both kinds of skip, without the remedy.
func TestSkipReason(t *testing.T) {
	for report, want := range map[string]string{
		"a.star:1:1: require: netem: this kernel lacks it; as root: modprobe sch_netem\n    1 | …\n": "netem: this kernel lacks it",
		"note\na.star:9:5: skipped: no br_netfilter: modprobe it\n":                                  "no br_netfilter: modprobe it",
		"a.star:1:1: check failed: 1 == 2\n":                                                         "",
	} {
		if got := skipReason(report); got != want {
			t.Errorf("got %q, want %q, of %q", got, want, report)
		}
	}
}

// examples finds the scripts below scripts/ that are no tests, libraries that
// they load among them, which must run alone too. Those for virtual time would
// take hours: they run under other kernels.
func examples(t *testing.T, root string) []string {
	var list []string
	err := fs.WalkDir(os.DirFS(root), "scripts", func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".star") && !strings.HasSuffix(path, "_test.star") && !strings.HasPrefix(path, "scripts/virtual/") {
			list = append(list, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// wirelark runs the program, which testscript put in the PATH, and returns its
// exit code and what it said on standard error. The program has its own time
// limit, which reports more than ours does.
func wirelark(t *testing.T, dir string, args ...string) (int, string) {
	code, _, report := wirelarkSays(t, dir, args...)
	return code, report
}

// wirelarkSays is wirelark with the standard output, too. What is in doubt
// because the machine stood still is tried once more.
func wirelarkSays(t *testing.T, dir string, args ...string) (code int, said, report string) {
	code, said, report = wirelarkOnce(t, dir, args...)
	if code == builtins.CodeUnable && strings.Contains(said+report, "inconclusive") {
		t.Logf("once more, since the machine stood still:\n%s%s", said, report)
		code, said, report = wirelarkOnce(t, dir, args...)
	}
	return code, said, report
}

func wirelarkOnce(t *testing.T, dir string, args ...string) (code int, said, report string) {
	ctx, cancel := context.WithTimeout(t.Context(), 12*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "wirelark", args...)
	cmd.Dir = dir
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("wirelark %s: %v", strings.Join(args, " "), err)
	}
	return cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()
}

var skipLine = regexp.MustCompile(`(?m)^\S+:\d+:\d+: (?:skipped|require): (.*?)(?:;.*)?$`)

// skipReason is why a script was skipped, up to the remedy.
func skipReason(report string) string {
	if m := skipLine.FindStringSubmatch(report); m != nil {
		return m[1]
	}
	return ""
}

// allowedSkips reads the reasons for which an example may be skipped.
func allowedSkips(t *testing.T, path string) []string {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(strings.Split(string(b), "\n"), func(line string) bool {
		return line == "" || strings.HasPrefix(line, "#")
	})
}
