package runtime

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// A Folder is one of the host's that programs expect to find, and whose it is.
type Folder struct {
	Path     string
	Mode     uint32
	UID, GID int
}

// A stock is what the nodes of a session find in the folders that each may
// write in: it lies under all of them, and what one writes, the others do not
// see. It is a copy, since a lab may not change a file of the host's owner, not
// even for itself; of /etc with its contents, of the others without: leases,
// logs and databases of the host are no business of a lab.
type stock struct {
	dir   string
	whole bool        // the host's /etc cannot lie under it
	stop  atomic.Bool // the session ends, nobody needs it any more
	once  sync.Once
	done  chan struct{}
	err   error
}

// The host's /etc lies under the copy, so that links and large files, which
// nobody edits in place, need not be copied. The kernel refuses to lay it there
// if something is mounted in it, as in a container.
const (
	smallFile = 64 << 10
	largeFile = 1 << 20 // what is larger is no configuration

	// opaque tells overlayfs that nothing below a folder is to be seen. A
	// kernel older than 6.6 has no such attributes on a tmpfs.
	opaque = "user.overlay.opaque"
)

// kept are the folders that a node has a layer of its own over, besides /etc:
// where a node sees them, and where they are in the stock.
var kept = []struct{ path, dir string }{
	{"/var/cache", "cache"}, {"/var/lib", "lib"}, {"/var/log", "log"}, {"/var/spool", "spool"}, {"/run", "run"},
}

// inStock is where a path of a node lies in the stock, "" if it does not.
func inStock(path string) string {
	if path == "/etc" || strings.HasPrefix(path, "/etc/") {
		return path[1:]
	}
	for _, k := range kept {
		if path == k.path {
			return k.dir
		}
		if rest, ok := strings.CutPrefix(path, k.path+"/"); ok {
			return filepath.Join(k.dir, rest)
		}
	}
	return ""
}

// ExpectCommands says that commands will run in nodes, so that what they need
// is made meanwhile, on another core.
func (s *Session) ExpectCommands() { s.makeStock() }

// makeStock begins to make the stock, unless it has begun.
func (s *Session) makeStock() {
	if s.opt.RunDir == "" {
		return
	}
	b := &s.stock
	b.once.Do(func() {
		b.dir = filepath.Join(s.dir, "stock")
		b.done = make(chan struct{})
		go func() { // Close waits for it
			defer close(b.done)
			b.err = b.fill(&s.opt)
		}()
	})
}

// awaitStock waits until the stock is there.
func (s *Session) awaitStock() error {
	s.makeStock()
	if s.stock.done == nil {
		return errors.New("this session has no folder to run commands with")
	}
	<-s.stock.done
	if s.stock.err != nil {
		return fmt.Errorf("copy of /etc: %w", s.stock.err)
	}
	return nil
}

func (b *stock) fill(opt *Options) error {
	for _, dir := range []string{"etc", "run/lock", "run/netns", "run/" + filepath.Base(holdersDir), "cache", "lib", "log", "spool"} {
		if err := os.MkdirAll(filepath.Join(b.dir, dir), 0o755); err != nil {
			return err
		}
	}
	theirs := make(chan []Folder, 1)
	go func() { // ends when the host's folders are told
		if opt.Folders != nil {
			theirs <- opt.Folders()
		}
		close(theirs)
	}()
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return err
	}
	b.whole = strings.Contains(string(mounts), " /etc/") || unix.Setxattr(b.dir, opaque, []byte("n"), 0) != nil
	size := int64(smallFile)
	if b.whole {
		size = largeFile
	}
	if err := copyTree("/etc", filepath.Join(b.dir, "etc"), size, b.whole, &b.stop); err != nil {
		return err
	}
	for _, f := range append(<-theirs, bootFolders()...) {
		if err := b.folder(f); err != nil {
			return err
		}
	}
	if err := b.replace("etc/resolv.conf", "# No name server is known in this lab. A script may write one here.\n"); err != nil {
		return err
	}
	if err := b.replace("etc/hosts", hostsText(nil)); err != nil {
		return err
	}
	// A link, so that a node can be made when there is no room for a file.
	name := filepath.Join(b.dir, "etc/hostname")
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Symlink("/proc/sys/kernel/hostname", name)
}

