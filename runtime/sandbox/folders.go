package sandbox

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"

	"wirelark/runtime"
)

// Programs expect folders of their own in /etc and /var, with the right owner:
// /var/lib/frr is frr's. In the lab, whose ids are others, the owners cannot be
// seen, so the front looks and tells.

// folderDepth is how far below each place folders are looked for: /var/lib/x/y.
const folderDepth = 2

// foldersPerPacket is how many folders surely fit in one packet.
const foldersPerPacket = 100

// tellFolders tells the engine about the host's folders, the last packet being
// an empty one. A stranger's script is told of none.
func tellFolders(control *os.File, strict bool) {
	var list []runtime.Folder
	for _, place := range []string{"/etc", "/var/cache", "/var/lib", "/var/log", "/var/spool"} {
		if !strict {
			list = folders(list, place, folderDepth)
		}
	}
	for first := true; first || len(list) > 0; first = false {
		n := min(len(list), foldersPerPacket)
		b, err := json.Marshal(list[:n])
		if err != nil {
			panic(err) // a Folder holds nothing that JSON does not
		}
		_ = send(control, toFolders, b) // a lab that is gone needs no telling
		list = list[n:]
	}
	_ = send(control, toFolders, []byte("[]"))
}

// folders adds those below dir that everybody may look at or that are not
// root's. What is in one that is closed to others, everybody's lab is not told.
func folders(list []runtime.Folder, dir string, depth int) []runtime.Folder {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return list
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		path := filepath.Join(dir, e.Name())
		var st unix.Stat_t
		if unix.Lstat(path, &st) != nil {
			continue
		}
		list = append(list, runtime.Folder{Path: path, Mode: st.Mode & 0o7777, UID: int(st.Uid), GID: int(st.Gid)})
		if depth > 1 && st.Mode&0o005 == 0o005 {
			list = folders(list, path, depth-1)
		}
	}
	return list
}

// A folderList collects what the front tells, for who waits for it.
type folderList struct {
	list []runtime.Folder
	ask  sync.Once
	all  chan struct{}
}

// packet takes one packet of them.
func (f *folderList) packet(data []byte) {
	var more []runtime.Folder
	if json.Unmarshal(data, &more) != nil || len(more) == 0 {
		f.complete()
		return
	}
	f.list = append(f.list, more...)
}

func (f *folderList) complete() {
	select {
	case <-f.all:
	default:
		close(f.all)
	}
}

// Folders are the host's folders that programs expect. The first call asks the
// front, which may take a while to look.
func (l *Lab) Folders() []runtime.Folder {
	l.folders.ask.Do(func() {
		_ = send(l.control, toFolders, nil) // a front that is gone has told all
	})
	<-l.folders.all
	return l.folders.list
}
