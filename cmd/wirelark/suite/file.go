package suite

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"wirelark/runtime/sandbox"
)

// WriteFile writes a file whole, or not at all: who reads it meanwhile finds
// the old one.
func WriteFile(path string, mode fs.FileMode, write func(io.Writer) error) error {
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
