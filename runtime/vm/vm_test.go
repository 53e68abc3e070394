package vm

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tree writes files, whose names are relative to a new folder.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestFramesComeWhole(t *testing.T) {
	var b bytes.Buffer
	long := strings.Repeat("x", mostFrame+5)
	for _, text := range []string{"", "a", long} {
		if err := writeFrame(&b, toOut, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	var got []int
	for {
		letter, data, err := readFrame(&b)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || letter != toOut {
			t.Fatalf("got %c, %v", letter, err)
		}
		got = append(got, len(data))
	}
	if want := []int{0, 1, mostFrame, 5}; !slices.Equal(got, want) {
		t.Errorf("got frames of %d bytes, want %d", got, want)
	}
	if _, _, err := readFrame(bytes.NewReader([]byte{toOut, 0xff, 0xff, 0xff, 0xff})); err == nil {
		t.Error("a frame of 4 GiB was believed")
	}
}

func TestModulesComeInOrder(t *testing.T) {
	root := tree(t, map[string]string{
		"modules.dep":     "kernel/net/9p/9pnet.ko: kernel/fs/netfs.ko\nkernel/fs/netfs.ko:\nkernel/net/9p/9p-virtio.ko.xz: kernel/net/9p/9pnet.ko kernel/fs/netfs.ko\nkernel/lib/crc32c_generic.ko:\nkernel/net/nf_tables.ko: kernel/lib/libcrc32c.ko\nkernel/lib/libcrc32c.ko:\n",
		"modules.builtin": "kernel/drivers/virtio/virtio-pci.ko\n",
		"modules.alias":   "# Aliases\nalias crc32c crc32c_generic\nalias rtnl-link-* nf_tables\n",
		"modules.softdep": "softdep libcrc32c pre: crc32c post: other\n",
	})
	m, err := openModules(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		names string
		want  string // the files' names
	}{
		{"9p_virtio", "netfs 9pnet 9p_virtio"},
		{"virtio_pci 9pnet", "netfs 9pnet"},
		{"nf_tables", "crc32c_generic libcrc32c nf_tables"},
		{"rtnl-link-x", "crc32c_generic libcrc32c nf_tables"},
	} {
		files, err := m.order(strings.Fields(c.names)...)
		var got []string
		for _, f := range files {
			got = append(got, moduleName(f))
		}
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %v, %v; want %s", c.names, got, err, c.want)
		}
	}
	if _, err := m.order("nowhere"); err == nil || !strings.Contains(err.Error(), "module nowhere is not in ") {
		t.Errorf("got %v, want that there is none", err)
	}
	if _, err := openModules(t.TempDir()); err == nil || !strings.Contains(err.Error(), "has no modules.dep: run depmod -b on it") {
		t.Errorf("got %v, want that depmod is missing", err)
	}
}

func TestOpenFindsImageAndModules(t *testing.T) {
	for _, c := range []struct {
		files map[string]string
		image string
		err   string
	}{
		{map[string]string{"lib/modules/6.1.0/modules.dep": "", "boot/vmlinuz-6.1.0": "x"}, "boot/vmlinuz-6.1.0", ""},
		{map[string]string{"lib/modules/6.1.0/modules.dep": "", "boot/vmlinuz-6.1.0": "x", "vmlinux": "y"}, "vmlinux", ""},
		{map[string]string{"usr/lib/modules/6.1.0/modules.dep": "", "vmlinuz": "x"}, "vmlinuz", ""},
		{map[string]string{"lib/modules/6.1.0/modules.dep": ""}, "", "has no image of the kernel: neither vmlinux nor boot/vmlinuz-6.1.0 is there"},
		{map[string]string{"lib/modules/6.1.0/modules.dep": "", "lib/modules/6.2.0/modules.dep": ""}, "", "holds 2 kernels: give each a folder of its own"},
		{map[string]string{"x": ""}, "", "is no folder of a kernel: there is no lib/modules/RELEASE/modules.dep in it"},
	} {
		root := tree(t, c.files)
		k, err := Open(root)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%v: got %v, want %q", c.files, err, c.err)
			}
			continue
		}
		if err != nil || k.image != filepath.Join(root, c.image) || k.Release != "6.1.0" {
			t.Errorf("%v: got %+v, %v; want image %s", c.files, k, err, c.image)
		}
	}
}

func TestFindTakesTheNewest(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	for _, release := range []string{"6.1.0-9-amd64", "6.1.0-56-amd64", "6.12.117+deb12-amd64", "6.2.1"} {
		dir := filepath.Join(cache, "wirelark", "kernels", release)
		if err := os.MkdirAll(filepath.Join(dir, "lib/modules", release), 0o755); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"vmlinux", "lib/modules/" + release + "/modules.dep"} {
			if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for word, want := range map[string]string{"6.1": "6.1.0-56-amd64", "6.12": "6.12.117+deb12-amd64", "6.2": "6.2.1", "6.1.0-9": "6.1.0-9-amd64"} {
		if k, err := Find(word); err != nil || k.Release != want {
			t.Errorf("%s: got %+v, %v; want %s", word, k, err, want)
		}
	}
	for word, want := range map[string]string{
		"6.3": "kernel 6.3 is not here: fetch it by wirelark kernel get 6.3, or name a folder", "new": `"new" is neither a version, as 6.12, nor a folder, as ./linux`,
		"./no": "is no folder of a kernel",
	} {
		if _, err := Find(word); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", word, err, want)
		}
	}
}

