package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// A Front is the part of a lab that stays on the host.
type Front struct {
	Stdin, Stdout, Stderr *os.File // Stdin is for shells on the user's terminal; nil for none

	// Signals are those that end the lab; nil for the process's own.
	Signals <-chan os.Signal
	// Copy takes what is shown, too; may be nil. It must not wait.
	Copy io.Writer
	// OnMain calls a function on the main goroutine: a lab dies with the thread
	// that started it. Nil if Run is called there itself.
	OnMain func(func())
	// Outcome takes what the lab's program says of a test; may be nil.
	Outcome func([]byte)
	// Snapshots takes how many were written anew and how many were changed;
	// may be nil.
	Snapshots func(written, changed int)
}

// Run makes a lab, shows what it says, and returns its exit code when nothing
// of it is left. It must be called on the main goroutine unless OnMain is set.
func (f Front) Run(s *Spec) int {
	// What we were given open besides our own three is nothing of the lab's.
	_ = unix.CloseRange(3, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC)
	out := newConsole(f.Stdout, f.Stderr)
	out.copy = f.Copy
	if err := prepare(s); err != nil {
		out.refuse(err)
		return codeUnable
	}
	signals := f.Signals
	if signals == nil {
		own := make(chan os.Signal, 4)
		signal.Notify(own, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
		defer signal.Stop(own)
		signals = own
	}
	// Who closes the pipe that we write to has read enough, and does not want
	// the lab killed: asked for, the signal becomes an error of the write.
	closed := make(chan os.Signal, 1)
	signal.Notify(closed, syscall.SIGPIPE)
	defer signal.Stop(closed)
	kept, err := openArtifacts(s.Artifacts)
	if err != nil {
		out.refuse(err)
		return codeUsage
	}
	var c *child
	begin := func() { c, err = startAny(s) }
	if f.OnMain != nil {
		f.OnMain(begin)
	} else {
		begin()
	}
	if err != nil {
		out.refuse(err)
		return codeUnable
	}
	l := newLab(s, c, out)
	l.stdin, l.artifacts, l.snapshots = f.Stdin, kept, openSnapshots(s)
	if s.Script != "" {
		// A lab that cannot be visited is a lab all the same.
		if l.door, err = openDoor(); err == nil {
			go l.door.serve(l) // ends when the door is closed
		}
	}
	defer l.door.close()
	code := l.attend(signals)
	if f.Snapshots != nil && l.snapshots != nil {
		f.Snapshots(l.snapshots.written, l.snapshots.changed)
	}
	if f.Outcome != nil {
		f.Outcome(l.outcome)
	}
	return code
}

// startAny starts a lab; without subordinate ids if those that the machine
// promises are refused when it comes to it, and nobody insists.
func startAny(s *Spec) (*child, error) {
	c, err := start(s)
	var unmapped *mapError
	if errors.As(err, &unmapped) && s.Force == "" {
		s.useOneID()
		c, err = start(s)
	}
	if err != nil {
		return nil, refused(err)
	}
	return c, nil
}

// fewestFiles is how many open files a lab must be allowed. Its own processes
// need fewer than half of them; with less, Go's runtime breaks down before it
// can say why.
const fewestFiles = 64

// prepare completes a specification and refuses what can be seen not to work.
func prepare(s *Spec) error {
	if !kernelAtLeast(5, 12) {
		return &Refused{Why: "this kernel is older than 5.12, the first that can show files to a lab read-only", Remedy: []string{"use a newer kernel"}}
	}
	if _, err := os.Stat("/proc/self/exe"); err != nil {
		return &Refused{Why: "/proc is not mounted here, and no process can be started without", Remedy: []string{"mount -t proc proc /proc"}}
	}
	// Go has raised the soft limit to the hard one.
	var files unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &files); err == nil && files.Max < fewestFiles {
		return tooFewFiles(fmt.Sprintf("the limit is %d, and %d the least", files.Max, fewestFiles))
	}
	for _, dir := range []string{"/dev", "/proc", "/run", "/sys"} {
		if s.Project == dir || dir != "/run" && strings.HasPrefix(s.Project, dir+"/") && !strings.HasPrefix(s.Project, "/dev/shm/") {
			return noPlace(s.Project)
		}
	}
	if s.Project == "/" {
		return noPlace(s.Project)
	}
	if err := choose(s); err != nil {
		return err
	}
	if text, err := os.ReadFile("/proc/sys/net/ipv4/neigh/default/gc_thresh3"); err == nil {
		s.Neighbours, _ = strconv.Atoi(strings.TrimSpace(string(text)))
	}
	// To it, the program is a file of somebody else's.
	if st, err := os.Stat("/proc/self/exe"); s.Mode == Root && err == nil && st.Mode()&0o005 != 0o005 {
		exe, _ := os.Readlink("/proc/self/exe")
		return &Refused{Why: "a lab of root runs under an id of its own, which may not run " + exe, Remedy: []string{"chmod a+rx " + exe}}
	}
	return nil
}

func noPlace(dir string) error {
	return &Refused{Why: "a script in " + dir + " cannot have a lab", Remedy: []string{"put it in a folder of its own"}}
}

// ProjectOf is the folder that a script's project lives in: that of the
// nearest wirelark.toml or repository above it, else its own.
func ProjectOf(script string) string {
	own := filepath.Dir(script)
	for dir := own; dir != "/"; dir = filepath.Dir(dir) {
		for _, mark := range []string{"wirelark.toml", ".git"} {
			if _, err := os.Stat(filepath.Join(dir, mark)); err == nil {
				return dir
			}
		}
	}
	return own
}

// Try makes a lab of the given mode that runs no program, and says why it
// cannot be, if it cannot.
func Try(ctx context.Context, m Mode) error {
	dir, err := os.MkdirTemp("", "wirelark-")
	if err != nil {
		return err
	}
	defer os.Remove(dir)
	s := &Spec{Project: dir, Dir: dir, Force: m, Empty: true}
	if err := prepare(s); err != nil {
		return err
	}
	c, err := startAny(s)
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, c.kill)()
	l := newLab(s, c, newConsole(nil, nil))
	crash := make(chan string, 1)
	go func() { crash <- readCrash(c.crash) }() // ends with the lab
	receive(c.control, l.packet)
	ws := c.wait()
	text := <-crash
	c.close()
	switch {
	case l.failure != nil:
		return refused(l.failure)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case ws.Signaled():
		return fmt.Errorf("the lab was killed (%s)", unix.SignalName(ws.Signal()))
	case ws.ExitStatus() != 0:
		return fmt.Errorf("the lab ended with %d: %s", ws.ExitStatus(), firstLine(text))
	}
	return nil
}
