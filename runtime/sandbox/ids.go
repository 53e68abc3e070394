package sandbox

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// choose fills in the mode and the ids of s: the best that this machine has.
func choose(s *Spec) error {
	root := os.Geteuid() == 0
	switch {
	case s.Force == Root && !root:
		return &Refused{Why: "mode root needs root", Remedy: []string{"sudo wirelark …"}}
	case root && mapped("/proc/self/uid_map", rootBase, labIDs) && mapped("/proc/self/gid_map", rootBase, labIDs):
		if s.Force != "" && s.Force != Root {
			return &Refused{Why: "root has no rootless labs", Remedy: []string{"run as an ordinary user"}}
		}
		s.Mode = Root
		s.UIDs = []Range{{0, rootBase, labIDs}}
		s.GIDs = s.UIDs
		return nil
	case s.Force == Root:
		return &Refused{Why: "mode root needs the ids from " + strconv.Itoa(rootBase) + " on, and this user namespace has not got them"}
	}
	s.useOneID()
	if root {
		return chooseNested(s)
	}
	if s.Force == RootlessOne {
		return nil
	}
	subUID, err := subordinate("/etc/subuid", os.Geteuid())
	subGID, err2 := subordinate("/etc/subgid", os.Geteuid())
	err = errors.Join(err, err2, haveMapper("newuidmap"), haveMapper("newgidmap"), mayGain())
	if err != nil {
		if s.Force == RootlessMany {
			return &Refused{Why: "subordinate ids cannot be used: " + strings.ReplaceAll(err.Error(), "\n", "; "),
				Remedy: []string{"install newuidmap and newgidmap (Debian: uidmap)", "and give the user a line in /etc/subuid and in /etc/subgid"}}
		}
		return nil
	}
	s.Mode = RootlessMany
	s.UIDs = append(s.UIDs, Range{1, subUID.Outside, min(subUID.Size, labIDs-1)})
	s.GIDs = append(s.GIDs, Range{1, subGID.Outside, min(subGID.Size, labIDs-1)})
	return nil
}

// useOneID gives the lab the caller's own id and no other.
func (s *Spec) useOneID() {
	s.Mode = RootlessOne
	s.UIDs, s.GIDs = []Range{{0, os.Geteuid(), 1}}, []Range{{0, os.Getegid(), 1}}
}

// chooseNested chooses for the root of a user namespace, as one is in another
// lab or in a rootless container: it may map the ids that it has by itself.
func chooseNested(s *Spec) error {
	// Of all files, these are the machine's root's for certain.
	var st unix.Stat_t
	if err := unix.Stat("/proc/sys", &st); err == nil && st.Uid == 0 {
		return &Refused{Why: "root is the machine's root in this user namespace, and a lab must not have its id",
			Remedy: []string{"run outside of the namespace, or as an ordinary user"}}
	}
	if s.Force == RootlessOne {
		return nil
	}
	uids, gids := ownRanges("/proc/self/uid_map"), ownRanges("/proc/self/gid_map")
	if size(uids) > 1 && size(gids) > 1 {
		s.Mode, s.Nested, s.UIDs, s.GIDs = RootlessMany, true, uids, gids
		return nil
	}
	if s.Force == RootlessMany {
		return &Refused{Why: "subordinate ids cannot be used: this user namespace has one id only"}
	}
	return nil
}

// ownRanges are the ids of this process's user namespace that a lab in it can
// have, each under the same number. The kernel maps no range that is not
// part of a single one of the parent's.
func ownRanges(file string) []Range {
	var out []Range
	for _, r := range readMap(file) {
		if r.Inside < labIDs {
			out = append(out, Range{r.Inside, r.Inside, min(r.Size, labIDs-r.Inside)})
		}
	}
	return out
}

func size(list []Range) int {
	n := 0
	for _, r := range list {
		n += r.Size
	}
	return n
}

// mapped reports whether a map of this process's user namespace has the ids
// from first on.
func mapped(file string, first, size int) bool {
	for _, r := range readMap(file) {
		if first >= r.Inside && first+size <= r.Inside+r.Size {
			return true
		}
	}
	return false
}

// readMap reads a uid_map or gid_map; none if it cannot be read.
func readMap(file string) []Range {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	var out []Range
	for line := range strings.Lines(string(b)) {
		var r Range
		if _, err := fmt.Sscan(line, &r.Inside, &r.Outside, &r.Size); err == nil {
			out = append(out, r)
		}
	}
	return out
}

// subordinate is the first range of the user in /etc/subuid or /etc/subgid.
func subordinate(file string, uid int) (Range, error) {
	f, err := os.Open(file)
	if err != nil {
		return Range{}, err
	}
	defer f.Close()
	name := ""
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		name = u.Username
	}
	for sc := bufio.NewScanner(f); sc.Scan(); {
		w := strings.Split(sc.Text(), ":")
		if len(w) != 3 || w[0] != name && w[0] != strconv.Itoa(uid) {
			continue
		}
		start, err1 := strconv.Atoi(w[1])
		size, err2 := strconv.Atoi(w[2])
		if err1 == nil && err2 == nil && start > 0 && size > 0 {
			return Range{1, start, size}, nil
		}
	}
	return Range{}, fmt.Errorf("%s has no line for user %d", file, uid)
}

// mapper finds newuidmap or newgidmap, which may write maps of several ids.
func mapper(name string) string {
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/bin", "/bin") {
		if path := filepath.Join(dir, name); unix.Access(path, unix.X_OK) == nil {
			return path
		}
	}
	return ""
}

func haveMapper(name string) error {
	if mapper(name) == "" {
		return fmt.Errorf("%s is not installed", name)
	}
	return nil
}

// mayGain reports whether a program may gain privilege: newuidmap must.
func mayGain() error {
	if v, err := unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0); err == nil && v == 1 {
		return errors.New("no new privileges may be gained here")
	}
	return nil
}

// A mapError says why ids could not be mapped, although they seemed to be ours.
type mapError struct{ error }

// writeMaps has newuidmap and newgidmap write the maps of process pid.
func writeMaps(s *Spec, pid int) error {
	run := func(name string, ranges []Range) error {
		argv := []string{name, strconv.Itoa(pid)}
		for _, r := range ranges {
			argv = append(argv, strconv.Itoa(r.Inside), strconv.Itoa(r.Outside), strconv.Itoa(r.Size))
		}
		r, w, err := os.Pipe()
		if err != nil {
			return err
		}
		defer r.Close()
		p, err := os.StartProcess(mapper(name), argv, &os.ProcAttr{Files: []*os.File{nil, w, w}})
		w.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		said, _ := io.ReadAll(io.LimitReader(r, 4096))
		st, err := p.Wait()
		if err == nil && !st.Success() {
			err = errors.New(firstLine(strings.TrimPrefix(string(said), name+": ")))
		}
		if err != nil {
			return &mapError{fmt.Errorf("%s: %w", name, err)}
		}
		return nil
	}
	other := make(chan error, 1)
	go func() { other <- run("newgidmap", s.GIDs) }() // ends with the program
	err := run("newuidmap", s.UIDs)
	return errors.Join(err, <-other)
}
