// Package talk opens sockets in a network namespace and speaks over them: UDP,
// TCP, HTTP, DNS. It knows sockets and nothing of labs.
package talk

import (
	"errors"
	"net"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"
)

// A Namespace runs f on a thread that is in it. Sockets belong to the namespace
// of the thread that opens them; from then on any goroutine may use them. f
// must not wait.
type Namespace func(f func() error) error

// Options says what a socket shall be like.
type Options struct {
	Mark        int
	Device      string // that it is bound to, "" for none
	TTL         int    // of what it sends; 0 for the kernel's
	TOS         int
	Reuse       bool // of an address that is in use, or was just now
	Transparent bool // it may use addresses that the node does not have
	Broadcast   bool
	Join        []netip.Addr // multicast groups
}

// An Error says what became of a conversation.
type Error struct {
	Kind string // "refused", "reset", "unreachable", "timed out", "closed", "in use", "no such address", or ""
	Text string
	Err  error
}

func (e *Error) Error() string { return e.Text }
func (e *Error) Unwrap() error { return e.Err }

// explainSaid is explain for an error of a socket that may know more of it by
// ICMP.
func explainSaid(fd int, err error, peer netip.Addr) error {
	if s, ok := takeSaid(fd); ok {
		return s.error(peer)
	}
	return explain(err)
}

// explain puts what the kernel said of a conversation in words.
func explain(err error) error {
	var known *Error
	var no unix.Errno
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &Error{"timed out", "nothing came in time", err}
	case errors.Is(err, os.ErrClosed), errors.Is(err, net.ErrClosed):
		return &Error{"closed", "it was closed", err}
	case !errors.As(err, &no):
		return &Error{"", err.Error(), err}
	}
	if e, ok := words[no]; ok {
		return &Error{e.kind, e.text, no}
	}
	return &Error{"", "the kernel says: " + no.Error(), no}
}

var words = map[unix.Errno]struct{ kind, text string }{
	unix.ECONNREFUSED:  {"refused", "refused: nothing listens on that port there"},
	unix.ECONNRESET:    {"reset", "reset by the other end"},
	unix.EPIPE:         {"reset", "the other end has closed"},
	unix.ECONNABORTED:  {"reset", "aborted"},
	unix.EHOSTUNREACH:  {"unreachable", "unreachable: no host answers at that address, or a router says so"},
	unix.ENETUNREACH:   {"unreachable", "unreachable: no route leads there"},
	unix.EACCES:        {"unreachable", "prohibited by a route or a filter"},
	unix.EPERM:         {"unreachable", "dropped by this node's own filter"},
	unix.ENOPROTOOPT:   {"unreachable", "unreachable: that host does not speak the protocol"},
	unix.EMSGSIZE:      {"", "too long for one packet"},
	unix.EPROTO:        {"unreachable", "unreachable: a router says that it cannot read the packet"},
	unix.ETIMEDOUT:     {"timed out", "timed out: the other end does not answer"},
	unix.EADDRINUSE:    {"in use", "the address is in use"},
	unix.EADDRNOTAVAIL: {"no such address", "the node has no such address, or it is still tentative, or no port is free"},
	unix.ENODEV:        {"no such address", "the node has no such interface"},
	unix.EINVAL:        {"", "the kernel takes it for invalid: an address without its interface, or of another family"},
	unix.EAFNOSUPPORT:  {"", "the address is of another family"},
	unix.ENETDOWN:      {"unreachable", "the interface is down"},
	unix.EMFILE:        {"", "more open files are needed than this machine allows (ulimit -n)"},
}

// open makes a socket of a family that suits its address, or its peer's, and
// binds it; one with a peer only if local says to where.
func (o *Options) open(kind int, local, peer netip.AddrPort) (fd int, err error) {
	family := unix.AF_INET6
	for _, a := range append([]netip.Addr{local.Addr(), peer.Addr()}, o.Join...) {
		if a.Is4() {
			family = unix.AF_INET
		}
	}
	fd, err = unix.Socket(family, kind|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, err
	}
	if err = o.apply(fd, family, kind, peer.IsValid()); err == nil && (local != (netip.AddrPort{}) || !peer.IsValid()) {
		var sa unix.Sockaddr
		if sa, err = sockaddr(fd, family, local); err == nil {
			err = unix.Bind(fd, sa)
		}
	}
	for i := 0; err == nil && i < len(o.Join); i++ {
		err = join(fd, o.Join[i], o.Device)
	}
	if err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// apply sets the options, all of them before an address is bound.
func (o *Options) apply(fd, family, kind int, connected bool) error {
	type option struct{ level, name, value int }
	list := []option{}
	both := func(name4, name6, value int) {
		list = append(list, option{unix.SOL_IP, name4, value})
		if family == unix.AF_INET6 {
			list = append(list, option{unix.SOL_IPV6, name6, value})
		}
	}
	if family == unix.AF_INET6 {
		list = append(list, option{unix.SOL_IPV6, unix.IPV6_V6ONLY, 0})
	}
	if kind == unix.SOCK_DGRAM {
		both(unix.IP_PKTINFO, unix.IPV6_RECVPKTINFO, 1)
		both(unix.IP_RECVTTL, unix.IPV6_RECVHOPLIMIT, 1)
	}
	if connected { // of TCP until it is connected: a router's word must not end it later
		both(unix.IP_RECVERR, unix.IPV6_RECVERR, 1)
	}
	if o.TTL > 0 {
		both(unix.IP_TTL, unix.IPV6_UNICAST_HOPS, o.TTL)
	}
	if o.TTL > 0 && kind == unix.SOCK_DGRAM {
		both(unix.IP_MULTICAST_TTL, unix.IPV6_MULTICAST_HOPS, o.TTL)
	}
	if o.TOS > 0 {
		both(unix.IP_TOS, unix.IPV6_TCLASS, o.TOS)
	}
	if o.Reuse {
		list = append(list, option{unix.SOL_SOCKET, unix.SO_REUSEADDR, 1}, option{unix.SOL_SOCKET, unix.SO_REUSEPORT, 1})
	}
	if o.Transparent {
		both(unix.IP_TRANSPARENT, unix.IPV6_TRANSPARENT, 1)
	}
	if o.Broadcast {
		list = append(list, option{unix.SOL_SOCKET, unix.SO_BROADCAST, 1})
	}
	if o.Mark != 0 {
		list = append(list, option{unix.SOL_SOCKET, unix.SO_MARK, o.Mark})
	}
	for _, opt := range list {
		if err := unix.SetsockoptInt(fd, opt.level, opt.name, opt.value); err != nil {
			return err
		}
	}
	if o.Device != "" {
		return unix.BindToDevice(fd, o.Device)
	}
	return nil
}

func join(fd int, group netip.Addr, device string) error {
	index, err := deviceIndex(fd, device)
	if err != nil {
		return err
	}
	if group.Is4() {
		return unix.SetsockoptIPMreqn(fd, unix.SOL_IP, unix.IP_ADD_MEMBERSHIP, &unix.IPMreqn{Multiaddr: group.As4(), Ifindex: int32(index)})
	}
	return unix.SetsockoptIPv6Mreq(fd, unix.SOL_IPV6, unix.IPV6_JOIN_GROUP, &unix.IPv6Mreq{Multiaddr: group.As16(), Interface: uint32(index)})
}
