package vm

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// kept are the parts of a kernel package that networks need: of 400 MB, 60.
// The rest is for hardware that no virtual machine has.
var (
	kept = []string{
		"kernel/net/", "kernel/lib/", "kernel/crypto/", "kernel/arch/", "kernel/fs/9p/", "kernel/fs/netfs/", "kernel/fs/fscache/", "kernel/fs/overlayfs/", "kernel/fs/fuse/",
		"kernel/drivers/virtio/", "kernel/drivers/char/", "kernel/drivers/net/", "kernel/drivers/crypto/", "kernel/drivers/infiniband/sw/", "kernel/security/",
	}
	dropped = []string{
		"kernel/drivers/net/ethernet/", "kernel/drivers/net/wireless/", "kernel/drivers/net/usb/", "kernel/drivers/net/can/", "kernel/drivers/net/phy/", "kernel/drivers/net/wwan/",
		"kernel/drivers/crypto/", "kernel/net/mac80211/", "kernel/net/bluetooth/", "kernel/sound/",
	}
)

// wanted reports whether a file of a package is unpacked, and where to.
func wanted(name string) (to string, ok bool) {
	name = strings.TrimPrefix(path.Clean("/"+name), "/")
	name = strings.TrimPrefix(name, "usr/")
	if strings.HasPrefix(name, "boot/vmlinuz-") || strings.HasPrefix(name, "boot/config-") {
		return name, true
	}
	rest, ok := strings.CutPrefix(name, "lib/modules/")
	_, inside, ok2 := strings.Cut(rest, "/")
	if !ok || !ok2 {
		return "", false
	}
	has := func(list []string) bool {
		return slices.ContainsFunc(list, func(p string) bool { return strings.HasPrefix(inside, p) })
	}
	return name, strings.HasPrefix(inside, "modules.") || has(kept) && !has(dropped)
}

// Get fetches a kernel from the packages of the distribution, by its version
// as 6.12, and says what it does. One that is here already is fetched again
// only if the distribution has a newer one.
func Get(ctx context.Context, version string, say func(string)) (*Kernel, error) {
	if !isVersion(version) {
		return nil, fmt.Errorf("%q is no version: write 6.12", version)
	}
	if err := need("apt-get", "apt-cache", "dpkg-deb", "depmod", "xz"); err != nil {
		return nil, err
	}
	pkg, err := packageOf(ctx, version)
	if err != nil {
		return nil, err
	}
	folder, err := Folder()
	if err != nil {
		return nil, err
	}
	release := strings.TrimPrefix(pkg, "linux-image-")
	if k, err := Open(filepath.Join(folder, release)); err == nil {
		return k, nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("%s: %w", folder, pathless(err))
	}
	// Under another name until it is whole.
	temp, err := os.MkdirTemp(folder, ".new-")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", folder, pathless(err))
	}
	defer os.RemoveAll(temp)
	say("fetching " + pkg)
	if _, err := output(ctx, temp, nil, "apt-get", "-q", "download", pkg); err != nil {
		return nil, err
	}
	debs, _ := filepath.Glob(filepath.Join(temp, "*.deb"))
	if len(debs) != 1 {
		return nil, fmt.Errorf("apt-get download %s: left %d packages", pkg, len(debs))
	}
	say("unpacking it")
	root := filepath.Join(temp, "root")
	if err := unpack(ctx, debs[0], root); err != nil {
		return nil, err
	}
	if err := prepare(ctx, root, release); err != nil {
		return nil, err
	}
	if _, err := Open(root); err != nil {
		return nil, fmt.Errorf("%s: %w", pkg, err)
	}
	if _, err := Open(filepath.Join(folder, release)); err != nil {
		_ = os.RemoveAll(filepath.Join(folder, release)) // one that is broken
	}
	if err := os.Rename(root, filepath.Join(folder, release)); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s: %w", folder, pathless(err))
	}
	return Open(filepath.Join(folder, release))
}

// packageOf is the package with the newest kernel of a version: what the
// distribution's package without a number depends on.
func packageOf(ctx context.Context, version string) (string, error) {
	const arch = "-amd64"
	for _, meta := range []string{"linux-image-" + version + arch, "linux-image" + arch} {
		text, err := output(ctx, "/", nil, "apt-cache", "depends", "--no-recommends", "--no-suggests", meta)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(text)) {
			pkg, ok := strings.CutPrefix(strings.TrimSpace(line), "Depends: ")
			rest, fits := strings.CutPrefix(pkg, "linux-image-"+version)
			if ok && fits && rest != "" && !isDigit(rest[0]) && pkg != meta {
				return pkg, nil
			}
		}
	}
	return "", fmt.Errorf("the distribution has no kernel %s for x86-64: apt-cache search ^linux-image-[0-9] lists those that it has", version)
}

// unpack writes the parts of a package that are wanted.
func unpack(ctx context.Context, deb, root string) error {
	return piped(ctx, func(r io.Reader) error {
		for t := tar.NewReader(r); ; {
			h, err := t.Next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			name, ok := wanted(h.Name)
			if !ok || h.Typeflag != tar.TypeReg {
				continue
			}
			if err := writeFile(filepath.Join(root, name), t); err != nil {
				return err
			}
		}
	}, "dpkg-deb", "--fsys-tarfile", deb)
}

func writeFile(path string, from io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}

// atOnce is how many files one command is given.
const atOnce = 200

// prepare makes a package's files such that they boot quickly: modules and
// kernel unpacked, the index of modules written.
func prepare(ctx context.Context, root, release string) error {
	var packed []string
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(p, ".ko.xz") {
			packed = append(packed, p)
		}
		return err
	})
	if err != nil {
		return err
	}
	for some := range slices.Chunk(packed, atOnce) {
		if _, err := output(ctx, root, nil, append([]string{"xz", "-dq"}, some...)...); err != nil {
			return err
		}
	}
	if _, err := output(ctx, root, nil, "depmod", "-b", root, release); err != nil {
		return err
	}
	image, err := os.ReadFile(filepath.Join(root, "boot", "vmlinuz-"+release))
	if err != nil {
		return fmt.Errorf("the package has no boot/vmlinuz-%s", release)
	}
	// Where it cannot be unpacked the packed one is booted, which takes longer.
	if b, err := unpacked(image, func(stdin []byte, argv ...string) ([]byte, error) { return output(ctx, root, stdin, argv...) }); err == nil {
		return os.WriteFile(filepath.Join(root, unpackedName), b, 0o644)
	}
	return nil
}

func pathless(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
