package vm

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/signal"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// tells is an output that tells of its first write.
type tells chan struct{}

func (c tells) Write(p []byte) (int, error) { close(c); return len(p), nil }

// guestSays has a guest say something, and gives what its host makes of it.
func guestSays(t *testing.T, boot, deaf time.Duration, says func(port *os.File)) (ending, string, string, error) {
	t.Helper()
	var out bytes.Buffer
	e, errs, err := guestSaysTo(t, &out, boot, deaf, says)
	return e, out.String(), errs, err
}

func guestSaysTo(t *testing.T, out io.Writer, boot, deaf time.Duration, says func(port *os.File)) (ending, string, error) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	port, far := os.NewFile(uintptr(fds[0]), "port"), os.NewFile(uintptr(fds[1]), "port")
	defer port.Close()
	defer far.Close()
	go says(far) // ends before far is closed, or because it is
	var errs bytes.Buffer
	signals := make(chan os.Signal, 4)
	Listen(signals)
	defer signal.Stop(signals)
	m := &Machine{Kernel: &Kernel{Release: "6.0.0"}, Signals: signals, Stdout: out, Stderr: &errs}
	e, err := m.attend(port, boot, deaf)
	return e, errs.String(), err
}

func TestHostShowsWhatTheGuestSays(t *testing.T) {
	e, out, errs, err := guestSays(t, time.Minute, time.Minute, func(p *os.File) {
		_ = writeFrame(p, toReady, nil)
		_ = writeFrame(p, toOut, []byte("a"))
		_ = writeFrame(p, toErr, []byte("b"))
		_ = writeFrame(p, toBeat, nil)
		_ = writeFrame(p, toOut, []byte("c"))
		_ = writeFrame(p, toEnd, encode(ending{Code: 7}))
	})
	if e.Code != 7 || out != "ac" || errs != "b" || err != nil {
		t.Errorf("got %+v, %q, %q, %v", e, out, errs, err)
	}
}

// TestFaultsOfTheMachine are told apart: of the kernel's start, and later.
func TestFaultsOfTheMachine(t *testing.T) {
	for _, c := range []struct {
		want   string
		booted bool
		says   func(*os.File)
	}{
		{"kernel 6.0.0 did not come up", false, func(p *os.File) { p.Close() }},
		{"kernel 6.0.0 did not come up within 50ms", false, func(p *os.File) {}},
		{"kernel 6.0.0 died while the program ran", true, func(p *os.File) { _ = writeFrame(p, toReady, nil); p.Close() }},
		{"kernel 6.0.0 hangs: nothing was heard of it for 60ms", true, func(p *os.File) { _ = writeFrame(p, toReady, nil) }},
		{"the guest's last word makes no sense", true, func(p *os.File) {
			_ = writeFrame(p, toReady, nil)
			_ = writeFrame(p, toEnd, []byte("{"))
		}},
	} {
		_, _, _, err := guestSays(t, 50*time.Millisecond, 60*time.Millisecond, c.says)
		var f *Fault
		if !errors.As(err, &f) || f.Text != c.want || f.Booted != c.booted {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// TestSignalsReachTheGuest one by one; the third ends the wait.
func TestSignalsReachTheGuest(t *testing.T) {
	heard := make(chan byte, 3)
	listens := make(tells)
	e, _, err := guestSaysTo(t, listens, time.Minute, time.Minute, func(p *os.File) {
		_ = writeFrame(p, toReady, nil)
		_ = writeFrame(p, toOut, []byte("what is shown comes after that"))
		<-listens
		for range 2 {
			_ = unix.Kill(os.Getpid(), unix.SIGINT)
			letter, data, err := readFrame(p)
			if err != nil || letter != toSignal || len(data) != 1 {
				return
			}
			heard <- data[0]
		}
		_ = unix.Kill(os.Getpid(), unix.SIGTERM)
	})
	if e.Code != 130 || err != nil || len(heard) != 2 || <-heard != byte(unix.SIGINT) {
		t.Errorf("got %+v, %v, %d signals; want 130 after two that were passed on", e, err, len(heard))
	}
}

// TestSlowReaderHoldsUpNobody: the guest's words are kept, and shown when the
// reader comes; what cannot be written is told, but for a reader who has left.
func TestSlowReaderHoldsUpNobody(t *testing.T) {
	var out bytes.Buffer
	read := make(chan struct{})
	s := newSpool(writer(func(p []byte) (int, error) { <-read; return out.Write(p) }))
	for range 100 {
		s.add(bytes.Repeat([]byte("x"), 1<<16))
	}
	close(read)
	if err := s.close(t.Context()); err != nil || out.Len() != 100<<16 {
		t.Errorf("got %d bytes, %v; want all", out.Len(), err)
	}
	for err, want := range map[error]error{unix.ENOSPC: unix.ENOSPC, unix.EPIPE: nil} {
		s := newSpool(writer(func([]byte) (int, error) { return 0, err }))
		s.add([]byte("x"))
		s.add([]byte("y"))
		if got := s.close(t.Context()); got != want {
			t.Errorf("%v: got %v, want %v", err, got, want)
		}
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

func TestLastLinesOfAConsole(t *testing.T) {
	path := t.TempDir() + "/console"
	if err := os.WriteFile(path, []byte(strings.Repeat("line\r\n", 30)+"\n  the end\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	got := lastLines(path, "qemu: no\n")
	if len(got) != shownLines || got[shownLines-1] != "qemu: no" || got[shownLines-2] != "the end" || got[0] != "line" {
		t.Errorf("got %q", got)
	}
	if err := os.WriteFile(path, []byte(strings.Repeat("before\n", 30)+"[1.0] Kernel panic - x\n"+strings.Repeat("trace\n", 30)), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := lastLines(path, ""); len(got) != shownLines || got[0] != "before" || got[shownLines/2] != "[1.0] Kernel panic - x" {
		t.Errorf("got %q, want what is around the beginning of a panic", got)
	}
}
