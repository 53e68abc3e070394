package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "wirelark/runtime" // pins the main goroutine to the first thread
	"wirelark/runtime/audit"
)

// The test binary is front, init and engine of the labs that it tests: started
// with frontEnv it is a front, and Reenter knows the rest by name.
const frontEnv = "WIRELARK_TEST_FRONT"

// markEnv tells what descends from these tests from the rest of the machine.
const markEnv = "WIRELARK_TEST_MARK"

// removeEnv names a file that the front removes first.
const removeEnv = "WIRELARK_TEST_REMOVE"

func TestMain(m *testing.M) {
	if code, entered := Reenter(program); entered {
		os.Exit(code)
	}
	if steps := os.Getenv(preludeEnv); steps != "" {
		fmt.Fprintln(os.Stderr, "prelude:", prelude(steps))
		os.Exit(97)
	}
	if text, ok := os.LookupEnv(frontEnv); ok {
		os.Exit(frontMain(text))
	}
	os.Exit(testMain(m))
}

// frontMain is what cmd/wirelark does with a command line.
func frontMain(text string) int {
	if path, ok := strings.CutPrefix(text, "@"); ok {
		b, err := os.ReadFile(path)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 2
		}
		text = string(b)
	}
	if mode, ok := os.LookupEnv("WIRELARK_TEST_TRY"); ok {
		if err := Try(context.Background(), Mode(mode)); err != nil {
			fmt.Println(err)
			return 1
		}
		return 0
	}
	if where, ok := os.LookupEnv(visitEnv); ok {
		return visitMain(where)
	}
	s := &Spec{}
	if err := json.Unmarshal([]byte(text), s); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	if path := os.Getenv(removeEnv); path != "" {
		os.Remove(path)
	}
	os.Unsetenv(frontEnv)
	return Front{Stdout: os.Stdout, Stderr: os.Stderr}.Run(s)
}

// testMain runs the tests between two looks at the machine, which must be
// the same: that nothing is left behind is what this package is for.
func testMain(m *testing.M) int {
	scope := audit.Scope{
		Process: func(p *audit.Process) bool { return p.HasEnv(markEnv, mark) },
		File:    func(name string) bool { return strings.Contains(name, mark) },
	}
	before, err := scope.Take()
	if err != nil {
		fmt.Fprintln(os.Stderr, "audit:", err)
		return 1
	}
	done, err := installBinary()
	if err != nil {
		fmt.Fprintln(os.Stderr, "test binary:", err)
		return 1
	}
	_, missing := everybody()
	for _, what := range missing {
		fmt.Fprintln(os.Stderr, "NOT TESTED:", what)
	}
	code := m.Run()
	if left, err := os.ReadDir(scratch); err != nil || len(left) > 0 {
		fmt.Fprintln(os.Stderr, "left behind by labs in", scratch+":", left, err)
		code = 1
	}
	done()
	var diff []string
	for limit := time.Now().Add(10 * time.Second); ; {
		after, err := scope.Take()
		if err != nil {
			fmt.Fprintln(os.Stderr, "audit:", err)
			return 1
		}
		if diff = before.Diff(after); len(diff) == 0 || time.Now().After(limit) {
			break
		}
	}
	for _, d := range diff {
		fmt.Fprintln(os.Stderr, "left behind by the tests:", d)
		code = 1
	}
	return code
}

// mark is in the environment of all labs of this run, unless they are strict,
// and in the names of its files: others may test this package meanwhile.
var mark = "run" + strconv.Itoa(os.Getpid()) + "x"
