package runtime

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"wirelark/runtime/talk"
)

// inside is the namespace as package talk needs it.
func (ns *Namespace) inside(f func() error) error { return ns.thread.do(f) }

// opened does one step that opens something, which the session closes at its
// end if nobody did before.
func opened[T io.Closer](ctx context.Context, ns *Namespace, thing, command string, open func() (T, error)) (T, error) {
	var c T
	if err := ns.session.Ready(ctx); err != nil {
		return c, err
	}
	err := ns.session.step(ctx, ns, command, func() (err error) {
		if c, err = open(); err != nil {
			return talkError(ctx, thing, err)
		}
		ns.holds(thing, c)
		return nil
	})
	return c, err
}

// holds notes what is open in the namespace: it is closed with it.
func (ns *Namespace) holds(thing string, c io.Closer) {
	ns.session.ledger.owe(thing, func(context.Context) error { return c.Close() })
	ns.mu.Lock()
	defer ns.mu.Unlock()
	ns.open = append(ns.open, c)
}

// closeOpen closes what is open in a namespace that dies.
func (ns *Namespace) closeOpen() {
	ns.mu.Lock()
	open := ns.open
	ns.open = nil
	ns.mu.Unlock()
	for _, c := range open {
		_ = c.Close() // the session does it once more, and is told
	}
}

// talkError says of what an error of a conversation is.
func talkError(ctx context.Context, thing string, err error) error {
	if err == nil || ctx.Err() != nil && err == context.Cause(ctx) {
		return err
	}
	return &Conversation{thing, err}
}

// A Conversation is one that did not come about, or broke off.
type Conversation struct {
	Thing string
	Err   error // often a *talk.Error
}

func (e *Conversation) Error() string { return e.Thing + ": " + e.Err.Error() }
func (e *Conversation) Unwrap() error { return e.Err }

// ListenUDP opens a socket for datagrams at an address.
func (ns *Namespace) ListenUDP(ctx context.Context, local netip.AddrPort, opt talk.Options) (*talk.UDP, error) {
	thing := "UDP socket " + Endpoint(local) + " in " + ns.Name
	return opened(ctx, ns, thing, fmt.Sprintf("socat -u udp-recv:%d%s - &", local.Port(), bindWords(local)), func() (*talk.UDP, error) {
		return talk.ListenUDP(ns.inside, local, opt)
	})
}

// DialUDP opens one that speaks with one peer.
func (ns *Namespace) DialUDP(ctx context.Context, source, peer netip.AddrPort, opt talk.Options) (*talk.UDP, error) {
	thing := "UDP socket to " + Endpoint(peer) + " in " + ns.Name
	return opened(ctx, ns, thing, "socat - udp:"+peer.String()+bindWords(source), func() (*talk.UDP, error) {
		return talk.DialUDP(ns.inside, source, peer, opt)
	})
}

// ListenTCP opens a socket that takes connections.
func (ns *Namespace) ListenTCP(ctx context.Context, local netip.AddrPort, backlog int, opt talk.Options) (*talk.Listener, error) {
	thing := "TCP socket " + Endpoint(local) + " in " + ns.Name
	return opened(ctx, ns, thing, fmt.Sprintf("socat -u tcp-listen:%d,backlog=%d%s - &", local.Port(), backlog, bindWords(local)), func() (*talk.Listener, error) {
		return talk.ListenTCP(ns.inside, local, backlog, opt)
	})
}

// Accept takes a connection, which the session closes at its end.
func (ns *Namespace) Accept(ctx context.Context, l *talk.Listener, timeout time.Duration) (*talk.TCP, error) {
	c, err := l.Accept(ctx, timeout)
	if err != nil {
		return nil, talkError(ctx, "TCP socket "+Endpoint(l.Local())+" in "+ns.Name, err)
	}
	ns.holds("connection from "+c.Peer().String(), c)
	return c, nil
}

// DialTCP connects to a peer.
func (ns *Namespace) DialTCP(ctx context.Context, source, peer netip.AddrPort, timeout time.Duration, opt talk.Options) (*talk.TCP, error) {
	thing := "connection from " + ns.Name + " to " + Endpoint(peer)
	return opened(ctx, ns, thing, "socat - tcp:"+peer.String()+bindWords(source), func() (*talk.TCP, error) {
		return talk.DialTCP(ctx, ns.inside, source, peer, timeout, opt)
	})
}

// ProbeTCP tries to connect to a peer, and closes the connection at once.
func (ns *Namespace) ProbeTCP(ctx context.Context, source, peer netip.AddrPort, timeout time.Duration, opt talk.Options) (rtt time.Duration, err error) {
	if err := ns.session.Ready(ctx); err != nil {
		return 0, err
	}
	err = ns.session.step(ctx, ns, probeWords(source, peer, timeout), func() error {
		start := time.Now()
		c, err := talk.DialTCP(ctx, ns.inside, source, peer, timeout, opt)
		rtt = time.Since(start)
		if err != nil {
			return talkError(ctx, "connection from "+ns.Name+" to "+Endpoint(peer), err)
		}
		return c.Close()
	})
	return rtt, err
}

