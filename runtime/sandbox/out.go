package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// CheckOut says before a script runs what would be said when it has ended:
// that the folder for its files cannot be made or written.
func CheckOut(out string) error {
	for dir := out; ; dir = filepath.Dir(dir) {
		st, err := os.Stat(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist) && dir != "/":
			continue
		case err != nil:
			return fmt.Errorf("--out %s: %s may not be entered", out, dir)
		case !st.IsDir():
			return fmt.Errorf("--out %s: %s is no folder", out, dir)
		case unix.Access(dir, unix.W_OK|unix.X_OK) != nil:
			return fmt.Errorf("--out %s: %s may not be written", out, dir)
		}
		return nil
	}
}
