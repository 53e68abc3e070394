package talk

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Package net looks up the interface behind a % in the namespace of whatever
// thread runs it. So addresses come from the kernel here, and a socket is
// asked for the names of interfaces: it knows its own namespace.

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

// zoned is an address with the name of the interface that its socket knows by
// an index; without one if that interface is gone.
func zoned(fd int, a netip.Addr, index uint32) netip.Addr {
	if index == 0 || !a.IsLinkLocalUnicast() && !a.IsLinkLocalMulticast() {
		return a
	}
	req, err := unix.NewIfreq("")
	if err != nil {
		return a
	}
	req.SetUint32(index)
	if unix.IoctlIfreq(fd, unix.SIOCGIFNAME, req) != nil {
		return a
	}
	return a.WithZone(req.Name())
}

// fromKernel is an address as the kernel gives it.
func fromKernel(fd int, sa unix.Sockaddr) netip.AddrPort {
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(sa.Addr), uint16(sa.Port))
	case *unix.SockaddrInet6:
		return netip.AddrPortFrom(zoned(fd, netip.AddrFrom16(sa.Addr).Unmap(), sa.ZoneId), uint16(sa.Port))
	}
	return netip.AddrPort{}
}

// ends are the two addresses of a socket, zero where it has none.
func ends(c syscall.Conn) (local, peer netip.AddrPort) {
	raw, err := c.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { // of one that was closed, nothing is left to know
		if sa, err := unix.Getsockname(int(fd)); err == nil {
			local = fromKernel(int(fd), sa)
		}
		if sa, err := unix.Getpeername(int(fd)); err == nil {
			peer = fromKernel(int(fd), sa)
		}
	})
	return
}
