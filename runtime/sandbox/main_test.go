package sandbox

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	_ "wirelark/runtime" // pins the main goroutine to the first thread
)

// The test binary is front, init and engine of the labs that it tests: started
// with frontEnv it is a front, and Reenter knows the rest by name.
const frontEnv = "WIRELARK_TEST_FRONT"

func TestMain(m *testing.M) {
	if code, entered := Reenter(program); entered {
		os.Exit(code)
	}
	if os.Getenv(asEnv) != "" {
		fmt.Fprintln(os.Stderr, "become a user with subordinate ids:", becomeMany())
		os.Exit(1)
	}
	if text, ok := os.LookupEnv(frontEnv); ok {
		os.Exit(frontMain(text))
	}
	os.Exit(testMain(m))
}

// frontMain is what cmd/wirelark does with a command line.
func frontMain(text string) int {
	s := &Spec{}
	if err := json.Unmarshal([]byte(text), s); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	os.Unsetenv(frontEnv)
	return Front{Stdout: os.Stdout, Stderr: os.Stderr}.Run(s)
}

func testMain(m *testing.M) int {
	done, err := installBinary()
	if err != nil {
		fmt.Fprintln(os.Stderr, "test binary:", err)
		return 1
	}
	defer done()
	return m.Run()
}
