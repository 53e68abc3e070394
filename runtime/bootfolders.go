package runtime

import (
	"bufio"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// bootFolders are the folders that a machine makes for its programs when it
// starts, as tmpfiles.d(5) says: /run/frr for frr. What units of systemd make
// when they start is not read, but for the one that nobody can do without.
func bootFolders() []Folder {
	byName := map[string]string{}
	for _, dir := range []string{"/usr/lib/tmpfiles.d", "/etc/tmpfiles.d"} { // the later one's files count
		files, err := filepath.Glob(dir + "/*.conf")
		if err != nil {
			continue // of a wrong pattern only
		}
		for _, f := range files {
			byName[filepath.Base(f)] = f
		}
	}
	list := []Folder{{Path: "/run/sshd", Mode: 0o755}}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		f, err := os.Open(byName[name])
		if err != nil {
			continue
		}
		for scan := bufio.NewScanner(f); scan.Scan(); {
			if folder, ok := bootFolder(scan.Text()); ok {
				list = append(list, folder)
			}
		}
		f.Close()
	}
	return list
}

// bootFolder reads a line of tmpfiles.d: "d /run/frr 0755 frr frr -".
func bootFolder(line string) (f Folder, ok bool) {
	w := strings.Fields(line)
	if len(w) < 2 || !slices.Contains([]string{"d", "D"}, strings.TrimRight(w[0], "!-=~^$")) {
		return f, false
	}
	path := filepath.Clean(w[1])
	if inStock(path) == "" || strings.HasPrefix(path, "/etc/") || strings.Contains(path, "%") {
		return f, false
	}
	f = Folder{Path: path, Mode: 0o755}
	word := func(i int) string {
		if i < len(w) && w[i] != "-" {
			return w[i]
		}
		return ""
	}
	if mode, err := strconv.ParseUint(strings.TrimLeft(word(2), "~:"), 8, 32); err == nil {
		f.Mode = uint32(mode)
	}
	if name := word(3); name != "" {
		uid, _, ok := lookUser(name)
		if !ok {
			return Folder{}, false
		}
		f.UID = int(uid)
	}
	if name := word(4); name != "" {
		gid, ok := lookGroup(name)
		if !ok {
			return Folder{}, false
		}
		f.GID = int(gid)
	}
	return f, true
}
