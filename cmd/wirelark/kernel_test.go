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
			testscript.Run(t, testscript.Params{
				Dir: filepath.Join("..", "..", "testdata", "kernel"), Condition: condition, Cmds: commands, RequireExplicitExec: true,
				Setup: func(env *testscript.Env) error {
					env.Setenv("KERNEL", word)
					env.Setenv("RELEASE", regexp.QuoteMeta(k.Release))
					env.Setenv("PLAIN", k.Release)
					env.Setenv("OTHER", list[(i+1)%len(list)])
					env.Setenv("XDG_CACHE_HOME", filepath.Dir(filepath.Dir(cache)))
					if err := os.WriteFile(filepath.Join(env.WorkDir, "release"), []byte(k.Release+"\n"), 0o644); err != nil {
						return err
					}
					return setUp(env)
				},
			})
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
