package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"wirelark/runtime/audit"
)

// markEnv tells what descends from one script from the rest of the machine.
const markEnv = "WIRELARK_TEST_MARK"

// A scene is what is kept for one script.
type scene struct {
	mark   string
	tmp    string // its folder for temporary files
	jobs   map[string]*job
	before *audit.Snapshot
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
				name == "/run/wirelark" || strings.HasPrefix(name, "/run/wirelark/")
		},
	}
}

func (sc *scene) look() (err error) {
	sc.before, err = sc.scope().Take()
	return err
}

// auditCmd looks at the machine, or says what is different since the last
// look.
func auditCmd(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 1 && (args[0] == "take" || args[0] == "same"), neg, "audit take|same")
	sc := sceneOf(ts)
	if args[0] == "take" {
		ts.Check(sc.look())
		return
	}
	left, err := sc.left()
	ts.Check(err)
	if len(left) > 0 {
		ts.Fatalf("left behind:\n%s", strings.Join(left, "\n"))
	}
}

// left is what is different since the last look, once it has had time to end.
func (sc *scene) left() (diff []string, err error) {
	for limit := time.Now().Add(patience / 2); ; {
		if diff, err = sc.diff(); err != nil || len(diff) == 0 || time.Now().After(limit) {
			return diff, err
		}
	}
}

// diff is what is different now.
func (sc *scene) diff() ([]string, error) {
	now, err := sc.scope().Take()
	if err != nil {
		return nil, err
	}
	// The descriptors are those of these tests, which run side by side, and the
	// machine makes control groups for others too. Ours have our name.
	diff := slices.DeleteFunc(sc.before.Diff(now), func(s string) bool {
		return strings.HasPrefix(s, "open descriptor ") || strings.HasPrefix(s, "control group ") && !strings.Contains(s, "wirelark")
	})
	files, err := os.ReadDir(sc.tmp)
	for _, f := range files {
		diff = append(diff, "file "+f.Name()+" in the folder for temporary files")
	}
	return diff, err
}

// TestLeakIsSeen: the look at the machine can fail.
func TestLeakIsSeen(t *testing.T) {
	sc := &scene{mark: mark(t.TempDir()), tmp: t.TempDir()}
	if err := sc.look(); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("sleep", "1000")
	c.Env = append(os.Environ(), markEnv+"="+sc.mark)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Process.Kill(); _ = c.Wait() }()
	if err := os.WriteFile(filepath.Join(sc.tmp, "wirelark-1"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := sc.diff()
	if err != nil || len(got) != 2 || !strings.Contains(got[0], "is new: sleep 1000") || !strings.Contains(got[1], "wirelark-1") {
		t.Errorf("got %q, %v, want the process and the file", got, err)
	}
}
