package audit

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestScopeCountsMarkedProcessesAndTheirDescendants(t *testing.T) {
	sc := Scope{Process: func(p *Process) bool { return p.HasEnv("MARK", "x") }}
	before := take(t, sc)
	sleeper(t, []string{"MARK=xx"}, unix.CLONE_NEWNET) // another's
	if got := beyondDescriptors(before.Diff(take(t, sc))); len(got) != 0 {
		t.Fatalf("with another's process: got %q, want nothing", got)
	}
	// A child with an empty environment is known by its parent.
	c := exec.Command("sh", "-c", "env -i sleep 1001 & echo started; wait")
	c.Env = []string{"MARK=x", "PATH=" + os.Getenv("PATH")}
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Kill(-c.Process.Pid, unix.SIGKILL); _ = c.Wait() }()
	if _, err := out.Read(make([]byte, 8)); err != nil {
		t.Fatal(err)
	}
	got := beyondDescriptors(before.Diff(take(t, sc)))
	if len(got) != 2 || !anyMatches(got, `is new: sh -c`) || !anyMatches(got, `1001`) {
		t.Errorf("got %q, want the shell and its child", got)
	}
}

// beyondDescriptors leaves out the test's own handles of its children.
func beyondDescriptors(list []string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return strings.HasPrefix(s, "open descriptor ") })
}

func TestScopeLeavesOthersFilesAndSocketsOut(t *testing.T) {
	sc := Scope{File: func(name string) bool { return strings.Contains(name, "wirelark") }}
	before := take(t, sc)
	writeFile(t, "/tmp/others", "")
	writeFile(t, "/tmp/wirelark-1", "")
	got := before.Diff(take(t, sc))
	if len(got) != 1 || !anyMatches(got, `^file /tmp/wirelark-1 is new`) {
		t.Errorf("got %q, want the one that counts", got)
	}
}

func TestStageIsKnownByArgument(t *testing.T) {
	for _, c := range []struct {
		args []string
		want bool
	}{{[]string{"wirelark-init"}, true}, {[]string{"wirelark-node"}, true}, {[]string{"wirelark", "run"}, false}, {nil, false}} {
		if got := (&Process{Name: "exe", Args: c.args}).Stage(); got != c.want {
			t.Errorf("%q: got %v, want %v", c.args, got, c.want)
		}
	}
}

func TestLoadedNamesNewModulesOnly(t *testing.T) {
	a, b := &Snapshot{modules: []string{"a", "b"}}, &Snapshot{modules: []string{"b", "c"}}
	if got := a.Loaded(b); len(got) != 1 || got[0] != "c" {
		t.Errorf("got %q, want c alone", got)
	}
}