func TestImageIsUnpacked(t *testing.T) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write([]byte("\x7fELF and more"))
	w.Close()
	image := func(packed []byte) []byte {
		b := make([]byte, 5*512)
		b[0x1f1] = 2
		copy(b[0x202:], "HdrS")
		binary.LittleEndian.PutUint32(b[0x248:], 16)
		binary.LittleEndian.PutUint32(b[0x24c:], uint32(len(packed)))
		return append(b[:3*512+16], packed...)
	}
	run := func(_ []byte, argv ...string) ([]byte, error) { return nil, errors.New(argv[0] + " is not there") }
	if got, err := unpacked(image(append(z.Bytes(), 1, 2, 3, 4)), run); err != nil || string(got) != "\x7fELF and more" {
		t.Errorf("got %q, %v", got, err)
	}
	var text bytes.Buffer
	w.Reset(&text)
	w.Write([]byte("a letter, as long as a kernel is not"))
	w.Close()
	for want, b := range map[string][]byte{
		"holds no ELF file":                    image(text.Bytes()),
		"is no kernel for x86":                 make([]byte, 5000),
		"is cut off":                           image(z.Bytes())[:3*512+20],
		"is packed in a way that is not known": image(bytes.Repeat([]byte{1}, 40)),
		"xz is not there":                      image(append([]byte{0xfd, '7', 'z', 'X', 'Z', 0}, make([]byte, 40)...)),
		"zstd is not there":                    image(append([]byte{0x28, 0xb5, 0x2f, 0xfd}, make([]byte, 40)...)),
		"lz4 is not there":                     image(append([]byte{0x02, 0x21, 0x4c, 0x18}, make([]byte, 40)...)),
	} {
		if _, err := unpacked(b, run); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestWantedPartsOfAPackage(t *testing.T) {
	for name, want := range map[string]string{
		"./boot/vmlinuz-6.1.0":                                 "boot/vmlinuz-6.1.0",
		"./usr/lib/modules/6.1.0/kernel/net/ipv4/ip_gre.ko":    "lib/modules/6.1.0/kernel/net/ipv4/ip_gre.ko",
		"./lib/modules/6.1.0/kernel/drivers/net/dummy.ko.xz":   "lib/modules/6.1.0/kernel/drivers/net/dummy.ko.xz",
		"./lib/modules/6.1.0/modules.builtin":                  "lib/modules/6.1.0/modules.builtin",
		"./lib/modules/6.1.0/kernel/drivers/net/wireless/x.ko": "",
		"./lib/modules/6.1.0/kernel/drivers/gpu/x.ko":          "",
		"./boot/System.map-6.1.0":                              "",
		"./../../etc/passwd":                                   "",
		"./lib/modules/../../etc/passwd":                       "",
	} {
		if got, ok := wanted(name); ok != (want != "") || ok && got != want {
			t.Errorf("%s: got %q, %t; want %q", name, got, ok, want)
		}
	}
}

// TestArchiveIsOne has another reader's look at the archive: its magic, names
// and sizes, field by field.
func TestArchiveIsOne(t *testing.T) {
	var a archive
	a.folder("dev")
	a.device("dev/console", 5, 1)
	a.file("init", []byte("abcde"), 0o755)
	b := a.bytes()
	var got []string
	for len(b) > 0 {
		if string(b[:6]) != "070701" {
			t.Fatalf("got magic %q", b[:6])
		}
		field := func(i int) int {
			n := 0
			for _, c := range string(b[6+8*i : 14+8*i]) {
				n = n<<4 + strings.IndexRune("0123456789ABCDEF", c)
			}
			return n
		}
		name := string(b[110 : 110+field(11)-1])
		from := (110 + field(11) + 3) &^ 3
		got = append(got, name+" "+string(b[from:from+field(6)]))
		b = b[min((from+field(6)+3)&^3, len(b)):]
	}
	if want := []string{"dev ", "dev/console ", "init abcde", "TRAILER!!! "}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFetchRefuses(t *testing.T) {
	say := func(string) {}
	if _, err := Get(t.Context(), "linux", say); err == nil || err.Error() != `"linux" is no version: write 6.12` {
		t.Errorf("got %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := Get(t.Context(), "6.12", say); err == nil || !strings.HasPrefix(err.Error(), "program apt-get is not installed: kernels are fetched from") {
		t.Errorf("got %v", err)
	}
	if err := Check(); err == nil || err.Error() != "program qemu-system-x86_64 is not installed; Debian and Ubuntu have it in the package qemu-system-x86" {
		t.Errorf("got %v", err)
	}
}
