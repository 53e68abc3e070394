package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// commands are what the scripts can say besides testscript's own.
var commands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"code":    codeCmd,
	"tidy":    tidyCmd,
	"start":   startCmd,
	"waitfor": waitforCmd,
	"signal":  signalCmd,
	"runs":    runsCmd,
	"ended":   endedCmd,
	"audit":   auditCmd,
}

// patience is how long a test waits for what comes at once on an idle machine.
const patience = 60 * time.Second

// need stops a script whose command is not used as it should be.
func need(ts *testscript.TestScript, ok, neg bool, usage string) {
	if !ok || neg {
		ts.Fatalf("usage: %s", usage)
	}
}

// codeCmd runs a program that must end with exactly this code.
func codeCmd(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) >= 2, neg, "code N PROGRAM [ARG…]")
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("got exit code %d, want %d", got, want)
	}
}

// passing are the parts of a report that differ from run to run.
var passing = []struct {
	what *regexp.Regexp
	by   string
}{
	{regexp.MustCompile(`\b\d+(\.\d+)?(ns|µs|ms|s)\b`), "TIME"},
	{regexp.MustCompile(`go1\.\d+(\.\d+)?`), "GO"},
}

// tidyCmd copies an output without what differs from run to run.
func tidyCmd(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 2, neg, "tidy stdout|stderr|FILE COPY")
	text := strings.ReplaceAll(ts.ReadFile(args[0]), ts.Getenv("WORK"), "$WORK")
	for _, p := range passing {
		text = p.what.ReplaceAllString(text, p.by)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o666))
}

// waitforCmd waits until a file has a line that matches.
func waitforCmd(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 2, neg, "waitfor PATTERN FILE")
	re, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	got := ""
	until(ts, func() bool {
		b, _ := os.ReadFile(ts.MkAbs(args[1]))
		got = string(b)
		return re.MatchString(got)
	}, func() { ts.Fatalf("%s: got %q, want a match of %q", args[1], got, args[0]) })
}

// until polls, because a file and /proc tell nobody of a change.
func until(ts *testscript.TestScript, done func() bool, late func()) {
	limit := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-limit:
			late()
			return
		}
	}
}

// environ is the environment of a script's programs.
func environ(ts *testscript.TestScript) []string {
	names := []string{"PATH", "HOME", "XDG_CACHE_HOME", "TMPDIR", "WORK", "TERM", "SHELL", "NO_COLOR", "WIRELARK_TRACE", panicEnv, markEnv}
	var env []string
	for _, name := range names {
		if v := ts.Getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// lookPath finds a program as testscript's exec does.
func lookPath(ts *testscript.TestScript, name string) string {
	if strings.Contains(name, "/") {
		return ts.MkAbs(name)
	}
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		path := filepath.Join(dir, name)
		if st, err := os.Stat(path); err == nil && st.Mode().IsRegular() && st.Mode()&0o111 != 0 {
			return path
		}
	}
	ts.Fatalf("%s is not in PATH", name)
	return ""
}
