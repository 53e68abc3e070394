package main

import (
	"strings"
	"testing"
	"time"
)

// TestScriptThatDoesNotEnd ends at its deadline, whether or not the
// interpreter can be stopped where it is.
func TestScriptThatDoesNotEnd(t *testing.T) {
	for name, script := range map[string]string{
		"loop":       "for i in range(1 << 60):\n    pass\n",
		"nested":     "x = [a for a in range(1 << 20) for b in range(1 << 20)]\n",
		"sleep":      "sleep(\"1h\")\n",
		"command":    "sh_in(netns(\"n\"), \"trap '' TERM INT HUP; while :; do sleep 1; done\", timeout = \"1h\")\n",
		"big number": "x = int(\"9\" * 3000000)\n",
		"power":      "x = 1\nfor i in range(1 << 30):\n    x = (x << 1000) | i\n",
		"sorting":    "x = sorted([\"a\" * (i % 10000) for i in range(1 << 30)])\n",
		"deferred":   "defer(lambda: sleep(\"1h\"))\nsleep(\"1h\")\n",
		"eventually": "eventually(lambda: False, timeout = \"1h\")\n",
	} {
		t.Run(name, func(t *testing.T) {
			c := program(t, script, "--timeout", "1s", "--limit", "memory=512M")
			start := time.Now()
			code, _, stderr := said(t, c)
			if code != 1 || !strings.Contains(stderr, "time limit of 1s has passed") && !strings.Contains(stderr, "--limit memory=") {
				t.Errorf("got %d, %q, want 1 and the limit that it went past", code, stderr)
			}
			if took := time.Since(start); took > patience {
				t.Errorf("it took %s, want the deadline and the grace", took)
			}
		})
	}
}

// TestScriptThatGrows is ended by the lab's limit of memory, and says so.
func TestScriptThatGrows(t *testing.T) {
	for name, script := range map[string]string{
		"list":   "x = list(range(1 << 26))\nsleep(\"10s\")\n",
		"text":   "x = \"x\" * 1000\nfor i in range(40):\n    x = x + x\n",
		"lists":  "x = []\nfor i in range(1 << 30):\n    x.append([i] * 100)\n",
		"dict":   "x = {}\nfor i in range(1 << 30):\n    x[\"key %d\" % i] = i\n",
		"number": "x = 1 << 400000000\ny = [x + i for i in range(100)]\n",
		"output": "r = [exec_in(netns(\"n%d\" % i), \"head -c 300000000 /dev/zero\", limit = 400000000) for i in range(10)]\n",
	} {
		for _, w := range ways()[:2] {
			t.Run(name+" "+w.name, func(t *testing.T) {
				c := program(t, script, append([]string{"--limit", "memory=256M", "--timeout", "1m"}, w.flags...)...)
				code, _, stderr := said(t, c)
				ok := strings.Contains(stderr, "--limit memory=): the script itself has the most, and was ended") ||
					strings.Contains(stderr, "the script needs more memory than there is for it; everything it made is gone") ||
					strings.Contains(stderr, "pthread_create failed") || // in a test binary with cgo
					strings.Contains(stderr, "lab.star:") // the interpreter refused
				if code != 1 || !ok {
					t.Errorf("got %d, %q, want 1, and that it grew", code, stderr)
				}
			})
		}
	}
}

// TestDeepScriptIsNoCrash: what nests deeper than the parser, the interpreter
// or the printer can go is an error, or works.
func TestDeepScriptIsNoCrash(t *testing.T) {
	for name, script := range map[string]string{
		"parentheses": "x = " + strings.Repeat("(", 20000) + "1" + strings.Repeat(")", 20000) + "\n",
		"lists":       "x = []\nfor i in range(100000):\n    x = [x]\nprint(x == x)\n",
		"printed":     "x = []\nfor i in range(100000):\n    x = [x]\nprint(len(str(x)))\n",
		"recursion":   "def f(n):\n    return f(n + 1)\nf(0)\n",
		"lambdas":     "f = lambda: 0\nfor i in range(100000):\n    f = (lambda g: lambda: g())(f)\nf()\n",
		"sorted":      "sorted([1], key = lambda x: sorted([2], key = lambda y: 1 // 0))\n",
	} {
		t.Run(name, func(t *testing.T) {
			code, _, stderr := said(t, program(t, script, "--timeout", "20s"))
			if strings.Contains(stderr, "internal error") || strings.Contains(stderr, "goroutine") || code > 2 {
				t.Errorf("got %d, %.2000q", code, stderr)
			}
		})
	}
}
