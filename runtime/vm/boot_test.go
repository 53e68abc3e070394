package vm

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// kernelsEnv names kernels that were fetched, for tests that boot them.
const kernelsEnv = "WIRELARK_TEST_KERNELS"

func TestMain(m *testing.M) {
	if code, entered := Enter(); entered {
		os.Exit(code)
	}
	os.Exit(m.Run())
}

// boot runs a shell's script as the program of a machine.
func boot(t *testing.T, k *Kernel, script string, set func(*Machine)) (int, string, string, error) {
	t.Helper()
	var out, errs bytes.Buffer
	m := &Machine{Kernel: k, Program: "/bin/sh", Args: []string{"sh", "-c", script}, Env: append(os.Environ(), "X=y z"), Dir: "/", Stdout: &out, Stderr: &errs}
	if set != nil {
		set(m)
	}
	code, err := m.Run()
	return code, out.String(), errs.String(), err
}

// TestBoot boots each kernel. One boot takes seconds: what needs none of its
// own shares one.
func TestBoot(t *testing.T) {
	words := os.Getenv(kernelsEnv)
	if words == "" {
		t.Skip("NOT TESTED: make test-vm boots other kernels")
	}
	for word := range strings.SplitSeq(words, ",") {
		k, err := Find(word)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(word, func(t *testing.T) {
			shared := t.TempDir()
			code, out, errs, err := boot(t, k, `
				uname -r; pwd; echo "$X" >&2
				touch /etc/x /usr/x 2>/dev/null && echo the host can be written
				echo made in `+word+` >`+Share(0)+`/file
				for kind in dummy bond wireguard "vrf table 9"; do ip link add name x-${kind%% *} type $kind && echo ${kind%% *}; done
				ip link add link x-dummy name x-vlan type vlan id 5 && echo vlan
				tc qdisc add dev x-dummy root netem delay 1ms && echo netem
				unshare -Urn ip link add name d type dummy && echo nested
				exit 7`, func(m *Machine) { m.Writable, m.Dir = []string{shared}, "/usr" })
			if err != nil {
				t.Fatal(err, err.(*Fault).Console)
			}
			want := k.Release + "\n/usr\ndummy\nbond\nwireguard\nvrf\nvlan\nnetem\nnested\n"
			if code != 7 || out != want || errs != "y z\n" {
				t.Errorf("got exit code %d and %q, errors %q, want 7 and %q", code, out, errs, want)
			}
			if b, err := os.ReadFile(filepath.Join(shared, "file")); err != nil || string(b) != "made in "+word+"\n" {
				t.Errorf("got %q, %v in the folder that can be written", b, err)
			}

			_, _, _, err = boot(t, k, "echo 1 >/proc/sys/kernel/sysrq; echo c >/proc/sysrq-trigger", nil)
			var f *Fault
			if !errors.As(err, &f) || !f.Booted || !strings.Contains(strings.Join(f.Console, "\n"), "Kernel panic") {
				t.Errorf("a guest that panics: got %v", err)
			}
			dir := tree(t, map[string]string{"conf": "as it is", "sub/large": strings.Repeat("x", 3<<20)})
			if err := os.Symlink("conf", filepath.Join(dir, "link")); err != nil {
				t.Fatal(err)
			}
			_, out, _, err = boot(t, k, "cat "+dir+"/link; wc -c <"+dir+"/sub/large; touch "+dir+"/new || grep -o ' "+dir+"[^ ]* ' /proc/mounts | sort",
				func(m *Machine) { m.Shown, m.settings = []string{dir}, dir })
			if want := "as it is3145728\n " + dir + " \n " + dir + " \n " + dir + "/sub/large \n"; out != want || err != nil {
				t.Errorf("settings: got %q, %v, want %q", out, err, want)
			}

			if _, _, _, err = boot(t, k, "", func(m *Machine) { m.Program = "/no/such" }); err == nil || !strings.Contains(err.Error(), "the guest: start sh: ") {
				t.Errorf("a program that is not there: got %v", err)
			}
		})
	}
}

// TestVirtualTimePasses sleeps for an hour.
func TestVirtualTimePasses(t *testing.T) {
	words := os.Getenv(kernelsEnv)
	if words == "" {
		t.Skip("NOT TESTED: make test-vm boots other kernels")
	}
	word, _, _ := strings.Cut(words, ",")
	k, err := Find(word)
	if err != nil {
		t.Fatal(err)
	}
	code, out, _, err := boot(t, k, `a=$(date +%s); sleep 3600; echo $(($(date +%s) - a))`, func(m *Machine) { m.Virtual = true })
	// While the guest waits for a file of the host's, its clock runs on.
	if n, no := strconv.Atoi(strings.TrimSpace(out)); code != 0 || no != nil || n < 3600 || n > 3900 || err != nil {
		t.Errorf("got exit code %d, %q, %v; want an hour", code, out, err)
	}
}

// TestBrokenImageIsToldApart boots what is no kernel.
func TestBrokenImageIsToldApart(t *testing.T) {
	if os.Getenv(kernelsEnv) == "" {
		t.Skip("NOT TESTED: make test-vm boots other kernels")
	}
	k, err := Open(tree(t, map[string]string{"vmlinux": "no kernel", "lib/modules/6.0.0/modules.dep": "", "lib/modules/6.0.0/modules.builtin": "virtio_pci.ko\nvirtio_console.ko\n9p.ko\n9pnet_virtio.ko\noverlay.ko\n"}))
	if err != nil {
		t.Fatal(err)
	}
	_, _, _, err = boot(t, k, "", nil)
	var f *Fault
	if !errors.As(err, &f) || f.Booted || f.Text != "kernel 6.0.0 did not come up" || len(f.Console) == 0 {
		t.Errorf("got %v, %+v; want that it did not come up, and what QEMU says", err, f)
	}
}
