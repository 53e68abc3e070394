package main

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"syscall"

	"github.com/vishvananda/netns"
)

// makeLinks and makeRules send what scripts/make.star has the program send, one
// request after another over one socket: the floor of making things.

func makeLinks(n int) error {
	return raw(n, func(i int) []byte {
		m := request(syscall.RTM_NEWLINK)
		info := make([]byte, syscall.SizeofIfInfomsg)
		binary.NativeEndian.PutUint32(info[4:], uint32(10+i))
		binary.NativeEndian.PutUint32(info[8:], syscall.IFF_UP)
		binary.NativeEndian.PutUint32(info[12:], syscall.IFF_UP)
		m = append(m, info...)
		m = attr(m, syscall.IFLA_IFNAME, append(fmt.Appendf(nil, "ifb%d", i), 0))
		m = attr(m, syscall.IFLA_ADDRESS, []byte{2, 0, 0, 0, byte(i >> 8), byte(i)})
		return attr(m, 18, attr(attr(nil, 1, []byte("ifb")), 2, nil)) // IFLA_LINKINFO: kind and data
	})
}

func makeRules(n int) error {
	return raw(n, func(i int) []byte {
		m := append(request(32), syscall.AF_INET, 0, 24, 0, 100, 0, 0, 1, 0, 0, 0, 0) // RTM_NEWRULE and a rule to table 100
		m = attr(m, 2, []byte{10, 1, 0, 0})                                           // FRA_SRC
		m = attr(m, 6, binary.NativeEndian.AppendUint32(nil, uint32(1000+i)))         // FRA_PRIORITY
		return attr(m, 15, binary.NativeEndian.AppendUint32(nil, 100))                // FRA_TABLE
	})
}

// request begins a message that makes what is not there.
func request(typ uint16) []byte {
	h := make([]byte, syscall.SizeofNlMsghdr)
	binary.NativeEndian.PutUint16(h[4:], typ)
	binary.NativeEndian.PutUint16(h[6:], syscall.NLM_F_REQUEST|syscall.NLM_F_ACK|syscall.NLM_F_CREATE|syscall.NLM_F_EXCL)
	return h
}

func attr(m []byte, typ uint16, p []byte) []byte {
	m = binary.NativeEndian.AppendUint16(m, uint16(4+len(p)))
	m = append(binary.NativeEndian.AppendUint16(m, typ), p...)
	for len(m)%4 != 0 {
		m = append(m, 0)
	}
	return m
}

func raw(n int, message func(i int) []byte) error {
	runtime.LockOSThread()
	if _, err := netns.New(); err != nil {
		return err
	}
	s, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, syscall.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	defer syscall.Close(s)
	buf := make([]byte, 8<<10)
	for i := range n {
		m := message(i)
		binary.NativeEndian.PutUint32(m, uint32(len(m)))
		if err := syscall.Sendto(s, m, 0, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK}); err != nil {
			return err
		}
		if _, _, err := syscall.Recvfrom(s, buf, 0); err != nil {
			return err
		}
		if no := int32(binary.NativeEndian.Uint32(buf[syscall.SizeofNlMsghdr:])); no != 0 {
			return fmt.Errorf("request %d: %w", i, syscall.Errno(-no))
		}
	}
	return nil
}
