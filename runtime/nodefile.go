package runtime

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// FileOptions says what a file in a node shall be like.
type FileOptions struct {
	Mode  uint32 // permissions; 0 for 0644, or what the file has
	Owner string // "user", "user:group" or ":group", by name or number; "" for root, or whose it is
}

// WriteFile writes a file as the node's commands see it, with the folders on
// the way.
func (ns *Namespace) WriteFile(ctx context.Context, path string, data []byte, opt FileOptions) error {
	path, thing, err := ns.nodePath(path)
	if err != nil {
		return err
	}
	uid, gid, err := ns.owner(thing, opt.Owner)
	if err != nil {
		return err
	}
	if err := ns.ensureView(); err != nil {
		return err
	}
	command := fmt.Sprintf("tee %s # %d bytes", shellQuote(path), len(data))
	return ns.session.step(ctx, ns, command, func() error {
		err := ns.thread.do(func() error { return writeIn(path, data, opt.Mode, uid, gid) })
		if err == nil {
			ns.learnTables(path, data)
		}
		return writeError(thing, err)
	})
}

// writeError says why a file could not be written.
func writeError(thing string, err error) error {
	if isErrno(err, unix.EROFS) || isErrno(err, unix.EACCES) || isErrno(err, unix.EPERM) {
		return &Error{Thing: thing, Err: &reworded{"is not the node's own", err}, Hint: "a node may write in " + strings.Join(writable(), ", ") + " and in the project"}
	}
	return fileError(thing, err)
}

// writable are the folders that a node may write in.
func writable() []string {
	list := []string{"/etc"}
	for _, k := range kept {
		list = append(list, k.path)
	}
	return append(list, privateDirs...)
}

// nodePath is a path as the node's commands would understand it.
func (ns *Namespace) nodePath(path string) (clean, thing string, err error) {
	thing = "file " + path + " in " + ns.Name
	switch {
	case path == "" || strings.Contains(path, "\x00"):
		return "", "", refuse("path "+quote(path), "is not allowed: a path is not empty and has no zero byte")
	case strings.HasSuffix(path, "/"):
		return "", "", refuse(thing, "is a folder's name: leave out the last /")
	case !filepath.IsAbs(path):
		path = filepath.Join(ns.session.opt.WorkDir, path)
	}
	return filepath.Clean(path), thing, nil
}

// owner is who a file shall belong to; -1 leaves it to whom it does.
func (ns *Namespace) owner(thing, owner string) (uid, gid int, err error) {
	uid, gid = -1, -1
	if owner == "" {
		return uid, gid, nil
	}
	user, group, both := strings.Cut(owner, ":")
	if user != "" {
		u, g, ok := lookUser(user)
		if !ok {
			return 0, 0, refuse(thing, "cannot belong to %s: there is no such user in /etc/passwd", user)
		}
		if uid = int(u); !both {
			gid = int(g)
		}
	}
	if group != "" {
		g, ok := lookGroup(group)
		if !ok {
			return 0, 0, refuse(thing, "cannot belong to %s: there is no such group in /etc/group", group)
		}
		gid = int(g)
	}
	if max(uid, gid) > lastID {
		return 0, 0, refuse(thing, "cannot belong to %s: a lab has ids up to %d", owner, lastID)
	}
	return uid, gid, nil
}

// writeIn writes a file. It runs on the node's thread, and so must not wait:
// what is no plain file is refused.
func writeIn(path string, data []byte, mode uint32, uid, gid int) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	fd, err := unix.Open(path, unix.O_WRONLY|unix.O_CREAT|unix.O_CLOEXEC|unix.O_NONBLOCK, 0o644)
	if err == unix.EACCES && os.Remove(path) == nil { // a large one of the host's may only be replaced
		return writeIn(path, data, mode, uid, gid)
	}
	if err == unix.ENXIO {
		return errSpecial
	}
	if err != nil {
		return err
	}
	f := os.NewFile(uintptr(fd), path)
	defer f.Close()
	st, err := f.Stat()
	switch {
	case err != nil:
		return err
	case !st.Mode().IsRegular():
		return errSpecial
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		return err
	}
	if uid >= 0 || gid >= 0 { // before the mode: a change of owner takes bits away
		if err := unix.Fchown(fd, uid, gid); err != nil {
			return err
		}
	}
	if mode != 0 {
		return unix.Fchmod(fd, mode)
	}
	return nil
}

var errSpecial = Refusal("is no plain file")

// ReadFile reads a file as the node's commands see it, if it has no more than
// limit bytes.
func (ns *Namespace) ReadFile(ctx context.Context, path string, limit int) ([]byte, error) {
	path, thing, err := ns.nodePath(path)
	if err != nil {
		return nil, err
	}
	if err := ns.ensureView(); err != nil {
		return nil, err
	}
	// The reader is no process of the node, and to /proc it is nobody: pid 1 is
	// in the same network namespace.
	if rest, ok := strings.CutPrefix(path, "/proc/net/"); ok {
		path = "/proc/1/net/" + rest
	}
	var data []byte
	err = ns.thread.do(func() (err error) {
		data, err = readIn(path, limit)
		return err
	})
	if err == nil {
		err = ctx.Err()
	}
	return data, fileError(thing, err)
}

func readIn(path string, limit int) ([]byte, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), path)
	defer f.Close()
	st, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case st.IsDir():
		return nil, unix.EISDIR
	case !st.Mode().IsRegular():
		return nil, errSpecial
	}
	// Files of /proc say that they have no bytes.
	data := make([]byte, 0, st.Size()+512)
	for len(data) <= limit {
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
		n, err := unix.Read(fd, data[len(data):cap(data)])
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return data, nil
		}
		data = data[:len(data)+n]
	}
	return nil, Refusal("has more than " + strconv.Itoa(limit) + " bytes")
}

// fileError says why a file could not be read or written.
func fileError(thing string, err error) error {
	var known *Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	var path *os.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return &Error{Thing: thing, Err: err}
}
