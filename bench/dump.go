package main

import (
	"fmt"
	"runtime"
	"syscall"
	"unsafe"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

// dump asks the kernel n times for what a listing shows and throws the answer
// away: the floor of any listing, over a socket that is already open. The
// namespace is that of scripts/dumps.star.
func dump(n int, typ uint16, families ...uint8) error {
	runtime.LockOSThread()
	if err := twentyCables(); err != nil {
		return err
	}
	s, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, syscall.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	defer syscall.Close(s)
	buf := make([]byte, 64<<10)
	for range n {
		for _, family := range families {
			if err := dumpOnce(s, buf, typ, family); err != nil {
				return err
			}
		}
	}
	return nil
}

func twentyCables() error {
	hub, err := netns.New() // stays open: with the namespace its cables would go
	if err != nil {
		return err
	}
	if _, err := netns.New(); err != nil {
		return err
	}
	for i := range 20 {
		a := netlink.NewLinkAttrs()
		a.Name = fmt.Sprintf("eth%d", i)
		v := &netlink.Veth{LinkAttrs: a, PeerName: a.Name, PeerNamespace: netlink.NsFd(hub)}
		if err := netlink.LinkAdd(v); err != nil {
			return err
		}
		addr, err := netlink.ParseAddr(fmt.Sprintf("10.0.%d.1/24", i))
		if err != nil {
			return err
		}
		if err := netlink.AddrAdd(v, addr); err != nil {
			return err
		}
		if err := netlink.LinkSetUp(v); err != nil {
			return err
		}
	}
	return peersUp(hub)
}

func peersUp(hub netns.NsHandle) error {
	h, err := netlink.NewHandleAt(hub)
	if err != nil {
		return err
	}
	defer h.Close()
	for i := range 20 {
		peer, err := h.LinkByName(fmt.Sprintf("eth%d", i))
		if err != nil {
			return err
		}
		if err := h.LinkSetUp(peer); err != nil {
			return err
		}
	}
	return nil
}

func dumpOnce(s int, buf []byte, typ uint16, family uint8) error {
	request := make([]byte, syscall.SizeofNlMsghdr+syscall.SizeofIfInfomsg)
	h := (*syscall.NlMsghdr)(unsafe.Pointer(&request[0]))
	h.Len, h.Type, h.Flags = uint32(len(request)), typ, syscall.NLM_F_REQUEST|syscall.NLM_F_DUMP
	request[syscall.SizeofNlMsghdr] = family
	if err := syscall.Sendto(s, request, 0, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK}); err != nil {
		return err
	}
	for {
		n, _, err := syscall.Recvfrom(s, buf, 0)
		if err != nil {
			return err
		}
		for p := buf[:n]; len(p) >= syscall.SizeofNlMsghdr; {
			h := (*syscall.NlMsghdr)(unsafe.Pointer(&p[0]))
			switch h.Type {
			case syscall.NLMSG_DONE:
				return nil
			case syscall.NLMSG_ERROR:
				return fmt.Errorf("dump: the kernel refuses")
			}
			p = p[min(int(h.Len+3)&^3, len(p)):]
		}
	}
}
