package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"wirelark/runtime/audit"
)

// markEnv tells what descends from one script from the rest of the machine.
const markEnv = "WIRELARK_TEST_MARK"

// A scene is what is kept for one script.
type scene struct {
	mark, work string
	jobs       map[string]*job
	before     *audit.Snapshot
}

// sceneKey is where testscript keeps a script's scene.
type sceneKey struct{}

func sceneOf(ts *testscript.TestScript) *scene { return ts.Value(sceneKey{}).(*scene) }

// scope is what counts: the whole of the host's network, mounts and sysctls,
// processes that the script started and what descends from them, files and
// sockets that labs name, or that its scripts name by the mark.
func (sc *scene) scope() audit.Scope {
	return audit.Scope{
		Process: func(p *audit.Process) bool { return p.HasEnv(markEnv, sc.mark) },
		File: func(name string) bool {
			return strings.Contains(name, sc.mark) || strings.HasPrefix(name, "/run/netns") || strings.HasPrefix(name, "/etc/netns") ||
				strings.HasPrefix(name, "/run/wirelark") || strings.HasPrefix(name, "/dev/shm/wirelark")
		},
	}
}

func (sc *scene) look() (err error) {
	sc.before, err = sc.scope().Take()
	return err
}

// auditCmd looks at the machine, or says what is different since the last
// look. What ends by itself may take a moment to be gone.
func auditCmd(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 1 && (args[0] == "take" || args[0] == "same"), neg, "audit take|same")
	sc := sceneOf(ts)
	if args[0] == "take" {
		ts.Check(sc.look())
		return
	}
	limit := time.Now().Add(patience / 2)
	for {
		now, err := sc.scope().Take()
		ts.Check(err)
		// The descriptors are those of these tests, which run side by side.
		diff := slices.DeleteFunc(sc.before.Diff(now), func(s string) bool { return strings.HasPrefix(s, "open descriptor ") })
		left, err := os.ReadDir(filepath.Join(sc.work, ".tmp")) // the scripts' TMPDIR
		ts.Check(err)
		for _, e := range left {
			diff = append(diff, "file "+e.Name()+" in the folder for temporary files")
		}
		if len(diff) == 0 {
			return
		}
		if time.Now().After(limit) {
			ts.Fatalf("left behind:\n%s", strings.Join(diff, "\n"))
		}
	}
}
