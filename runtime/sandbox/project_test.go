package sandbox

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// edit changes, makes and removes files in the project's folder.
const edit = `echo changed > x.star && mkdir -p a/b && echo new > a/b/new && ln -s new a/b/link && rm gone && cat x.star a/b/link`

// edited is a project with one file besides the script.
func edited(t *testing.T, u person) *Spec {
	s := project(t, u)
	path := filepath.Join(s.Project, "gone")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(path, u.uid, u.gid); err != nil {
		t.Fatal(err)
	}
	return s
}

// tree lists a folder: names, and what is in them.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		text := strings.TrimPrefix(path, dir+"/")
		switch {
		case d.Type().IsRegular():
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			text += "=" + strings.TrimSpace(string(b))
		case d.Type()&fs.ModeSymlink != 0:
			to, _ := os.Readlink(path)
			text += "->" + to
		}
		out = append(out, text)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

func TestEditsAreDroppedAndCounted(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		s := edited(t, u)
		sh(t, u, s, edit).is(t, ended{0, "changed\nnew\n", "wirelark: 3 files written and 1 file removed in " + s.Project + ", and dropped; --out DIR keeps what is written\n"})
		if got, want := tree(t, s.Project), "gone= x.star=# a script"; got != want {
			t.Errorf("on the host: got %q, want %q", got, want)
		}
	})
}

func TestOutKeepsEdits(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		s := edited(t, u)
		s.Out = filepath.Join(s.Project, "out", "deep")
		sh(t, u, s, edit).is(t, ended{0, "changed\nnew\n", "wirelark: 3 files written and 1 file removed in " + s.Project + "; what was written is kept in " + s.Out + "\n"})
		if got, want := tree(t, s.Out), "a a/b a/b/link->new a/b/new=new x.star=changed"; got != want {
			t.Errorf("kept: got %q, want %q", got, want)
		}
		var st unix.Stat_t
		if err := unix.Stat(filepath.Join(s.Out, "a/b/new"), &st); err != nil || int(st.Uid) != u.uid {
			t.Errorf("owner of a kept file: got %d, %v, want %d", st.Uid, err, u.uid)
		}
		// Once more, over what is there.
		sh(t, u, s, "echo again > x.star").is(t, ended{0, "", "wirelark: 1 file written in " + s.Project + ", kept in " + s.Out + "\n"})
		if got, want := tree(t, s.Out), "a a/b a/b/link->new a/b/new=new x.star=again"; got != want {
			t.Errorf("kept: got %q, want %q", got, want)
		}
	})
}

func TestFinalMessageSaysWhatHappened(t *testing.T) {
	u := people(t)[0]
	for _, c := range []struct{ script, want string }{
		{"cat x.star >/dev/null", ""},
		{"mkdir d; mkfifo p", ""}, // no file's content is lost
		{"echo > y", "wirelark: 1 file written in DIR and dropped; --out DIR keeps them\n"},
		{"rm x.star", "wirelark: 1 file removed in DIR, for the lab only\n"},
		{"echo > y; rm y", ""},
		{"sed -i s/script/x/ x.star", "wirelark: 1 file written in DIR and dropped; --out DIR keeps them\n"},
	} {
		s := project(t, u)
		want := strings.Replace(c.want, "DIR", s.Project, 1)
		sh(t, u, s, c.script).is(t, ended{0, "", want})
	}
}

// TestOutIsNotLeft: what the lab's commands chose as names or links leads
// nowhere else.
func TestOutIsNotLeft(t *testing.T) {
	u := people(t)[0]
	s := project(t, u)
	s.Out = filepath.Join(s.Project, "out")
	victim := filepath.Join(s.Project, "victim")
	if err := os.WriteFile(victim, []byte("whole"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(s.Out, 0o755); err != nil {
		t.Fatal(err)
	}
	// A link of an earlier run, through which the next would write.
	if err := os.Symlink(s.Project, filepath.Join(s.Out, "d")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(s.Out, u.uid, u.gid); err != nil {
		t.Fatal(err)
	}
	got := sh(t, u, s, "mkdir d && echo broken > d/victim")
	if b, _ := os.ReadFile(victim); string(b) != "whole" {
		t.Errorf("a file outside of --out: got %q, want it whole", b)
	}
	if got.code != 1 || !strings.Contains(got.stderr, "wirelark: --out "+s.Out+": d: ") {
		t.Errorf("got %d, %q", got.code, got.stderr)
	}
}

func TestOutThatCannotBeWrittenFails(t *testing.T) {
	needRoot(t)
	asEach(t, func(t *testing.T, u person) {
		for _, c := range []struct{ script, step, want string }{
			{"echo > y", "ro", "y: read-only file system"},
			{"head -c 200000 /dev/zero > y", "small", "y: no space left on device"},
		} {
			s := project(t, u)
			s.Out = project(t, u).Project
			s.Args = []string{"sh", c.script}
			steps := []string{"mounts", "small=" + s.Out}
			if c.step == "ro" {
				steps = append(steps, "ro="+s.Out)
			}
			run(t, u, s, steps...).is(t, ended{1, "", "wirelark: --out " + s.Out + ": " + c.want + "\n"})
		}
	})
}

// TestInterruptedScriptKeepsWhatItWrote: what cancels the script does not
// cancel that.
func TestInterruptedScriptKeepsWhatItWrote(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		s := project(t, u)
		s.Out = filepath.Join(s.Project, "out")
		s.Args = []string{"write"}
		c := front(t, u, s).start(t)
		c.out.waitFor(t, "READY")
		c.signal(t, unix.SIGINT)
		c.end(t).is(t, ended{130, "READY\n", "wirelark: 1 file written in " + s.Project + ", kept in " + s.Out + "\n"})
		if got, want := tree(t, s.Out), "y=written"; got != want {
			t.Errorf("kept: got %q, want %q", got, want)
		}
	})
}

// TestOutIsWholeOrNotThere: the front is killed while it writes.
func TestOutIsWholeOrNotThere(t *testing.T) {
	const size = 64 << 20
	u := people(t)[0]
	rnd := rand.New(rand.NewPCG(2, 0))
	parts := 0
	for range 12 {
		s := project(t, u)
		s.Out = filepath.Join(s.Project, "out")
		s.Args = []string{"sh", "head -c " + itoa(size) + " /dev/zero > big"}
		c := front(t, u, s).start(t)
		part := filepath.Join(s.Out, ".wirelark.part")
		for limit := time.Now().Add(patience); time.Now().Before(limit); {
			if st, err := os.Stat(part); err == nil && st.Size() > rnd.Int64N(size) {
				break
			}
			if _, err := os.Stat(filepath.Join(s.Out, "big")); err == nil {
				break
			}
		}
		_ = c.Process.Kill()
		c.end(t)
		if _, err := os.Stat(part); err == nil {
			parts++
		}
		if st, err := os.Stat(filepath.Join(s.Out, "big")); err == nil && st.Size() != size {
			t.Errorf("got a file of %d bytes, want %d or none", st.Size(), size)
		}
	}
	if parts == 0 {
		t.Error("no kill came while the file was written")
	}
}
