package sandbox

import (
	"regexp"
	"testing"
	"time"
)

// limited is a lab of 256 MiB.
func limited(t *testing.T, u person) *Spec {
	s := project(t, u)
	s.Limits.Memory = 256 << 20
	s.Timeout = time.Minute
	return s
}

const over = `^wirelark: the lab's processes have [0-9]+ MiB of memory, more than its limit of 256 MiB \(--limit memory=\): `

// TestMemoryIsLimited whoever has it: one process, many small ones, files,
// the engine itself, or those that come again.
func TestMemoryIsLimited(t *testing.T) {
	for _, c := range []struct {
		name   string
		args   []string
		code   int
		stdout string
		stderr string // a pattern
	}{
		{"one", []string{"sh", `(head -c 1500000000 /dev/zero | tail -c 1400000000) >/dev/null 2>&1; echo $?`}, 0, "137\n",
			over + `tail, which has the most, was killed\n(Killed\n)?$`},
		{"many", []string{"sh", `perl -e 'for (1..60) { if (!fork) { close STDOUT; close STDERR; my $x = "x" x 10_000_000; sleep 1000 } } my $n = 0; while ($n < 10 && wait > 0) { $n++ if $? == 9 } print "$n killed\n"'`}, 0, "10 killed\n",
			// On a busy machine the first to die are not gone when it is looked again,
			// and of the last there may be one or two.
			over + `perl and [0-9]+ other processes, which have the most, were killed\n` +
				`(` + over[1:] + `perl(, which has the most, was| and (another process|[0-9]+ other processes), which have the most, were) killed\n)*$`},
		{"files", []string{"sh", `for f in /tmp/a /tmp/b y; do head -c 150000000 /dev/zero >$f; done; sleep 1000`}, 1, "",
			`^wirelark: the lab's files in memory, as in /tmp, and its shared memory have [0-9]+ MiB, more than its limit of 256 MiB \(--limit memory=\): it was ended\n`},
		{"engine", []string{"memory"}, 1, "", over + `the script itself has the most, and was ended\n$`},
		{"again", []string{"sh", `while :; do perl -e 'my $x = "x" x 400_000_000; my $y = $x . "y"; sleep 1000'; done 2>/dev/null`}, 1, "",
			`those killed for it came back again and again, so the lab was ended\n$`},
	} {
		t.Run(c.name, func(t *testing.T) {
			u := people(t)[0]
			s := limited(t, u)
			s.Args = c.args
			got := run(t, u, s)
			if got.code != c.code || got.stdout != c.stdout || !regexp.MustCompile(c.stderr).MatchString(got.stderr) {
				t.Errorf("got %d, %q, %q\nwant %d, %q, %q", got.code, got.stdout, got.stderr, c.code, c.stdout, c.stderr)
			}
		})
	}
}

// TestMemoryWithinTheLimitIsNobodysBusiness: also that of programs, which are
// files, and of what a process only asks for.
func TestMemoryWithinTheLimitIsNobodysBusiness(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		s := limited(t, u)
		s.Args = []string{"sh", `for i in 1 2 3 4; do perl -e 'my $x = "x" x 30_000_000; select undef, undef, undef, 0.5' & done; wait; head -c 100000000 /dev/zero >/tmp/a; echo done`}
		run(t, u, s).is(t, ended{0, "done\n", ""})
	})
}
