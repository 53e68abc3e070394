package runtime

import (
	"encoding/binary"
	"errors"
	"os"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// copyTree copies what may be read of a folder: folders, files up to a size
// and, if the copy is to be whole, links, with their modes. All of it then
// belongs to whoever copies. A copy that is not whole lies over what it copies:
// what may not be read is then hidden there. It is on the way of every lab's
// first command, and so uses bare descriptors: calls relative to one spare the
// kernel the walk to a path.
func copyTree(from, to string, size int64, whole bool, stop *atomic.Bool) error {
	src, err := openFolder(unix.AT_FDCWD, from)
	if err != nil {
		return &os.PathError{Op: "open", Path: from, Err: err}
	}
	dst, err := openFolder(unix.AT_FDCWD, to)
	if err != nil {
		unix.Close(src)
		return &os.PathError{Op: "open", Path: to, Err: err}
	}
	c := copier{size: size, whole: whole, stop: stop, slots: make(chan struct{}, 1)}
	c.folder(src, dst, make([]byte, copyBuffer))
	c.all.Wait()
	return errors.Join(c.errs...)
}

const copyBuffer = 64 << 10

// A copier copies folders, two at a time.
type copier struct {
	size  int64 // of the largest file
	whole bool
	stop  *atomic.Bool // leaves the copy as it is
	slots chan struct{}
	all   sync.WaitGroup
	mu    sync.Mutex
	errs  []error
}

// folder copies what is in src, and closes both. What is gone or may not be
// read is left out.
func (c *copier) folder(src, dst int, buf []byte) {
	defer unix.Close(src)
	defer unix.Close(dst)
	for {
		n, err := unix.Getdents(src, buf)
		if err != nil || n == 0 {
			c.fail("list", "a folder", err)
			return
		}
		// The buffer serves the files in between.
		for _, e := range listed(buf[:n]) {
			if c.stop.Load() {
				return
			}
			var err error
			switch e.kind {
			case unix.DT_DIR:
				err = c.below(src, dst, e.name, buf)
			case unix.DT_LNK:
				if c.whole {
					err = copyLink(src, dst, e.name, buf)
				}
			case unix.DT_REG:
				err = c.file(src, dst, e.name, buf)
			}
			c.fail("copy", e.name, err)
		}
	}
}

func (c *copier) fail(what, name string, err error) {
	if err == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.errs = append(c.errs, &os.PathError{Op: what, Path: name, Err: err})
}

// An entry is one of a folder.
type entry struct {
	name string
	kind byte
}

// listed reads what getdents64(2) gave: inode, offset, length, type, name.
func listed(b []byte) []entry {
	var list []entry
	for len(b) >= 19 {
		n := int(binary.NativeEndian.Uint16(b[16:]))
		if n < 19 || n > len(b) {
			break
		}
		if name := unix.ByteSliceToString(b[19:n]); name != "." && name != ".." {
			list = append(list, entry{name, b[18]})
		}
		b = b[n:]
	}
	return list
}

// below copies a folder in src.
func (c *copier) below(src, dst int, name string, buf []byte) error {
	from, err := openFolder(src, name)
	if err != nil {
		return c.hide(dst, name, err)
	}
	var st unix.Stat_t
	err = unix.Fstat(from, &st)
	if err == nil {
		err = unix.Mkdirat(dst, name, st.Mode&0o7777|0o700)
	}
	to := -1
	if err == nil {
		to, err = openFolder(dst, name)
	}
	if err != nil {
		unix.Close(from)
		return err
	}
	select {
	case c.slots <- struct{}{}:
		c.all.Go(func() {
			c.folder(from, to, make([]byte, copyBuffer))
			<-c.slots
		})
	default:
		c.folder(from, to, buf)
	}
	return nil
}

func openFolder(at int, path string) (int, error) {
	return unix.Openat(at, path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
}

// hide makes overlayfs hide what could not be read.
func (c *copier) hide(dst int, name string, err error) error {
	if c.whole || err != unix.EACCES {
		return nil
	}
	return unix.Mknodat(dst, name, unix.S_IFCHR, 0)
}

// copyLink copies a link in src.
func copyLink(src, dst int, name string, buf []byte) error {
	n, err := unix.Readlinkat(src, name, buf)
	if err != nil {
		return nil
	}
	return unix.Symlinkat(string(buf[:n]), dst, name)
}

// file copies a file in src.
func (c *copier) file(src, dst int, name string, buf []byte) error {
	from, err := unix.Openat(src, name, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return c.hide(dst, name, err)
	}
	defer unix.Close(from)
	var st unix.Stat_t
	if err := unix.Fstat(from, &st); err != nil || st.Size > c.size || st.Mode&unix.S_IFMT != unix.S_IFREG {
		return err
	}
	to, err := unix.Openat(dst, name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_CLOEXEC, st.Mode&0o7777)
	if err != nil {
		return err
	}
	defer unix.Close(to)
	for left := st.Size; left > 0; {
		n, err := unix.Read(from, buf)
		if err != nil || n == 0 {
			return err
		}
		if _, err := unix.Write(to, buf[:n]); err != nil {
			return err
		}
		left -= int64(n)
	}
	return nil
}
