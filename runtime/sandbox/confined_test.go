package sandbox

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestUsersProgramIsUntouched: the engine is the user's own program, and what
// is root in the lab follows /proc to its file. It may neither change its mode
// nor its times, also where the program has no path any more.
func TestUsersProgramIsUntouched(t *testing.T) {
	for _, gone := range []bool{false, true} {
		asEach(t, func(t *testing.T, u person) {
			s := project(t, u)
			program := filepath.Join(s.Project, "program")
			b, err := os.ReadFile(testBinary)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(program, b, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Chown(program, u.uid, u.gid); err != nil {
				t.Fatal(err)
			}
			held, err := os.Open(program)
			if err != nil {
				t.Fatal(err)
			}
			defer held.Close()
			was, err := held.Stat()
			if err != nil {
				t.Fatal(err)
			}
			s.Args = []string{"sh", `n=0; for p in /proc/[0-9]*; do
	[ -e $p/exe ] && n=$((n+1))
	chmod 700 $p/exe 2>/dev/null && [ $p != /proc/$$ ] && echo "changed the mode of $(cat $p/comm)"
	perl -e 'utime 1, 1, $ARGV[0] and print "changed the times of $ARGV[0]\n"' $p/exe
done; [ $n -gt 1 ] && echo done`}
			c := front(t, u, s)
			c.Path = program
			if gone {
				// The front runs, and its file goes: as when it is replaced.
				c.Env = append(c.Env, removeEnv+"="+program)
			}
			c.start(t).end(t).is(t, ended{0, "done\n", ""})
			now, err := held.Stat()
			if err != nil {
				t.Fatal(err)
			}
			if now.Mode() != was.Mode() || !now.ModTime().Equal(was.ModTime()) || now.ModTime().Before(time.Unix(2, 0)) {
				t.Errorf("got mode %s, of %s, want %s, of %s", now.Mode(), now.ModTime(), was.Mode(), was.ModTime())
			}
		})
	}
}

// TestEngineIsConfined as the nodes' commands are: what is root in the lab can
// make the engine do what it likes.
func TestEngineIsConfined(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		for _, strictly := range []bool{false, true} {
			s := project(t, u)
			s.Strict = strictly
			want := "io_uring_setup 1\nkeyctl 1\nadd_key 1\nopen_by_handle_at 1\nTIOCSTI 1\nAF_VSOCK 97\npair of AF_VSOCK 97\n"
			if strictly {
				want += "bpf 1\nperf_event_open 1\nuserfaultfd 1\nkexec_load 1\nkexec_file_load 1\ninit_module 1\nfinit_module 1\n"
			}
			got := sh(t, u, s, `perl -e 'sub try { my ($name, $nr, @args) = @_; syscall($nr, @args) == -1 ? print "$name ", $!+0, "\n" : print "$name works\n" }
my $s = "x" x 200;
try("io_uring_setup", 425, 1, $s); try("keyctl", 250, 0, -3, 0); try("add_key", 248, $s, $s, $s, 1, -3); try("open_by_handle_at", 304, -100, $s, 0);
ioctl(STDIN, 0x5412, my $c = "a") or print "TIOCSTI ", $!+0, "\n";
socket(S, 40, 1, 0) or print "AF_VSOCK ", $!+0, "\n"; socketpair(A, B, 40, 1, 0) or print "pair of AF_VSOCK ", $!+0, "\n";
exit if !@ARGV;
try("bpf", 321, 0, $s, 100); try("perf_event_open", 298, $s, 0, -1, -1, 0); try("userfaultfd", 323, 1); try("kexec_load", 246, 0, 0, 0, 0); try("kexec_file_load", 320, -1, -1, 0, $s, 0);
try("init_module", 175, $s, 1, $s); try("finit_module", 313, 0, $s, 0)' `+map[bool]string{true: "strict"}[strictly])
			got.is(t, ended{0, want, ""})
		}
	})
}
