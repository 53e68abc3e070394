package runtime

import (
	"net/netip"
	"testing"
	"time"

	"wirelark/runtime/talk"
)

// TestWhatCameInTimeIsSeen: on a busy machine this process may come to run
// after the time is up, as it does with a time that was up before. What is there
// by then was there in time.
func TestWhatCameInTimeIsSeen(t *testing.T) {
	const past = -time.Hour
	s := newSession(t)
	a := node(t, s, "a")
	u, err := a.ListenUDP(t.Context(), endpoint("127.0.0.1:5000"), talk.Options{})
	must(t, err)
	l, err := a.ListenTCP(t.Context(), endpoint("127.0.0.1:80"), 1, talk.Options{})
	must(t, err)
	from, err := a.DialUDP(t.Context(), netip.AddrPort{}, endpoint("127.0.0.1:5000"), talk.Options{})
	must(t, err)
	c, err := a.DialTCP(t.Context(), netip.AddrPort{}, endpoint("127.0.0.1:80"), wide, talk.Options{})
	must(t, err)
	must(t, from.Send([]byte("x"), netip.AddrPort{}))
	sees(t, "a datagram", func() error { _, err := u.Receive(t.Context(), past); return err })
	var server *talk.TCP
	sees(t, "a connection", func() (err error) { server, err = l.Accept(t.Context(), past); return err })
	must(t, c.Send(t.Context(), []byte("line\nrest"), wide))
	sees(t, "a line", func() error { _, err := server.ReceiveLine(t.Context(), past); return err })
	must(t, c.Shutdown())
	sees(t, "the end", func() error { _, err := server.ReceiveAll(t.Context(), 10, past); return err })
	p := pingSpec("127.0.0.1")
	p.Timeout = time.Nanosecond
	sees(t, "a reply", func() error {
		got, err := a.Ping(t.Context(), p)
		if err == nil && len(got.Replies) == 0 {
			err = Refusal("got none")
		}
		return err
	})
}

// sees tries something until it sees what it waits for.
func sees(t *testing.T, what string, try func() error) {
	t.Helper()
	for limit := time.Now().Add(wide); ; {
		err := try()
		if err == nil {
			return
		}
		if time.Now().After(limit) {
			t.Fatalf("%s: got %v though it was there", what, err)
		}
	}
}
