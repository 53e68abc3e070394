package talk

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// A Server answers whoever asks, until it is closed.
type Server struct {
	local netip.AddrPort
	close func() error

	mu       sync.Mutex
	requests []Request
	count    int
	bytes    int // of the requests
	conns    map[net.Conn]bool
	closed   bool
	all      sync.WaitGroup
}

// A Request is what somebody asked of a server.
type Request struct {
	Peer, Local netip.AddrPort
	Data        []byte // a datagram, a line, or the first line of an HTTP request
}

// keptRequests and keptBytes are how much of its requests a server remembers:
// the newest.
const (
	keptRequests = 10000
	keptBytes    = 16 << 20
)

// Local is the server's own address.
func (s *Server) Local() netip.AddrPort { return s.local }

// Requests are those that it remembers, oldest first.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Count is how many there were.
func (s *Server) Count() int { s.mu.Lock(); defer s.mu.Unlock(); return s.count }

func (s *Server) note(r Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	s.requests = append(s.requests, r)
	s.bytes += len(r.Data)
	for len(s.requests) > keptRequests || s.bytes > keptBytes {
		s.bytes -= len(s.requests[0].Data)
		s.requests[0] = Request{}
		s.requests = s.requests[1:]
	}
}

// Close ends the server and its connections.
func (s *Server) Close() error {
	err := s.close()
	s.mu.Lock()
	s.closed = true
	for c := range s.conns {
		_ = c.Close() // a second time does nothing
	}
	s.mu.Unlock()
	s.all.Wait()
	return err
}

// A Reply makes the answer to a request.
type Reply func(Request) []byte

// ServeUDP answers each datagram, from the address that it was sent to.
func ServeUDP(ns Namespace, at netip.AddrPort, reply Reply, opt Options) (*Server, error) {
	u, err := ListenUDP(ns, at, opt)
	if err != nil {
		return nil, err
	}
	s := &Server{local: u.Local(), close: u.Close}
	s.all.Go(func() {
		for {
			m, err := u.Receive(context.Background(), 1000*time.Hour)
			var e *Error
			if errors.As(err, &e) && e.Kind != "closed" {
				continue // what a former peer's machine answered
			}
			if err != nil {
				return
			}
			r := Request{m.Peer, m.Local, m.Data}
			s.note(r)
			from := m.Local.Addr()
			if from.IsMulticast() || from == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
				from = netip.Addr{}
			}
			_ = u.send(reply(r), m.Peer, from) // who does not get it asks again
		}
	})
	return s, nil
}

// ServeTCP answers each line of each connection, or, with greet, each
// connection once, and closes it.
func ServeTCP(ns Namespace, at netip.AddrPort, greet bool, reply Reply, opt Options) (*Server, error) {
	l, err := ListenTCP(ns, at, 128, opt)
	if err != nil {
		return nil, err
	}
	s := &Server{local: l.Local(), close: l.Close, conns: map[net.Conn]bool{}}
	s.all.Go(func() {
		for {
			c, err := l.l.AcceptTCP()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err != nil {
				continue
			}
			s.hold(c)
			s.all.Go(func() {
				defer s.drop(c)
				s.talk(c, greet, reply)
			})
		}
	})
	return s, nil
}

// hold notes a connection, which Close closes. One that came while it did is
// closed here: nobody else would end the talk with it.
func (s *Server) hold(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[c] = true
	if s.closed {
		_ = c.Close()
	}
}

func (s *Server) drop(c net.Conn) {
	_ = c.Close() // the other end has it already, or has gone
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

// talk is the server's side of a connection. An error of the other end ends it.
func (s *Server) talk(c *net.TCPConn, greet bool, reply Reply) {
	var r Request
	r.Local, r.Peer = ends(c)
	if greet {
		s.note(r)
		if _, err := c.Write(reply(r)); err == nil {
			_ = c.CloseWrite()
			_, _ = bufio.NewReader(c).ReadByte() // until the other end has closed too
		}
		return
	}
	lines := bufio.NewReader(c)
	for {
		line, err := readLine(lines)
		if len(line) > 0 {
			r.Data = bytes.TrimRight(line, "\r\n")
			s.note(r)
			if _, err := c.Write(append(reply(r), '\n')); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// headerTime is how long a client may take to say what it wants.
const headerTime = 30 * time.Second

// endsKey is under what a request finds the addresses of its connection.
type endsKey struct{}

// ServeHTTP serves pages by their paths.
func ServeHTTP(ns Namespace, at netip.AddrPort, pages map[string]Reply, opt Options) (*Server, error) {
	l, err := ListenTCP(ns, at, 128, opt)
	if err != nil {
		return nil, err
	}
	s := &Server{local: l.Local()}
	h := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r, _ := req.Context().Value(endsKey{}).(Request)
		r.Data = fmt.Appendf(nil, "%s %s", req.Method, req.URL.RequestURI())
		s.note(r)
		page, ok := pages[req.URL.Path]
		w.Header()["Date"] = nil // the same answer every time
		if !ok {
			http.NotFound(w, req)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write(page(r)) // who has gone does not miss it
	})}
	h.ErrorLog = log.New(io.Discard, "", 0) // clients are told
	h.ReadHeaderTimeout = headerTime
	h.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		var r Request
		r.Local, r.Peer = ends(c.(*net.TCPConn))
		return context.WithValue(ctx, endsKey{}, r)
	}
	s.close = h.Close
	s.all.Go(func() { _ = h.Serve(l.l) })
	return s, nil
}
