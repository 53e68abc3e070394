// Package talk opens sockets in a network namespace and speaks over them: UDP,
// TCP, HTTP, DNS. It knows sockets and nothing of labs.
package talk

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"

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

// explain puts what the kernel said of a conversation in words.
func explain(err error) error {
	var known *Error
	var no unix.Errno
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &Error{"timed out", "nothing came in time", err}
	case errors.Is(err, os.ErrClosed), errors.Is(err, errNetClosed):
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
	unix.ETIMEDOUT:     {"timed out", "timed out: the other end does not answer"},
	unix.EADDRINUSE:    {"in use", "the address is in use"},
	unix.EADDRNOTAVAIL: {"no such address", "the node has no such address, or no port is free"},
	unix.ENODEV:        {"no such address", "the node has no such interface"},
	unix.EINVAL:        {"", "the kernel takes it for invalid: an address without its interface, or of another family"},
	unix.EAFNOSUPPORT:  {"", "the address is of another family"},
	unix.ENETDOWN:      {"unreachable", "the interface is down"},
	unix.EMFILE:        {"", "more open files are needed than this machine allows (ulimit -n)"},
}

// Parse reads "10.0.0.1:80", "[fd00::1]:80", "[fe80::1%eth0]:80" or, for any
// address, ":80".
func Parse(s string) (netip.AddrPort, error) {
	if port, ok := strings.CutPrefix(s, ":"); ok {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			return netip.AddrPort{}, fmt.Errorf("%q is no port", port)
		}
		return netip.AddrPortFrom(netip.Addr{}, uint16(n)), nil
	}
	a, err := netip.ParseAddrPort(s)
	if err != nil {
		return a, fmt.Errorf("%q is no address with a port", s)
	}
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()), nil
}

// open makes a socket of a family that suits its address, or its peer's, and
// binds it unless local is zero.
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
	if err = o.apply(fd, family, kind, peer.IsValid()); err == nil && local != (netip.AddrPort{}) {
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
	if kind == unix.SOCK_DGRAM && connected {
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

func deviceIndex(fd int, name string) (int, error) {
	if name == "" {
		return 0, nil
	}
	req, err := unix.NewIfreq(name)
	if err != nil {
		return 0, err
	}
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFINDEX, req); err != nil {
		return 0, err
	}
	return int(req.Uint32()), nil
}

// sockaddr is an address as the kernel takes it for a socket of a family.
func sockaddr(fd, family int, a netip.AddrPort) (unix.Sockaddr, error) {
	if family == unix.AF_INET {
		sa := &unix.SockaddrInet4{Port: int(a.Port())}
		if a.Addr().Is4() {
			sa.Addr = a.Addr().As4()
		} else if a.Addr().IsValid() {
			return nil, unix.EAFNOSUPPORT
		}
		return sa, nil
	}
	sa := &unix.SockaddrInet6{Port: int(a.Port())}
	if a.Addr().IsValid() {
		sa.Addr = a.Addr().As16()
	}
	index, err := deviceIndex(fd, a.Addr().Zone())
	sa.ZoneId = uint32(index)
	return sa, err
}

// connect gives a socket its peer.
func connect(fd int, peer netip.AddrPort) error {
	family := unix.AF_INET6
	if peer.Addr().Is4() {
		family = unix.AF_INET
	}
	sa, err := sockaddr(fd, family, peer)
	if err != nil {
		return err
	}
	return unix.Connect(fd, sa)
}

// Plain is an address without the form that a socket of both families gives it.
func Plain(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }
