package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// The front and the lab talk over a socket of packets: a letter, then data.
const (
	toStdout   = 'o' // the script's output
	toStderr   = 'e' // ours
	toStatus   = 's' // the line that shows progress; "" takes it away
	toFront    = 'n' // how many files were written and removed in the project
	toTar      = 't' // part of an archive of them
	toNote     = 'i' // something that the user should know
	toFailed   = 'f' // init or engine could not begin: errno, and why
	toOver     = 'x' // from init: the engine has ended, what is left to do is ours
	toLimit    = 'm' // init ends the engine because of a limit: which
	toKilled   = 'k' // the engine was killed: by which signal
	toFolders  = 'w' // the engine asks for the host's folders; from the front: some of them
	toCancel   = 'c' // from the front: stop the script, for this reason
	toScript   = 'd' // the script has ended and --keep holds the lab: no deadline
	toClient   = 'v' // from the front: somebody visits; the connection comes with it
	toShell    = 'h' // the script wants the user's terminal: for a shell in this node, or for a prompt
	toReturn   = 'q' // from the front: how that ended
	toOutcome  = 'u' // what became of a test, for who runs it
	toSnapshot = 'p' // a part of a snapshot: its name, a zero byte, whether it is the last, data
	toArtifact = 'a' // a part of a file that is kept of the run: its name, a zero byte, data
)

// packetSize is the most data that one packet carries.
const packetSize = 32 << 10

func socketpair() (ours, theirs *os.File, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, err
	}
	return control(fds[0]), os.NewFile(uintptr(fds[1]), "control"), nil
}

// control wraps our end so that waiting on it holds no thread.
func control(fd int) *os.File {
	_ = unix.SetNonblock(fd, true) // otherwise it holds one
	return os.NewFile(uintptr(fd), "control")
}

// send sends data under a letter, in as many packets as it needs.
func send(f *os.File, letter byte, data []byte) error {
	for first := true; first || len(data) > 0; first = false {
		n := min(len(data), packetSize)
		if _, err := f.Write(append([]byte{letter}, data[:n]...)); err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

// receive calls each with every packet until the other end is closed.
func receive(f *os.File, each func(letter byte, data []byte)) {
	buf := make([]byte, packetSize+1)
	for {
		n, err := f.Read(buf)
		if n > 0 {
			each(buf[0], buf[1:n])
		}
		// The other end closed without having read all: told once, and before
		// what it had sent itself.
		if errors.Is(err, unix.EINTR) || errors.Is(err, unix.ECONNRESET) {
			continue
		}
		if err != nil || n == 0 {
			return
		}
	}
}

// A failure is an error on its way from another process: its text, and what
// somebody may decide by.
type failure struct {
	Text   string
	No     syscall.Errno // 0 if the system was not the cause
	Remedy []string      // of a Refused
}

func encodeFailure(err error) []byte {
	f := failure{Text: err.Error()}
	errors.As(err, &f.No)
	var r *Refused
	if errors.As(err, &r) {
		f.Remedy = r.Remedy
	}
	b, err := json.Marshal(f)
	if err != nil {
		panic(err) // a failure holds nothing that JSON does not
	}
	return b
}

func decodeFailure(data []byte) error {
	f := &failure{}
	if err := json.Unmarshal(data, f); err != nil {
		return fmt.Errorf("the lab could not begin: %w", err)
	}
	if f.Remedy != nil {
		return &Refused{Why: f.Text, Remedy: f.Remedy}
	}
	return f
}

func (f *failure) Error() string { return f.Text }

func (f *failure) Unwrap() error {
	if f.No == 0 {
		return nil
	}
	return f.No
}

// A stream is an output of the engine, carried by the front.
type stream struct {
	f      *os.File
	letter byte
}

func (s stream) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if err := send(s.f, s.letter, p); err != nil {
		return 0, err
	}
	return len(p), nil
}

var _ io.Writer = stream{}
