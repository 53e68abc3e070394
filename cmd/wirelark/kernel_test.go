package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"wirelark/runtime/vm"
)

// TestKernels runs the program under other kernels, as its users do: those that
// are named by the environment.
func TestKernels(t *testing.T) {
	words := os.Getenv("WIRELARK_TEST_KERNELS")
	if words == "" {
		t.Skip("NOT TESTED: make test-vm boots other kernels")
	}
	list := strings.Split(words, ",")
	cache, err := vm.Folder()
	if err != nil {
		t.Fatal(err)
	}
	for i, word := range list {
		k, err := vm.Find(word)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(word, func(t *testing.T) {
			dir := filepath.Join("..", "..", "testdata", "kernel")
			files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
			if err != nil {
				t.Fatal(err)
			}
			if i > 0 { // what the program does of its own it does under each
				files = []string{filepath.Join(dir, "run.txtar")}
			}
			if len(list) == 1 { // which has no other to be compared with
				files = slices.DeleteFunc(files, func(f string) bool { return filepath.Base(f) == "several.txtar" })
			}
			testscript.Run(t, testscript.Params{
				Files: files, Condition: condition, Cmds: commands, RequireExplicitExec: true,
				Setup: func(env *testscript.Env) error {
					if err := setUp(env); err != nil {
						return err
					}
					env.Setenv("KERNEL", word)
					env.Setenv("RELEASE", regexp.QuoteMeta(k.Release))
					env.Setenv("PLAIN", k.Release)
					env.Setenv("OTHER", list[(i+1)%len(list)])
					env.Setenv("XDG_CACHE_HOME", filepath.Dir(filepath.Dir(cache)))
					return os.WriteFile(filepath.Join(env.WorkDir, "release"), []byte(k.Release+"\n"), 0o644)
				},
			})
		})
	}
}

// TestVirtualScripts runs scripts that wait for minutes and hours.
func TestVirtualScripts(t *testing.T) {
	words := os.Getenv("WIRELARK_TEST_KERNELS")
	if words == "" {
		t.Skip("NOT TESTED: make test-vm boots other kernels")
	}
	word, _, _ := strings.Cut(words, ",")
	root := filepath.Join("..", "..")
	list, err := filepath.Glob(filepath.Join(root, "scripts", "virtual", "*.star"))
	if err != nil || len(list) < 3 {
		t.Fatalf("got %s, %v; want three scripts at least", list, err)
	}
	for _, path := range list {
		t.Run(filepath.Base(path), func(t *testing.T) {
			name := filepath.Join("scripts", "virtual", filepath.Base(path))
			if code, report := wirelark(t, root, "run", "--kernel", word, "--virtual-time", "--timeout", "3h", name); code != 0 {
				t.Errorf("got exit code %d, want 0:\n%s", code, report)
			}
		})
	}
}

func TestArgumentsWithoutKernel(t *testing.T) {
	for in, want := range map[string]string{
		"a.star --kernel 6.1 -q": "a.star -q", "--kernel=6.1,6.12 a.star --virtual-time": "a.star", "a.star --kernel": "a.star", "a --virtual-time=true b": "a b",
		"a -- --kernel 6.1": "a -- --kernel 6.1",
	} {
		if got := withoutKernel(strings.Fields(in)); !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
