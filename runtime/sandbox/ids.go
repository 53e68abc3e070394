package sandbox

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// choose fills in the mode and the ids of s: the best that this machine has.
func choose(s *Spec) error {
	if s.Force == Root || s.Force == "" && os.Geteuid() == 0 {
		if os.Geteuid() != 0 {
			return &Refused{Why: "mode root needs root", Remedy: []string{"sudo wirelark …"}}
		}
		s.Mode = Root
		s.UIDs = []Range{{0, rootBase, 65536}}
		s.GIDs = s.UIDs
		return nil
	}
	uid, gid := os.Geteuid(), os.Getegid()
	s.Mode = RootlessOne
	s.UIDs, s.GIDs = []Range{{0, uid, 1}}, []Range{{0, gid, 1}}
	if s.Force == RootlessOne {
		return nil
	}
	subUID, err := subordinate("/etc/subuid", uid)
	subGID, err2 := subordinate("/etc/subgid", uid)
	err = errors.Join(err, err2, haveMapper("newuidmap"), haveMapper("newgidmap"), mayGain())
	if err != nil {
		if s.Force == RootlessMany {
			return &Refused{Why: "subordinate ids cannot be used: " + strings.ReplaceAll(err.Error(), "\n", "; ")}
		}
		return nil
	}
	s.Mode = RootlessMany
	s.UIDs = append(s.UIDs, Range{1, subUID.Outside, min(subUID.Size, 65535)})
	s.GIDs = append(s.GIDs, Range{1, subGID.Outside, min(subGID.Size, 65535)})
	return nil
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

// writeMaps has newuidmap and newgidmap write the maps of process pid.
func writeMaps(s *Spec, pid int) error {
	run := func(name string, ranges []Range) error {
		argv := []string{name, strconv.Itoa(pid)}
		for _, r := range ranges {
			argv = append(argv, strconv.Itoa(r.Inside), strconv.Itoa(r.Outside), strconv.Itoa(r.Size))
		}
		p, err := os.StartProcess(mapper(name), argv, &os.ProcAttr{Files: []*os.File{nil, nil, os.Stderr}})
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		st, err := p.Wait()
		if err == nil && !st.Success() {
			err = errors.New(st.String())
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	}
	other := make(chan error, 1)
	go func() { other <- run("newgidmap", s.GIDs) }()
	err := run("newuidmap", s.UIDs)
	return errors.Join(err, <-other)
}