// ServeUDP answers each datagram.
func (ns *Namespace) ServeUDP(ctx context.Context, at netip.AddrPort, reply talk.Reply, opt talk.Options) (*talk.Server, error) {
	return opened(ctx, ns, "UDP server "+Endpoint(at)+" in "+ns.Name, fmt.Sprintf("socat udp-recvfrom:%d,fork%s pipe &", at.Port(), bindWords(at)), func() (*talk.Server, error) {
		return talk.ServeUDP(ns.inside, at, reply, opt)
	})
}

// ServeTCP answers each line, or greets each connection.
func (ns *Namespace) ServeTCP(ctx context.Context, at netip.AddrPort, greet bool, reply talk.Reply, opt talk.Options) (*talk.Server, error) {
	return opened(ctx, ns, "TCP server "+Endpoint(at)+" in "+ns.Name, fmt.Sprintf("socat tcp-listen:%d,fork%s pipe &", at.Port(), bindWords(at)), func() (*talk.Server, error) {
		return talk.ServeTCP(ns.inside, at, greet, reply, opt)
	})
}

// ServeHTTP serves pages.
func (ns *Namespace) ServeHTTP(ctx context.Context, at netip.AddrPort, pages map[string]talk.Reply, opt talk.Options) (*talk.Server, error) {
	return opened(ctx, ns, "HTTP server "+Endpoint(at)+" in "+ns.Name, fmt.Sprintf("python3 -m http.server %d &", at.Port()), func() (*talk.Server, error) {
		return talk.ServeHTTP(ns.inside, at, pages, opt)
	})
}

// GetHTTP asks for a page.
func (ns *Namespace) GetHTTP(ctx context.Context, url string, headers map[string]string, source, connect netip.AddrPort, timeout time.Duration) (r *talk.HTTPResult, err error) {
	if err := ns.session.Ready(ctx); err != nil {
		return nil, err
	}
	err = ns.session.step(ctx, ns, httpWords(url, headers, source, connect, timeout), func() (err error) {
		r, err = talk.GetHTTP(ctx, ns.inside, url, headers, source, connect, timeout)
		return talkError(ctx, url+" from "+ns.Name, err)
	})
	return r, err
}

// LookupHost finds a name in the node's /etc/hosts.
func (ns *Namespace) LookupHost(ctx context.Context, name string) (netip.Addr, error) {
	b, err := ns.ReadFile(ctx, "/etc/hosts", 1<<20)
	if err != nil {
		return netip.Addr{}, err
	}
	for line := range strings.Lines(string(b)) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		for _, w := range words[min(1, len(words)):] {
			if a, err := netip.ParseAddr(words[0]); err == nil && strings.EqualFold(w, name) {
				return a, nil
			}
		}
	}
	return netip.Addr{}, refuse("host "+name, "is not in /etc/hosts of %s", ns.Name)
}

// QueryDNS asks a name server; without one, that of the node's resolv.conf.
func (ns *Namespace) QueryDNS(ctx context.Context, name, typ string, server netip.AddrPort, tcp bool, timeout time.Duration) (r *talk.DNSResult, err error) {
	if !server.IsValid() {
		if server, err = ns.nameServer(ctx); err != nil {
			return nil, err
		}
	}
	number, ok := talk.DNSTypes[typ]
	if !ok {
		number = dnsmessage.TypeA
	}
	if err := ns.session.Ready(ctx); err != nil {
		return nil, err
	}
	err = ns.session.step(ctx, ns, dnsWords(name, typ, server, tcp, timeout), func() (err error) {
		r, err = talk.QueryDNS(ctx, ns.inside, name, number, server, tcp, timeout)
		return talkError(ctx, "name server "+Endpoint(server)+" from "+ns.Name, err)
	})
	return r, err
}

func (ns *Namespace) nameServer(ctx context.Context) (netip.AddrPort, error) {
	b, err := ns.ReadFile(ctx, "/etc/resolv.conf", 1<<20)
	if err != nil {
		return netip.AddrPort{}, err
	}
	for line := range strings.Lines(string(b)) {
		if w := strings.Fields(line); len(w) == 2 && w[0] == "nameserver" {
			if a, err := netip.ParseAddr(w[1]); err == nil {
				return netip.AddrPortFrom(a, 53), nil
			}
		}
	}
	return netip.AddrPort{}, refuse("/etc/resolv.conf of "+ns.Name, "names no server: write server = …")
}

// Trace finds the routers on the way to an address.
func (ns *Namespace) Trace(ctx context.Context, dst, source netip.Addr, most, tries int, timeout time.Duration) (hops []talk.TraceHop, reached bool, err error) {
	if err := ns.session.Ready(ctx); err != nil {
		return nil, false, err
	}
	err = ns.session.step(ctx, ns, traceWords(dst, source, most, tries, timeout), func() (err error) {
		hops, reached, err = talk.Trace(ctx, ns.inside, dst, source, most, tries, timeout)
		return talkError(ctx, "way from "+ns.Name+" to "+dst.String(), err)
	})
	return hops, reached, err
}

// Endpoint is an address with a port as a script writes it.
func Endpoint(a netip.AddrPort) string {
	if !a.Addr().IsValid() || a.Addr().IsUnspecified() {
		return fmt.Sprintf(":%d", a.Port())
	}
	return a.String()
}
