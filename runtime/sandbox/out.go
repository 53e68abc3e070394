package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// CheckFolder says before a script runs what would be said later: that the
// folder that a flag names for files cannot be made or written.
func CheckFolder(flag, folder string) error {
	for dir := folder; ; dir = filepath.Dir(dir) {
		st, err := os.Stat(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist) && dir != "/":
			continue
		case err != nil:
			return fmt.Errorf("--%s %s: %s may not be entered", flag, folder, dir)
		case !st.IsDir():
			return fmt.Errorf("--%s %s: %s is no folder", flag, folder, dir)
		case unix.Access(dir, unix.W_OK|unix.X_OK) != nil:
			return fmt.Errorf("--%s %s: %s may not be written", flag, folder, dir)
		}
		return nil
	}
}
