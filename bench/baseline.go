package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

// baselines are those that are written in Go.
var baselines = map[string]func(n int) error{
	"plain": plain, "exec": forkExec, "make-links": makeLinks, "make-rules": makeRules,
	"dump-links": func(n int) error { return dump(n, syscall.RTM_GETLINK, syscall.AF_UNSPEC) },
	"dump-addrs": func(n int) error { return dump(n, syscall.RTM_GETADDR, syscall.AF_UNSPEC) },
	"dump-routes": func(n int) error {
		return dump(n, syscall.RTM_GETROUTE, syscall.AF_INET, syscall.AF_INET6)
	},
}

func baseline(name, count string) int {
	n, err := strconv.Atoi(count)
	if err == nil {
		err = baselines[name](n)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// forkExec starts a program n times and waits for it.
func forkExec(n int) error {
	for range n {
		if err := exec.Command("/bin/true").Run(); err != nil {
			return err
		}
	}
	return nil
}

// plain builds a star of n hosts as the netlink library's own examples do it:
// package functions on the current namespace, one call after another.
func plain(n int) error {
	runtime.LockOSThread()
	hub, err := netns.New()
	if err != nil {
		return err
	}
	br := &netlink.Bridge{LinkAttrs: netlink.NewLinkAttrs()}
	br.Name = "br0"
	if err := netlink.LinkAdd(br); err != nil {
		return err
	}
	if err := netlink.LinkSetUp(br); err != nil {
		return err
	}
	for i := range n {
		if err := plainHost(hub, br, i); err != nil {
			return fmt.Errorf("host %d: %w", i, err)
		}
	}
	return nil
}

func plainHost(hub netns.NsHandle, br netlink.Link, i int) error {
	host, err := netns.New()
	if err != nil {
		return err
	}
	if err := netns.Set(hub); err != nil {
		return err
	}
	a := netlink.NewLinkAttrs()
	a.Name = fmt.Sprintf("v%d", i)
	veth := &netlink.Veth{LinkAttrs: a, PeerName: "eth0", PeerNamespace: netlink.NsFd(host)}
	if err := netlink.LinkAdd(veth); err != nil {
		return err
	}
	if err := netlink.LinkSetMaster(veth, br); err != nil {
		return err
	}
	if err := netlink.LinkSetUp(veth); err != nil {
		return err
	}
	if err := netns.Set(host); err != nil {
		return err
	}
	for _, name := range []string{"lo", "eth0"} {
		l, err := netlink.LinkByName(name)
		if err != nil {
			return err
		}
		if err := netlink.LinkSetUp(l); err != nil {
			return err
		}
	}
	l, err := netlink.LinkByName("eth0")
	if err != nil {
		return err
	}
	ip := net.IPv4(10, 0, byte((i+2)>>8), byte(i+2))
	if err := netlink.AddrAdd(l, &netlink.Addr{IPNet: &net.IPNet{IP: ip, Mask: net.CIDRMask(16, 32)}}); err != nil {
		return err
	}
	return netlink.RouteAdd(&netlink.Route{Gw: net.IPv4(10, 0, 255, 254)})
}
