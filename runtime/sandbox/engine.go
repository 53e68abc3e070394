package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"wirelark/runtime/behalf"
	"wirelark/runtime/nodeinit"
)

// A Lab is what the engine's program has: where to write, and what was asked.
type Lab struct {
	Spec   *Spec
	Stdout io.Writer
	Stderr io.Writer

	control  *os.File
	folders  *folderList
	clients  chan conn     // who came and is not yet served
	places   chan struct{} // full when no more may come
	returned chan loanEnd  // from a shell on the user's terminal
	terminal chan struct{} // full while somebody has the user's terminal
	prompt   atomic.Pointer[prompt]
	displays [2]*display // Stdout, Stderr
	ballast  []byte
	behalf   *behalf.Client
}

// ballastSize is how much memory is taken and never touched. It costs nothing
// but makes the heap look larger, so that in a small lab garbage is not
// collected over and over: a tenth of its time. As much garbage as this may lie
// about in a large lab.
const ballastSize = 12 << 20

// NodeProcesses bounds the process numbers of one node: to half of the lab's, so
// that a fork bomb leaves the engine room to end it.
func (l *Lab) NodeProcesses() int { return reservedPIDs + l.Spec.limits().Processes/2 }

// OneID reports whether the lab has a single user id.
func (l *Lab) OneID() bool { return l.Spec.Mode == RootlessOne }

// Behalf asks init for what only the machine's own administrator may do; nil
// if init may not, either.
func (l *Lab) Behalf() *behalf.Client { return l.behalf }

// Status shows one line on the user's terminal until something else is
// written there; "" takes it away.
func (l *Lab) Status(line string) { _ = send(l.control, toStatus, []byte(line)) }

// Outcome tells who runs a test what became of it.
func (l *Lab) Outcome(data []byte) { _ = send(l.control, toOutcome, data) }

// A Program is what the engine runs. Its context is cancelled, with a reason
// in words, when the front says so. It returns the exit code.
type Program func(ctx context.Context, l *Lab) int

// Reenter runs the part of a lab that this process was started as, if it was:
// the name it was started under says so. Otherwise it returns false at once.
func Reenter(program Program) (code int, entered bool) {
	if len(os.Args) == 0 {
		return 0, false
	}
	switch name := os.Args[0]; name {
	case initName, engineName, holdName:
		// Started as /proc/self/exe, they would all be "exe" in a list.
		_ = os.WriteFile("/proc/self/comm", []byte(name), 0)
	}
	switch os.Args[0] {
	case initName:
		return initMain(), true
	case engineName:
		return engineMain(program), true
	case holdName:
		return holdMain(), true
	case nodeinit.Name:
		return nodeinit.Main(), true
	}
	return 0, false
}

// stopped is the reason for which the front stops a script.
type stopped string

func (s stopped) Error() string { return string(s) }

// engineMain prepares the engine's own namespaces and runs the program.
func engineMain(program Program) int {
	ctl := control(engineFD)
	_ = unix.CloseRange(engineFD, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC)
	file := os.NewFile(engineSpecFD, "specification")
	s, err := readSpec(file)
	file.Close()
	if err == nil {
		err = prepareEngine(s)
	}
	if err != nil {
		return failed(ctl, err)
	}
	if s.Empty {
		return 0
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	told, out := &folderList{all: make(chan struct{})}, &sync.Mutex{}
	shown := [2]*display{{mu: out, w: stream{ctl, toStdout}}, {mu: out, w: stream{ctl, toStderr}}}
	l := &Lab{Spec: s, control: ctl, ballast: make([]byte, ballastSize), folders: told, Stdout: shown[0], Stderr: shown[1], displays: shown,
		clients: make(chan conn, mostClients), places: make(chan struct{}, mostClients), returned: make(chan loanEnd, 1), terminal: make(chan struct{}, 1)}
	if s.administers() {
		l.behalf = behalf.NewClient(engineBehalfFD)
	}
	go func() { // ends with the front
		receiveFiles(ctl, func(letter byte, data []byte, files []*os.File) {
			switch {
			case letter == toCancel:
				cancel(stopped(data))
			case letter == toFolders:
				told.packet(data)
			case letter == toReturn:
				l.shellReturned(data)
			case letter == toClient && len(files) == 1:
				l.admit(files[0])
				return
			}
			closeAll(files)
		})
		told.complete()
	}()
	// Not on the main goroutine: that is bound to the process's first thread,
	// and each wait of the script would be a switch of threads.
	code := make(chan int, 1)
	go func() { code <- program(ctx, l) }()
	return <-code
}

// prepareEngine gives the engine its own /sys, /run and loopback.
func prepareEngine(s *Spec) error {
	unix.Umask(0o022)
	if err := limitEngine(s); err != nil {
		return err
	}
	if err := unix.Sethostname([]byte("lab")); err != nil {
		return fmt.Errorf("host name: %w", err)
	}
	if err := mount("sysfs", "/sys", "sysfs", quietMount, ""); err != nil {
		return err
	}
	project := -1
	if strings.HasPrefix(s.Project, "/run/") {
		var err error
		if project, err = cloneTree(s.Project, true); err != nil {
			return err
		}
	}
	if err := mount("tmpfs", "/run", "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=755,size=256m"); err != nil {
		return err
	}
	if project >= 0 {
		if err := show(project, s.Project, s); err != nil {
			return fmt.Errorf("show %s: %w", s.Project, err)
		}
	}
	for _, dir := range []string{"/run/netns", "/run/lock", RunDir} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if err := mount("tmpfs", "/run/netns", "tmpfs", quietMount, "mode=755,size=4m"); err != nil {
		return err
	}
	if err := unix.Mount("", "/run/netns", "", unix.MS_SHARED, ""); err != nil {
		return fmt.Errorf("share /run/netns: %w", err)
	}
	if nodeinit.Binary != nil {
		if err := os.WriteFile(filepath.Join(RunDir, nodeinit.Name), nodeinit.Binary, 0o755); err != nil {
			return err
		}
	}
	if err := os.Chdir(s.Project); err != nil {
		return fmt.Errorf("folder of the script: %w", err)
	}
	return loopbackUp()
}

// loopbackUp switches on lo of the lab's outermost namespace.
func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("socket: %w", err)
	}
	defer unix.Close(fd)
	req, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	req.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, req); err != nil {
		return errors.New("loopback interface: " + err.Error())
	}
	return nil
}
