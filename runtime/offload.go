package runtime

import (
	"context"
	"unsafe"

	"golang.org/x/sys/unix"
)

// An Offload is work that a device does, or the kernel in its place, and that
// can be switched off: packets then look as they do on a wire.
type Offload struct {
	Name string // as ethtool -K has it
	On   bool
}

// The commands of linux/ethtool.h that ask for one, and switch it.
var offloads = []struct {
	name     string
	get, set uint32
	flag     uint32 // of those that share a command
}{
	{"rx", 0x14, 0x15, 0}, {"tx", 0x16, 0x17, 0}, {"sg", 0x18, 0x19, 0}, {"tso", 0x1e, 0x1f, 0}, {"gso", 0x23, 0x24, 0}, {"gro", 0x2b, 0x2c, 0},
	{"lro", 0x25, 0x26, 1 << 15}, {"rxvlan", 0x25, 0x26, 1 << 8}, {"txvlan", 0x25, 0x26, 1 << 7},
}

// OffloadNames lists those that a script can switch.
func OffloadNames() []string {
	names := make([]string, len(offloads))
	for i, o := range offloads {
		names[i] = o.name
	}
	return names
}

// Offloads reads what is on.
func (l *Link) Offloads() (list []Offload, err error) {
	err = l.ethtool(func(do func(cmd, data uint32) (uint32, error)) error {
		for _, o := range offloads {
			v, err := do(o.get, 0)
			if err != nil {
				return err
			}
			if o.flag != 0 {
				v &= o.flag
			}
			list = append(list, Offload{o.name, v != 0})
		}
		return nil
	})
	return list, err
}

// SetOffloads switches some, in order. One that does not stay as it was set is
// an error: the device has it fixed, or it hangs on another.
func (l *Link) SetOffloads(ctx context.Context, list []Offload) error {
	words := "ethtool -K " + l.Device()
	for _, o := range list {
		words += " " + o.Name + " " + onOff(o.On)
	}
	ns, _ := l.where()
	return ns.session.step(ctx, ns, words, func() error {
		before, err := l.Offloads()
		if err != nil {
			return err
		}
		err = l.ethtool(func(do func(cmd, data uint32) (uint32, error)) error { return switchOffloads(do, list) })
		if err != nil {
			return err
		}
		after, err := l.Offloads()
		if err != nil {
			return err
		}
		for _, want := range list {
			for _, is := range after {
				if is.Name == want.Name && is.On != want.On {
					_ = l.ethtool(func(do func(cmd, data uint32) (uint32, error)) error { return switchOffloads(do, before) })
					return refuse(want.Name+" of "+l.thing(), "did not change: the device has it fixed, or it hangs on another (tso and gso on sg and tx)")
				}
			}
		}
		return nil
	})
}

func switchOffloads(do func(cmd, data uint32) (uint32, error), list []Offload) error {
	for _, want := range list {
		for _, o := range offloads {
			if o.name != want.Name {
				continue
			}
			data := map[bool]uint32{true: 1}[want.On]
			if o.flag != 0 {
				all, err := do(o.get, 0)
				if err != nil {
					return err
				}
				if data = all &^ o.flag; want.On {
					data |= o.flag
				}
			}
			// What a device has fixed is refused, or silently kept: it is read back.
			if _, err := do(o.set, data); err != nil && err != unix.EOPNOTSUPP && err != unix.EINVAL {
				return err
			}
		}
	}
	return nil
}

// ethtool calls f with a function that asks the link's driver, in its
// namespace.
func (l *Link) ethtool(f func(do func(cmd, data uint32) (uint32, error)) error) error {
	ns, _ := l.where()
	name := l.Device()
	err := ns.thread.do(func() error {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		return f(func(cmd, data uint32) (uint32, error) {
			value := struct{ cmd, data uint32 }{cmd, data} // struct ethtool_value
			var req struct {                               // struct ifreq
				name [unix.IFNAMSIZ]byte
				data unsafe.Pointer
				_    [16]byte
			}
			copy(req.name[:unix.IFNAMSIZ-1], name)
			req.data = unsafe.Pointer(&value)
			if _, _, no := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.SIOCETHTOOL, uintptr(unsafe.Pointer(&req))); no != 0 {
				return 0, no
			}
			return value.data, nil
		})
	})
	if err != nil {
		return &Error{Thing: l.thing(), Err: err}
	}
	return nil
}
