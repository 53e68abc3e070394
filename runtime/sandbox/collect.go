package sandbox

import (
	"archive/tar"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// collect tells the front how many files commands wrote and removed in the
// project, and sends what they wrote if it is wanted. Everything in the lab
// but init has ended. Sockets and pipes that they left are no files.
func (v *view) collect(s *Spec, ctl *os.File) error {
	if v.upper == nil {
		return nil
	}
	root := fmt.Sprintf("/proc/self/fd/%d", v.upper.Fd())
	var w *tar.Writer
	if s.Out != "" {
		w = tar.NewWriter(stream{ctl, toTar})
	}
	var written, removed uint64
	err := filepath.WalkDir(root+"/", func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == root+"/" {
			return err
		}
		switch {
		case d.Type()&fs.ModeCharDevice != 0: // how an overlay says that something is gone
			removed++
		case d.Type().IsRegular() || d.Type()&fs.ModeSymlink != 0:
			written++
		}
		if w == nil {
			return nil
		}
		return addFile(w, path, path[len(root)+1:])
	})
	if w != nil && err == nil {
		err = w.Close()
	}
	_ = send(ctl, toFront, binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, written), removed))
	if err != nil {
		return fmt.Errorf("collect what was written: %w", err)
	}
	return nil
}

// addFile adds a file, a folder or a link; what else there is has no content.
func addFile(w *tar.Writer, path, name string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	link := ""
	switch mode := info.Mode(); {
	case mode&os.ModeSymlink != 0:
		if link, err = os.Readlink(path); err != nil {
			return err
		}
	case !mode.IsRegular() && !mode.IsDir():
		return nil
	}
	h, err := tar.FileInfoHeader(info, link)
	if err != nil {
		return err
	}
	h.Name, h.Uid, h.Gid = name, 0, 0
	if err := w.WriteHeader(h); err != nil || !info.Mode().IsRegular() {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.CopyN(w, f, h.Size)
	return err
}

// unpack writes an archive that came from a lab into a folder, and nothing
// outside of it: the lab's commands chose the names.
func unpack(r io.Reader, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for t := tar.NewReader(r); ; {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := unpackOne(root, h, t); err != nil {
			// Its own path is that of a file that will be gone.
			return fmt.Errorf("%s: %w", h.Name, WithoutPath(err))
		}
	}
}

func unpackOne(root *os.Root, h *tar.Header, r io.Reader) error {
	switch h.Typeflag {
	case tar.TypeDir:
		return root.MkdirAll(filepath.Clean(h.Name), 0o755)
	case tar.TypeSymlink:
		part := partOf(h.Name)
		_ = root.Remove(part)
		if err := root.Symlink(h.Linkname, part); err != nil {
			return err
		}
		return root.Rename(part, h.Name)
	case tar.TypeReg:
		// Whole or not at all, whenever we are interrupted.
		part := partOf(h.Name)
		_ = root.Remove(part)
		f, err := root.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, fs.FileMode(h.Mode)&0o777)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, r)
		if e := f.Close(); err == nil {
			err = e
		}
		if err == nil {
			err = root.Rename(part, h.Name)
		}
		if err != nil {
			_ = root.Remove(part)
		}
		return err
	}
	return nil
}

// partOf is where a file grows before it gets its name: in the same folder,
// under a name that is short enough however long the other is.
func partOf(name string) string {
	return filepath.Join(filepath.Dir(name), ".wirelark.part")
}

// files says what became of what was written in the project's folder.
func (l *lab) files() int {
	var err error
	if l.tar != nil {
		l.tar.Close()
		err = <-l.unpacked
	}
	written, removed := count(l.written)+" written", count(l.removed)+" removed"
	in := " in " + l.spec.Project
	switch {
	case err != nil:
		l.out.say("--out %s: %s", l.spec.Out, err)
		return codeFailed
	case l.written == 0 && l.removed == 0:
	case l.written == 0:
		l.out.say("%s, for the lab only", removed+in)
	case l.removed > 0 && l.spec.Out == "":
		l.out.say("%s and %s, and dropped; --out DIR keeps what is written", written, removed+in)
	case l.spec.Out == "":
		l.out.say("%s and dropped; --out DIR keeps them", written+in)
	case l.removed > 0:
		l.out.say("%s and %s; what was written is kept in %s", written, removed+in, l.spec.Out)
	default:
		l.out.say("%s, kept in %s", written+in, l.spec.Out)
	}
	return 0
}

func count(n int) string {
	if n == 1 {
		return "1 file"
	}
	return fmt.Sprintf("%d files", n)
}
