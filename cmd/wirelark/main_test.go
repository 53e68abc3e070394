package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"go.starlark.net/starlark"

	"wirelark/builtins"
	"wirelark/builtins/decl"
	"wirelark/runtime/sandbox"
	"wirelark/runtime/vm"
)

// The test binary is the program too: testscript starts it as wirelark, and
// it starts itself as the stages of a lab.

// panicEnv, if set, adds a builtin that panics: a bug of this program, as a
// script meets one.
const panicEnv = "WIRELARK_TEST_PANIC"

func TestMain(m *testing.M) {
	if os.Getenv(panicEnv) != "" {
		builtins.All = append(builtins.All, panicking(builtins.All[0]))
	}
	if code, entered := vm.Enter(); entered {
		os.Exit(code)
	}
	if code, entered := sandbox.Reenter(engine); entered {
		os.Exit(code)
	}
	testscript.Main(m, map[string]func(){"wirelark": main})
}

// panicking is a builtin made after another's pattern, whose type only its
// package can name.
func panicking[S any](pattern *decl.Builtin[S]) *decl.Builtin[S] {
	return &decl.Builtin[S]{
		Name: "test_panic", Summary: "Panic.", Returns: "None",
		Params: func(p *decl.Params) decl.Func[S] {
			return func(*decl.Call[S]) (starlark.Value, error) {
				var m map[string]int
				m["x"] = 1
				return starlark.None, nil
			}
		},
	}
}

// TestScripts runs the program as its users do. Every script ends with a
// look at the machine: nothing may be left of it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "..", "testdata", "script"),
		Setup:               setUp,
		Condition:           condition,
		Cmds:                commands,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		ContinueOnError:     os.Getenv("UPDATE") != "",
		UpdateScripts:       os.Getenv("UPDATE") != "",
	})
}

// setUp marks what a script starts, and looks at the machine.
func setUp(env *testscript.Env) error {
	sc := &scene{mark: mark(env.WorkDir), tmp: filepath.Join(env.WorkDir, ".tmp"), jobs: map[string]*job{}}
	env.Values[sceneKey{}] = sc
	env.Setenv(markEnv, sc.mark)
	env.Setenv("SHELL", "/bin/sh")
	env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, ".cache"))
	env.Defer(sc.killJobs)
	return sc.look()
}

// mark is a word that no other script of any run has.
func mark(dir string) string {
	return fmt.Sprintf("mark-%d-%s", os.Getpid(), strings.ReplaceAll(filepath.Base(dir), "_", "-"))
}

// manyIDs makes a lab with subordinate ids, or says why it cannot be.
var manyIDs = sync.OnceValue(func() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return sandbox.Try(ctx, sandbox.RootlessMany)
})

// condition tells scripts what this run of the tests is able to do.
func condition(cond string) (bool, error) {
	switch cond {
	case "root":
		return os.Geteuid() == 0, nil
	case "many-ids":
		return os.Geteuid() == 0 || manyIDs() == nil, nil
	}
	return false, fmt.Errorf("there is no condition %q", cond)
}
