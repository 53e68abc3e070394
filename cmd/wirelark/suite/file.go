package suite

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"wirelark/runtime/sandbox"
)

// WriteFile writes a file whole, or not at all: who reads it meanwhile finds
// the old one. A link is followed; what is no file, a pipe or a device, is
// written to as it is.
func WriteFile(path string, mode fs.FileMode, write func(io.Writer) error) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		return errors.New("is a folder")
	} else if err == nil && !st.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return sandbox.WithoutPath(err)
		}
		return sandbox.WithoutPath(errors.Join(write(f), f.Close()))
	} else if _, e := os.Lstat(path); err != nil && e == nil {
		return errors.New("is a link that leads nowhere")
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".wirelark-*")
	if err != nil {
		return sandbox.WithoutPath(err)
	}
	err = write(f)
	if err == nil {
		err = f.Chmod(mode)
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return sandbox.WithoutPath(err)
}
