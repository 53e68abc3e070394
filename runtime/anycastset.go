package runtime

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// The kernel takes an anycast address from a socket that joins it, and gives
// it up with the socket: RFC 3493's option for groups, made for anycast.
// rtnetlink has no request for it.

// ipv6JoinAnycast is IPV6_JOIN_ANYCAST of linux/in6.h.
const ipv6JoinAnycast = 27

// An anycastJoin is an anycast address of a link.
type anycastJoin struct {
	index int32 // of the link
	addr  netip.Addr
}

// An anycastSocket is what an address lasts as long as.
type anycastSocket struct {
	once sync.Once
	fd   int
	err  error
}

func (s *anycastSocket) Close() error {
	s.once.Do(func() { s.err = unix.Close(s.fd) })
	return s.err
}

// checkAnycast refuses what cannot be one.
func (opt *AddrOptions) checkAnycast(p netip.Prefix) error {
	switch {
	case !p.Addr().Is6():
		return refuse("anycast", "is for IPv6 addresses only, and %s is none: one of IPv4 is added to each node as any other", p)
	case p.Bits() != 128:
		return refuse("anycast", "takes an address without a prefix length, and %s has one: it is of a network that the link is in", p)
	case *opt != AddrOptions{Anycast: true}:
		return refuse("anycast", "goes with no other option: the kernel keeps the address alone")
	}
	return nil
}

// anycast gives the link anycast addresses, or takes them away again: all or
// none of them.
func (l *Link) anycast(ctx context.Context, verb string, list []netip.Prefix) error {
	ns, _ := l.where()
	return ns.session.step(ctx, ns, l.anycastWords(verb, list), func() error {
		if verb == "del" {
			return l.leaveAnycast(list)
		}
		return l.joinAnycast(ctx, list)
	})
}

func (l *Link) joinAnycast(ctx context.Context, list []netip.Prefix) error {
	for i, p := range list {
		if err := l.joinOne(p.Addr()); err != nil {
			for _, p := range list[:i] {
				_ = l.leaveOne(p.Addr()) // the first error is the one to tell
			}
			return l.anycastError(ctx, err, p.Addr())
		}
	}
	return nil
}

func (l *Link) joinOne(a netip.Addr) error {
	ns, index := l.where()
	key := anycastJoin{index, a}
	ns.mu.Lock()
	_, held := ns.anycast[key]
	ns.mu.Unlock()
	if held {
		has, err := l.takesAnycast(a)
		if err != nil {
			return err
		}
		if has {
			return unix.EEXIST
		}
		_ = l.leaveOne(a) // the link was switched off meanwhile, which took it
	}
	fd := -1
	err := ns.thread.do(func() (err error) {
		fd, err = unix.Socket(unix.AF_INET6, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
		return err
	})
	if err != nil {
		return err
	}
	req := binary.NativeEndian.AppendUint32(a.AsSlice(), uint32(index)) // struct ipv6_mreq
	if err := unix.SetsockoptString(fd, unix.IPPROTO_IPV6, ipv6JoinAnycast, string(req)); err != nil {
		unix.Close(fd)
		return err
	}
	s := &anycastSocket{fd: fd}
	ns.holds("anycast address "+a.String()+" of "+l.thing(), s)
	ns.mu.Lock()
	defer ns.mu.Unlock()
	if ns.anycast == nil {
		ns.anycast = map[anycastJoin]*anycastSocket{}
	}
	ns.anycast[key] = s
	return nil
}

// takesAnycast reports whether the kernel has a route for packets to it.
func (l *Link) takesAnycast(a netip.Addr) (bool, error) {
	ns, index := l.where()
	routes, err := ns.Routes(unix.RT_TABLE_LOCAL)
	return slices.ContainsFunc(routes, func(r Route) bool {
		return r.Kind == "anycast" && r.Dst.Addr() == a && r.Hops[0].index == index
	}), err
}

func (l *Link) leaveAnycast(list []netip.Prefix) error {
	ns, index := l.where()
	for _, p := range list {
		ns.mu.Lock()
		_, held := ns.anycast[anycastJoin{index, p.Addr()}]
		ns.mu.Unlock()
		if !held {
			return refuse(fmt.Sprintf("anycast address %s of %s", p.Addr(), l.thing()), "was not added by the script")
		}
	}
	var errs []error
	for _, p := range list {
		errs = append(errs, l.leaveOne(p.Addr()))
	}
	return errors.Join(errs...)
}

// leaveAllAnycast closes what is left of the addresses of a link that is gone.
func (ns *Namespace) leaveAllAnycast(index int32) {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	for key, s := range ns.anycast {
		if key.index == index {
			delete(ns.anycast, key)
			_ = s.Close() // the session is told
		}
	}
}

func (l *Link) leaveOne(a netip.Addr) error {
	ns, index := l.where()
	key := anycastJoin{index, a}
	ns.mu.Lock()
	s := ns.anycast[key]
	delete(ns.anycast, key)
	ns.mu.Unlock()
	if s == nil {
		return nil
	}
	return s.Close()
}

// anycastProgram joins an address, its first argument, on an interface.
const anycastProgram = `import signal, struct, sys; from socket import *; s = socket(AF_INET6, SOCK_DGRAM); ` +
	`s.setsockopt(IPPROTO_IPV6, 27, inet_pton(AF_INET6, sys.argv[1]) + struct.pack("I", if_nametoindex(sys.argv[2]))); signal.pause()`

// anycastWords are the commands that would add or remove the addresses.
func (l *Link) anycastWords(verb string, list []netip.Prefix) string {
	ns, _ := l.where()
	words, end := make([]string, len(list)), " & "
	for i, p := range list {
		words[i] = fmt.Sprintf("python3 -c '%s' %s %s", anycastProgram, p.Addr(), l.Device())
		if verb == "del" {
			end = "; "
			words[i] = fmt.Sprintf(`sh -c 'pkill --nslist net --ns $$ -f " %s %s$"'`, p.Addr(), l.Device())
		}
	}
	return strings.TrimRight(strings.Join(words, end+"ip netns exec "+ns.Name+" ")+end, "; ")
}

// anycastError says why an address was refused.
func (l *Link) anycastError(ctx context.Context, err error, a netip.Addr) error {
	ns, _ := l.where()
	thing, hint := fmt.Sprintf("anycast address %s of %s", a, l.thing()), ""
	off, _ := ns.Sysctl(ctx, "net/ipv6/conf/"+l.Device()+"/disable_ipv6") // not there: not "1"
	switch _, unread := l.State(); {
	case unread != nil:
		return unread
	case l.mtu() < leastMTU6:
		hint = l.mtuHint()
	case off == "1" || isErrno(err, unix.ENODEV):
		hint = noIPv6
	case isErrno(err, unix.EINVAL):
		return refuse(thing, "cannot be added: it is multicast, or an address of %s itself", ns.Name)
	case isErrno(err, unix.EADDRNOTAVAIL):
		return refuse(thing, "cannot be added: %s has no address of its network, and %s is no router", l.Device(), ns.Name)
	}
	return &Error{Thing: thing, Err: err, Hint: hint}
}
