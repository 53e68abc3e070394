package runtime

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// lookPath finds a program as execvp would. It runs on the node's thread: the
// node's own /tmp may hold the program.
func lookPath(name, dir string, env []string) (string, error) {
	if strings.Contains(name, "/") {
		path := name
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		return path, executable(path)
	}
	for _, d := range filepath.SplitList(envValue(env, "PATH")) {
		if path := filepath.Join(d, name); d != "" && executable(path) == nil {
			return path, nil
		}
	}
	return "", errNotInPath
}

var errNotInPath = errors.New("is not in PATH")

func executable(path string) error {
	st, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case st.IsDir():
		return unix.EISDIR
	}
	return unix.Access(path, unix.X_OK)
}

func envValue(env []string, key string) string {
	for _, kv := range env {
		if v, ok := strings.CutPrefix(kv, key+"="); ok {
			return v
		}
	}
	return ""
}

// startError says why a program could not be started.
func startError(err error, found bool, thing string, c Command, env []string) error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	name := c.Argv[0]
	switch {
	case errors.Is(err, errNotInPath):
		if why := shellWord(name); why != "" {
			return refuse(thing, "%s", why)
		}
		return &Error{Thing: thing, Err: &missingProgram{name}, Hint: "looked in " + envValue(env, "PATH") + packageHint(name)}
	case errors.Is(err, fs.ErrNotExist) && found:
		return &Error{Thing: thing, Err: &reworded{"names an interpreter that does not exist, in its first line or in its header", err}}
	case errors.Is(err, fs.ErrNotExist):
		return &Error{Thing: thing, Err: unix.ENOENT}
	case errors.Is(err, unix.EACCES):
		return refuse(thing, "is no program that may be run")
	}
	return &Error{Thing: thing, Err: err, Hint: limitHint(err)}
}

// missingProgram is the reason for a program that this machine lacks.
type missingProgram struct{ name string }

func (m *missingProgram) Error() string { return "is not installed" }

func (m *missingProgram) Unwrap() []error {
	return []error{Refusal("is not installed"), fs.ErrNotExist, &Unable{What: "program " + m.name, Why: "is not installed"}}
}

// shellWord says what to do about a first word that means something to a
// shell only; "" for others.
func shellWord(name string) string {
	switch {
	case name == "cd":
		return "is a word of the shell: write cwd = \"…\", or use sh_in"
	case slices.Contains([]string{"alias", "eval", "exec", "exit", "export", "set", "source", "trap", "ulimit", "umask", "unset", "wait"}, name):
		return "is a word of the shell: use sh_in"
	case strings.Contains(name, "="):
		return "looks like a variable: write env = {\"NAME\": \"value\"}, or use sh_in"
	}
	return ""
}

// credential is who a command runs as.
func (ns *Namespace) credential(user string) (*syscall.Credential, error) {
	if user == "" || user == "root" || user == "0" {
		return nil, nil
	}
	uid, gid, ok := lookUser(user)
	if !ok {
		return nil, refuse("user "+user, "does not exist in /etc/passwd")
	}
	if ns.session.opt.OneID {
		return nil, &Unable{What: "user " + user, Why: "this lab has a single user id", Remedy: oneIDRemedy}
	}
	if uid > lastID || gid > lastID {
		return nil, refuse("user "+user, "has the ids %d and %d, and a lab has ids up to %d", uid, gid, lastID)
	}
	return &syscall.Credential{Uid: uid, Gid: gid}, nil
}

// lastID is the highest user and group id of a lab.
const lastID = 65535

// lookUser finds a user by name or number, and the group that is its own.
func lookUser(user string) (uid, gid uint32, ok bool) {
	if f := lookLine("/etc/passwd", user); len(f) >= 4 {
		u, err1 := strconv.ParseUint(f[2], 10, 32)
		g, err2 := strconv.ParseUint(f[3], 10, 32)
		return uint32(u), uint32(g), err1 == nil && err2 == nil
	}
	n, err := strconv.ParseUint(user, 10, 16)
	return uint32(n), uint32(n), err == nil
}

// lookGroup finds a group by name or number.
func lookGroup(group string) (gid uint32, ok bool) {
	word := group
	if f := lookLine("/etc/group", group); len(f) >= 3 {
		word = f[2]
	}
	n, err := strconv.ParseUint(word, 10, 32)
	return uint32(n), err == nil
}

// lookLine is the line of a name, or of a number in its third field.
func lookLine(path, key string) []string {
	b, _ := os.ReadFile(path)
	for line := range strings.SplitSeq(string(b), "\n") {
		if f := strings.Split(line, ":"); len(f) >= 3 && (f[0] == key || f[2] == key) {
			return f
		}
	}
	return nil
}
