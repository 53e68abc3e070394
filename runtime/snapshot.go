package runtime

import (
	"path/filepath"
	"strings"
)

// SnapshotsDir is the folder beside a script that has a folder for each script
// with snapshots.
const SnapshotsDir = "snapshots"

// SnapshotFolder is the name of a script's own folder there: the script's,
// without its ending. It is never one that leads elsewhere.
func SnapshotFolder(script string) string {
	name := filepath.Base(script)
	if stem := strings.TrimSuffix(name, ".star"); strings.Trim(stem, ".") != "" {
		return stem
	}
	return name
}
