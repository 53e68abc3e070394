package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// counters are sysctls that the kernel itself counts in.
var counters = regexp.MustCompile(`/random/|dentry-state|inode-|file-nr|ns_last_pid|conntrack_count|stable_secret|/pty/nr|aio-nr|/quota/|tcp_fastopen_key|cad_pid|sched_domain|usage`)

// hostSysctls are all that can be read, by path.
func hostSysctls() map[string]string {
	all := map[string]string{}
	_ = filepath.WalkDir("/proc/sys", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && !counters.MatchString(path) {
			if b, err := os.ReadFile(path); err == nil {
				all[path] = string(b)
			}
		}
		return nil // what cannot be read does not count
	})
	return all
}

// TestVandalsRuinNothing: what destroys machines destroys a node. The host is
// the same afterwards, every sysctl of it, and so are the project's files.
func TestVandalsRuinNothing(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.name, func(t *testing.T) {
			c := program(t, faultScript(t, "vandal.star"), w.flags...)
			for _, name := range []string{"precious", ".hidden"} {
				if err := os.WriteFile(filepath.Join(c.Dir, name), []byte(name+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			before := hostSysctls()
			if len(before) < 300 {
				t.Fatalf("got %d sysctls of the host, want most", len(before))
			}
			code, stdout, stderr := said(t, c)
			wrote, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(stdout), "wrote "), " sysctls"))
			if code != 0 || wrote < 200 {
				t.Errorf("got %d, %q, %s, want 0 and most sysctls of a node written", code, stdout, stderr)
			}
			for path, now := range hostSysctls() {
				if was, had := before[path]; had && was != now {
					t.Errorf("%s was %q, is %q", path, was, now)
				}
			}
			files, err := os.ReadDir(c.Dir)
			if err != nil || len(files) != 3 {
				t.Errorf("got files %v, %v, want the three that there were", files, err)
			}
			for _, name := range []string{"precious", ".hidden"} {
				if b, err := os.ReadFile(filepath.Join(c.Dir, name)); err != nil || string(b) != name+"\n" {
					t.Errorf("%s: got %q, %v", name, b, err)
				}
			}
		})
	}
}

// TestLabInNode runs a lab in a node of another, and that one's own in turn.
func TestLabInNode(t *testing.T) {
	for _, w := range ways()[:1] {
		t.Run(w.name, func(t *testing.T) {
			c := program(t, `
def main(wirelark, depth):
    n = netns("n")
    print("depth", depth)
    if int(depth) > 0:
        r = exec_in(n, [wirelark, "run", "lab.star", "wirelark=" + wirelark, "depth=%d" % (int(depth) - 1)], check = False, timeout = "25s")
        print(r.code, r.stdout.strip(), r.stderr.strip())
`, w.flags...)
			// The test's program is where the lab's own /tmp hides it.
			b, err := os.ReadFile(c.Path)
			if err != nil {
				t.Fatal(err)
			}
			own := filepath.Join(c.Dir, "wirelark")
			if err := os.WriteFile(own, b, 0o755); err != nil {
				t.Fatal(err)
			}
			c.Args = append(c.Args, "wirelark="+own, "depth=2")
			code, stdout, stderr := said(t, c)
			if code != 0 || !strings.Contains(stdout, "depth 0") {
				t.Errorf("got %d, %q, %q, want three labs, each in the one before", code, stdout, stderr)
			}
		})
	}
}
