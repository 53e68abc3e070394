package behalf

import (
	"errors"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// served is a client of a server that enters nothing but says what it would do.
func served(t *testing.T, owner string, enter func() error) *Client {
	t.Helper()
	ours, theirs, err := Pair()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan bool)
	go func() { // ends when the client's end is closed
		Server{Owner: owner, Enter: func(int, func() error) error { return enter() }}.Serve(theirs)
		close(done)
	}()
	t.Cleanup(func() { ours.Close(); <-done; theirs.Close() })
	return NewClient(int(ours.Fd()))
}

func open(t *testing.T, path string) int {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return int(f.Fd())
}

// TestServerRefuses: whatever comes, only the few commands reach the kernel,
// and only in a network namespace of the lab's.
func TestServerRefuses(t *testing.T) {
	c := served(t, "/proc/self/ns/user", func() error { return nil })
	other := served(t, "/proc/self/ns/mnt", func() error { t.Error("it entered another's namespace"); return nil })
	net, mnt, file := open(t, "/proc/self/ns/net"), open(t, "/proc/self/ns/mnt"), open(t, "/etc/passwd")
	for _, x := range []struct {
		c       *Client
		fd      int
		command uint8
		want    string
	}{
		{c, net, 0, "that is no request"},
		{c, net, UpdRxSA + 1, "that is no request"},
		{c, mnt, AddTxSA, "that is no network namespace"},
		{c, file, AddTxSA, "that is no network namespace"},
		{other, net, AddTxSA, "that network namespace is not of this lab"},
	} {
		if err := x.c.Macsec(x.fd, x.command, nil); err == nil || err.Error() != x.want {
			t.Errorf("command %d: got %v, want %q", x.command, err, x.want)
		}
	}
	if err := c.Macsec(net, AddTxSA, []byte{1, 2, 3, 4}); err != nil {
		t.Errorf("got %v after the refusals", err)
	}
	if err := c.Macsec(-1, AddTxSA, nil); !errors.Is(err, unix.EBADF) {
		t.Errorf("a closed namespace: got %v", err)
	}
	// A request without a namespace.
	if _, err := unix.Write(c.fd, []byte{AddTxSA}); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, packetSize)
	n, err := read(c.fd, buf)
	if want := `{"No":0,"Text":"a request names one network namespace"}`; err != nil || string(buf[:n]) != want {
		t.Errorf("got %q, %v, want %q", buf[:n], err, want)
	}
}

// TestErrorsAreThoseOfTheKernel, with its number and its words.
func TestErrorsAreThoseOfTheKernel(t *testing.T) {
	net := open(t, "/proc/self/ns/net")
	c := served(t, "/proc/self/ns/user", func() error { return &rtnl.Error{Errno: unix.EBUSY, Text: "in use"} })
	var e *rtnl.Error
	if err := c.Macsec(net, AddTxSA, nil); !errors.As(err, &e) || e.Errno != unix.EBUSY || e.Text != "in use" {
		t.Errorf("got %v", err)
	}
}

// TestServerThatIsGone is told in words.
func TestServerThatIsGone(t *testing.T) {
	ours, theirs, err := Pair()
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	theirs.Close()
	want := "ask the lab's first process: broken pipe"
	if err := NewClient(int(ours.Fd())).Macsec(open(t, "/proc/self/ns/net"), AddTxSA, nil); err == nil || err.Error() != want {
		t.Errorf("got %v, want %q", err, want)
	}
}
