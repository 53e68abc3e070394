package sandbox

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestProjectMayBeAnywhere: the script is read, and its folder written, by
// the path that the user gave.
func TestProjectMayBeAnywhere(t *testing.T) {
	base := filepath.Dir(testBinary)
	asEach(t, func(t *testing.T, u person) {
		places := []string{base + "/with spaces, und Umlaut ä", base + "/a:b,c=d\\e", base + "/" + strings.Repeat("long", 50), "/dev/shm/wirelark-" + mark, "/var/tmp/wirelark-" + mark}
		if os.Geteuid() == 0 {
			places = append(places, "/home/wirelark-"+mark, "/run/wirelark-"+mark, "/opt/wirelark-"+mark, "/var/lib/wirelark-"+mark)
			if u.mode == Root { // nobody else may go there
				places = append(places, "/root/wirelark-"+mark)
			}
		}
		for _, dir := range places {
			for _, strict := range []bool{false, true} {
				if err := os.MkdirAll(dir, 0o755); err != nil {
					t.Fatal(err)
				}
				s := projectAt(t, u, dir)
				s.Strict = strict
				script := `test "$(pwd)" = "` + strings.ReplaceAll(dir, `\`, `\\`) + `" && cat x.star && touch y`
				got := sh(t, u, s, script)
				if strict {
					if got.stdout != "# a script\n" || !strings.Contains(got.stderr, "Read-only") {
						t.Errorf("%s, strict: got %+v", dir, got)
					}
				} else {
					got.is(t, ended{0, "# a script\n", "wirelark: 1 file written in " + dir + " and dropped; --out DIR keeps them\n"})
				}
				if err := os.RemoveAll(dir); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// TestProjectBehindALink: in a folder that the lab sees, and in one that the
// lab's own /tmp hides.
func TestProjectBehindALink(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		s := project(t, u)
		link := filepath.Join(filepath.Dir(testBinary), "link-"+itoa(u.uid)+"-"+filepath.Base(s.Project))
		if err := os.Symlink(s.Project, link); err != nil {
			t.Fatal(err)
		}
		for _, strict := range []bool{false, true} {
			s.Strict = strict
			s.Project, s.Script = link, link+"/x.star"
			sh(t, u, s, "cat "+s.Script+"; ls").is(t, ended{0, "# a script\nx.star\n", ""})
		}
	})
}

// TestProjectInHiddenHome: only root goes there, and its lab has an id that
// is nobody on the host; it sees the project and nothing beside it.
func TestProjectInHiddenHome(t *testing.T) {
	needRoot(t)
	home := filepath.Join(filepath.Dir(testBinary), "home")
	dir := filepath.Join(home, "inner", "project")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{home + "/secret", home + "/inner/secret", dir + "/key"} {
		if err := os.WriteFile(path, []byte("secret\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(home, 0o700); err != nil {
		t.Fatal(err)
	}
	// Not below /tmp, where the lab's own would hide it: bound to a place.
	place := "/opt"
	s := projectAt(t, rootUser, dir)
	s.Project, s.Dir = place+"/inner/project", "/"
	sh(t, rootUser, s, "cat x.star key; ls -A "+place+" "+place+"/inner; echo new >> key && cat key", "mounts", "bindto="+home+":"+place).
		is(t, ended{0, "# a script\nsecret\n/opt:\ninner\n\n/opt/inner:\nproject\nsecret\nnew\n", "wirelark: 1 file written in /opt/inner/project and dropped; --out DIR keeps them\n"})
}

// TestProjectOfAnotherUser can be read if that user lets us. What is there
// cannot be changed; what is new is in our own layer.
func TestProjectOfAnotherUser(t *testing.T) {
	needRoot(t)
	asEach(t, func(t *testing.T, u person) {
		s := project(t, person{uid: 64203, gid: 64203, mode: u.mode})
		got := sh(t, u, s, "cat x.star; touch y; echo more >> x.star 2>/dev/null || echo refused; cat x.star")
		if u.mode == Root { // whose lab has all the ids of the machine's users
			got.is(t, ended{0, "# a script\n# a script\nmore\n", "wirelark: 2 files written in " + s.Project + " and dropped; --out DIR keeps them\n"})
			return
		}
		got.stderr = lastLine(got.stderr) // after the shell's own words
		got.is(t, ended{0, "# a script\nrefused\n# a script\n", "wirelark: 1 file written in " + s.Project + " and dropped; --out DIR keeps them\n"})
	})
}

// TestProjectReadableByGroup: the user's other groups hold in the lab.
func TestProjectReadableByGroup(t *testing.T) {
	needRoot(t)
	asEach(t, func(t *testing.T, u person) {
		if u.mode == Root {
			return // who needs no group
		}
		s := project(t, person{uid: 64203, gid: 64204, mode: u.mode})
		for path, mode := range map[string]os.FileMode{s.Project: 0o750, s.Script: 0o640} {
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
		}
		sh(t, u, s, "cat x.star", "group=64204").is(t, ended{0, "# a script\n", ""})
	})
}

func TestProjectOnReadOnlyFileSystem(t *testing.T) {
	needRoot(t)
	asEach(t, func(t *testing.T, u person) {
		s := project(t, u)
		sh(t, u, s, "echo changed > x.star && cat x.star", "mounts", "bind="+s.Project, "ro="+s.Project).
			is(t, ended{0, "changed\n", "wirelark: 1 file written in " + s.Project + " and dropped; --out DIR keeps them\n"})
	})
}

// TestProjectWithMountsBelow can be read, all of it, and says at once why it
// cannot be written.
func TestProjectWithMountsBelow(t *testing.T) {
	needRoot(t)
	asEach(t, func(t *testing.T, u person) {
		s := project(t, u)
		for _, d := range []string{"below", "from"} {
			if err := os.Mkdir(filepath.Join(s.Project, d), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(s.Project, "from", "f"), []byte("in a mount\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		got := sh(t, u, s, "cat x.star below/f; touch y below/y || true", "mounts", "bindto="+s.Project+"/from:"+s.Project+"/below")
		note := "wirelark: commands can read the folder " + s.Project + " but not write in it: it has other mounts below it\n"
		if got.code != 0 || got.stdout != "# a script\nin a mount\n" || !strings.HasPrefix(got.stderr, note) || strings.Count(got.stderr, "Read-only file system") != 2 {
			t.Errorf("got %+v", got)
		}
	})
}

// TestProjectIsTmpItself: a script that lies in /tmp has the whole of it for
// its project, as it would have any other folder.
func TestProjectIsTmpItself(t *testing.T) {
	needRoot(t)
	asEach(t, func(t *testing.T, u person) {
		s := project(t, u)
		s.Script, s.Project, s.Dir = "/tmp/x.star", "/tmp", "/"
		sh(t, u, s, "touch y && ls", "mounts", "tmpfs=/tmp").
			is(t, ended{0, "y\n", "wirelark: 1 file written in /tmp and dropped; --out DIR keeps them\n"})
	})
}

func TestLabRefusesSystemFolders(t *testing.T) {
	u := people(t)[0]
	for _, dir := range []string{"/", "/proc", "/proc/self", "/sys/kernel", "/dev", "/dev/pts", "/run"} {
		s := project(t, u)
		s.Project = dir
		run(t, u, s).is(t, ended{3, "", "wirelark: a script in " + dir + " cannot have a lab\n  put it in a folder of its own\n"})
	}
}

func TestProjectIsThatOfTheNearestMark(t *testing.T) {
	base := t.TempDir()
	for _, d := range []string{"repo/.git", "repo/sub/deep", "repo/own", "plain"} {
		if err := os.MkdirAll(filepath.Join(base, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(base, "repo/own/wirelark.toml"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for script, want := range map[string]string{
		"repo/x.star": "repo", "repo/sub/deep/x.star": "repo", "repo/own/x.star": "repo/own", "plain/x.star": "plain",
	} {
		if got, want := ProjectOf(filepath.Join(base, script)), filepath.Join(base, want); got != want {
			t.Errorf("%s: got %s, want %s", script, got, want)
		}
	}
}

func lastLine(s string) string {
	lines := strings.SplitAfter(strings.TrimSuffix(s, "\n"), "\n")
	return lines[len(lines)-1] + "\n"
}