// folder makes a folder, or gives the one that there is to its owner.
func (b *stock) folder(f Folder) error {
	rel := inStock(f.Path)
	if rel == "" || rel == "etc" || f.UID > lastID || f.GID > lastID {
		return nil
	}
	path := filepath.Join(b.dir, rel)
	var st unix.Stat_t
	err := unix.Lstat(path, &st)
	hidden := err == nil && st.Mode&unix.S_IFMT == unix.S_IFCHR // one of /etc that may not be read
	if hidden {
		err = os.Remove(path)
	}
	switch {
	case hidden && err == nil, err == unix.ENOENT:
		if err := unix.Mkdir(path, 0o755); err != nil {
			return nil // what is above is no folder
		}
	case st.Mode&unix.S_IFMT != unix.S_IFDIR:
		return nil // a link or a file stays
	}
	if hidden {
		if err := unix.Setxattr(path, opaque, []byte("y"), 0); err != nil {
			return err
		}
	}
	// A lab with a single id cannot: there, root is everybody.
	if f.UID != 0 || f.GID != 0 {
		if err := os.Lchown(path, f.UID, f.GID); err != nil && !isErrno(err, unix.EINVAL) && !isErrno(err, unix.EPERM) {
			return err
		}
	}
	return unix.Chmod(path, f.Mode&0o7777)
}

// replace writes a file of the stock, a plain one whatever the host has there.
func (b *stock) replace(rel, text string) error {
	path := filepath.Join(b.dir, rel)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// keepLayers lays a node's own layers over the stock and shows them where
// commands look for them. It runs on the node's thread.
func (ns *Namespace) keepLayers(own string) error {
	st := &ns.session.stock
	etc, rest, shown := filepath.Join(own, "etc"), filepath.Join(own, "rest"), filepath.Join(own, "shown")
	for _, dir := range []string{etc, etc + "-work", rest, rest + "-work", shown} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
	}
	lower := filepath.Join(st.dir, "etc")
	if !st.whole {
		lower += ":/etc"
	}
	if err := ns.layer(lower, etc, "/etc"); err != nil {
		return err
	}
	if err := ns.layer(st.dir, rest, shown); err != nil {
		return err
	}
	// The names of all nodes, those to come too: the folder is shared.
	for _, shared := range []string{netnsDir, holdersDir} {
		if err := unix.Mount(shared, filepath.Join(shown, "run", filepath.Base(shared)), "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			return fmt.Errorf("mount %s: %w", shared, err)
		}
	}
	layer, err := unix.Open(shown, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(layer)
	trees := make([]int, 0, len(kept))
	for _, k := range kept {
		tree, err := unix.OpenTree(layer, k.dir, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_RECURSIVE)
		if err != nil {
			return fmt.Errorf("copy the mount of %s: %w", k.path, err)
		}
		defer unix.Close(tree)
		trees = append(trees, tree)
	}
	// Where the layer is, nobody needs to see. Its end is no other node's
	// business: what one has mounted in the shared folder would end with it.
	if err := unix.Mount("", shown, "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make the layer private: %w", err)
	}
	if err := unix.Unmount(shown, unix.MNT_DETACH); err != nil {
		return fmt.Errorf("unmount: %w", err)
	}
	for i, k := range kept {
		if k.path == ns.session.opt.Project {
			continue // it shows the project, in all nodes
		}
		err := unix.MoveMount(trees[i], "", unix.AT_FDCWD, k.path, unix.MOVE_MOUNT_F_EMPTY_PATH)
		if err != nil && err != unix.ENOENT { // a host without /var/spool
			return fmt.Errorf("mount %s: %w", k.path, err)
		}
	}
	return nil
}

// layer mounts what a node writes over what lies under it.
func (ns *Namespace) layer(lower, upper, at string) error {
	if at == ns.session.opt.Project {
		return nil
	}
	options := fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s-work,userxattr", lower, upper, upper)
	if err := unix.Mount("overlay", at, "overlay", unix.MS_NOSUID|unix.MS_NODEV, options); err != nil {
		return fmt.Errorf("mount overlay on %s, which each node needs: %w", at, err)
	}
	return nil
}
