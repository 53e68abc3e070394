package vm

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A Kernel is one that can be booted: an image and its modules in a folder.
type Kernel struct {
	Dir     string // absolute
	Release string // "6.12.117+deb12-amd64"

	image   string // what QEMU boots
	modules string // lib/modules/RELEASE
}

// unpackedName is a kernel's image in its folder, if it was unpacked.
const unpackedName = "vmlinux"

// Open finds the kernel in a folder, laid out as a distribution's package is:
// boot/vmlinuz-RELEASE or vmlinux, and lib/modules/RELEASE with what depmod
// writes there.
func Open(dir string) (*Kernel, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, lib := range []string{"lib/modules", "usr/lib/modules"} {
		list, _ := filepath.Glob(filepath.Join(dir, lib, "*/modules.dep"))
		found = append(found, list...)
	}
	switch {
	case len(found) == 0:
		return nil, fmt.Errorf("%s is no folder of a kernel: there is no lib/modules/RELEASE/modules.dep in it", dir)
	case len(found) > 1:
		return nil, fmt.Errorf("%s holds %d kernels: give each a folder of its own", dir, len(found))
	}
	k := &Kernel{Dir: dir, modules: filepath.Dir(found[0])}
	k.Release = filepath.Base(k.modules)
	for _, name := range []string{unpackedName, "boot/vmlinuz-" + k.Release, "vmlinuz-" + k.Release, "boot/vmlinuz", "vmlinuz", "lib/modules/" + k.Release + "/vmlinuz"} {
		if st, err := os.Stat(filepath.Join(dir, name)); err == nil && st.Mode().IsRegular() {
			k.image = filepath.Join(dir, name)
			return k, nil
		}
	}
	return nil, fmt.Errorf("%s has no image of the kernel: neither vmlinux nor boot/vmlinuz-%s is there", dir, k.Release)
}

// Find finds a kernel by a folder, or by the beginning of the version of one
// that was fetched: of several that fit, the newest.
func Find(word string) (*Kernel, error) {
	if strings.ContainsRune(word, '/') || word == "." || word == ".." {
		return Open(word)
	}
	if !isVersion(word) {
		return nil, fmt.Errorf("%q is neither a version, as 6.12, nor a folder, as ./linux", word)
	}
	list, err := Fetched()
	if err != nil {
		return nil, err
	}
	for _, k := range slices.Backward(list) {
		if rest, ok := strings.CutPrefix(k.Release, word); ok && (rest == "" || !isDigit(rest[0])) {
			return k, nil
		}
	}
	return nil, fmt.Errorf("kernel %s is not here: fetch it by wirelark kernel get %s, or name a folder", word, word)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isVersion reports whether a word begins as a kernel's version does.
func isVersion(word string) bool {
	major, rest, ok := strings.Cut(word, ".")
	_, err := strconv.Atoi(major)
	return ok && err == nil && rest != "" && isDigit(rest[0]) && !strings.ContainsAny(word, "/ \t\n")
}

// Folder is where kernels are kept that were fetched.
func Folder() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", errors.New("there is no folder to keep kernels in: set HOME or XDG_CACHE_HOME")
	}
	return filepath.Join(cache, "wirelark", "kernels"), nil
}

// Fetched lists those, the newest last.
func Fetched() ([]*Kernel, error) {
	dir, err := Folder()
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s: may not be read", dir)
	}
	var list []*Kernel
	for _, e := range entries {
		if k, err := Open(filepath.Join(dir, e.Name())); err == nil && isVersion(k.Release) {
			list = append(list, k)
		}
	}
	slices.SortFunc(list, func(a, b *Kernel) int { return compareVersions(a.Release, b.Release) })
	return list, nil
}

// compareVersions compares versions number by number.
func compareVersions(a, b string) int {
	split := func(s string) []string {
		return strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	}
	x, y := split(a), split(b)
	for i := range min(len(x), len(y)) {
		m, _ := strconv.Atoi(x[i])
		n, _ := strconv.Atoi(y[i])
		if m != n {
			return m - n
		}
	}
	return len(x) - len(y)
}
