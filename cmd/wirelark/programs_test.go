package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"wirelark/cmd/wirelark/report"
)

// TestProgramVersions reads databases of packages as two distributions keep
// them.
func TestProgramVersions(t *testing.T) {
	write := func(root, path, text string) {
		t.Helper()
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	debian := t.TempDir()
	write(debian, "usr/bin/ping", "")
	write(debian, "usr/sbin/real-nft", "")
	if err := os.Symlink("real-nft", filepath.Join(debian, "usr/sbin/nft")); err != nil {
		t.Fatal(err)
	}
	write(debian, "opt/mine", "")
	write(debian, "var/lib/dpkg/info/iputils-ping.list", "/.\n/bin\n/bin/ping\n")
	write(debian, "var/lib/dpkg/info/nftables:amd64.list", "/usr/sbin/real-nft\n")
	write(debian, "var/lib/dpkg/status", "Package: nftables\nStatus: install ok installed\nVersion: 1.1.3-1\nDescription: x\n\nPackage: iputils-ping\nVersion: 3:20240905-3\n\nPackage: other\nVersion: 1\n")
	alpine := t.TempDir()
	write(alpine, "bin/ping", "")
	write(alpine, "lib/apk/db/installed", "P:busybox\nV:1.36.1-r29\nF:bin\nR:sh\nR:ping\n\nP:other\nV:2\nF:bin\nR:x\n")
	for _, c := range []struct {
		root string
		want []report.Program
	}{
		{debian, []report.Program{{Name: "nft", Version: "nftables 1.1.3-1"}, {Name: "ping", Version: "iputils-ping 3:20240905-3"}}},
		{alpine, []report.Program{{Name: "ping", Version: "busybox 1.36.1-r29"}}},
		{t.TempDir(), nil},
	} {
		if got := programVersions(c.root, []string{"cd", "nft", "ping", "/opt/mine", "no-such", "ping"}); !slices.Equal(got, c.want) {
			t.Errorf("got %v, want %v", got, c.want)
		}
	}
}
