package rtnl

import "golang.org/x/sys/unix"

// LinkName is the kernel's name of the link with an index. It is asked for by
// an ioctl, see netdevice(7), which takes no lock of the kernel's and no
// answer to be read: a fraction of what a netlink request costs.
func (c *Conn) LinkName(index int32) (string, error) {
	var ifr unix.Ifreq
	ifr.SetUint32(uint32(index)) // ifr_ifindex
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fd < 0 {
		return "", ErrClosed
	}
	if err := unix.IoctlIfreq(c.fd, unix.SIOCGIFNAME, &ifr); err != nil {
		return "", err
	}
	return ifr.Name(), nil
}
