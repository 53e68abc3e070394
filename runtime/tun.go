package runtime

import (
	"context"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
	"wirelark/runtime/talk"
)

// A device of a program's own, as `ip tuntap` makes it. What it is like is not
// said over rtnetlink but to /dev/net/tun, which belongs to the namespace of
// the thread that opens it.

// tunFlag are the bits of a device's options; pi is the other way round.
var tunFlag = map[string]int{"pi": unix.IFF_NO_PI, "vnet_hdr": unix.IFF_VNET_HDR, "multi_queue": unix.IFF_MULTI_QUEUE}

// tunFlags are the bits of a device with some settings.
func tunFlags(mode int, list []Setting) int {
	flags := mode | unix.IFF_NO_PI
	for _, s := range list {
		if s.N != 0 {
			flags ^= tunFlag[s.Name]
		}
	}
	return flags
}

// openTun opens a device of that name, or makes it if flags has IFF_TUN_EXCL.
// It runs on the namespace's thread.
func openTun(name string, index int32, flags int) (fd int, err error) {
	fd, err = unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return -1, lacking("tun", err)
	}
	if flags&unix.IFF_TUN_EXCL != 0 {
		err = unix.IoctlSetPointerInt(fd, unix.TUNSETIFINDEX, int(index))
	}
	if err == nil {
		err = setTun(fd, name, flags)
	}
	if err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

func setTun(fd int, name string, flags int) error {
	req, err := unix.NewIfreq(name)
	if err != nil {
		return err
	}
	req.SetUint16(uint16(flags))
	return unix.IoctlIfreq(fd, unix.TUNSETIFF, req)
}

// createTun makes a device that stays when nobody has it open.
func (l *Link) createTun(k *kind, spec LinkSpec) error {
	err := l.ns.thread.do(func() error {
		fd, err := openTun(l.kernel, l.index, tunFlags(k.tun, spec.Settings)|unix.IFF_TUN_EXCL)
		if err != nil {
			return err
		}
		defer unix.Close(fd) // and with it the device, until it is told to stay
		for _, s := range spec.Settings {
			req := map[string]uint{"user": unix.TUNSETOWNER, "group": unix.TUNSETGROUP}[s.Name]
			if req == 0 {
				continue
			}
			if err := unix.IoctlSetInt(fd, req, s.N); err != nil {
				return refuse(fmt.Sprintf("%s %d", s.Name, s.N), "does not exist in the lab")
			}
		}
		return unix.IoctlSetInt(fd, unix.TUNSETPERSIST, 1)
	})
	switch {
	case (isErrno(err, unix.EBUSY) || isErrno(err, unix.EINVAL)) && l.nameTaken():
		return unix.EEXIST
	case err != nil:
		return err
	}
	var m rtnl.Batch
	m.Begin(unix.RTM_SETLINK, 0)
	m.Ifinfo(unix.AF_UNSPEC, l.index, 0, 0)
	l.attrs(&m, spec)
	if spec.unlocal(k) {
		unlocalAttrs(&m)
	}
	m.Begin(unix.RTM_SETLINK, 0)
	m.Ifinfo(unix.AF_UNSPEC, l.index, upFlag(!spec.Down), upFlag(!spec.Down))
	if err := l.ns.conn.Do(&m); err != nil {
		l.remove()
		return err
	}
	return nil
}

// tunCommand is what a person would type for the same device.
func (spec *LinkSpec) tunCommand(k *kind, ns *Namespace, l *Link) string {
	var w strings.Builder
	fmt.Fprintf(&w, "ip tuntap add dev %s mode %s", l.kernel, k.name)
	for _, s := range spec.Settings {
		switch {
		case s.Form == Number:
			fmt.Fprintf(&w, " %s %d", s.Name, s.N)
		case s.N != 0:
			w.WriteString(" " + s.Name)
		}
	}
	if set := spec.attrWords(); set != "" {
		fmt.Fprintf(&w, "; ip -n %s link set dev %s%s", ns.Name, l.kernel, set)
	}
	return w.String()
}

// openFrames opens a device as it is, for one more program.
func (l *Link) openFrames() (*os.File, error) {
	st, err := l.State()
	if err != nil {
		return nil, err
	}
	if st.Kind != "tun" {
		return nil, refuse(l.thing(), "is no tun and no tap, which alone a program can open")
	}
	mode := unix.IFF_TUN
	var have []Setting
	for _, s := range st.Settings() {
		if s.Name == "mode" && s.Text == "tap" {
			mode = unix.IFF_TAP
		}
		if s.Form == Truth {
			have = append(have, s)
		}
	}
	ns, index := l.where()
	fd := -1
	err = ns.thread.do(func() (err error) {
		fd, err = openTun(st.Name, index, tunFlags(mode, have))
		return err
	})
	switch {
	case IsLacking(err):
		return nil, err
	case isErrno(err, unix.EBUSY):
		return nil, &Error{Thing: l.thing(), Err: err, Hint: "a program has it open; with multi_queue = True several can"}
	case err != nil:
		return nil, &Error{Thing: l.thing(), Err: err}
	}
	return os.NewFile(uintptr(fd), st.Name), nil
}

// Frames opens a tun or tap as a program does: what is sent, the node's kernel
// takes in as if from a wire, and what the kernel sends there is received.
func (l *Link) Frames(ctx context.Context) (*talk.Frames, error) {
	ns, index := l.where()
	var f *talk.Frames
	err := ns.session.step(ctx, ns, "socat tun,iff-no-pi,tun-name="+l.Device()+" - &", func() error {
		file, err := l.openFrames()
		if err != nil {
			return err
		}
		f = talk.NewFrames(file)
		ns.holds("frames of "+l.thing(), f)
		ns.await(index) // it has a carrier now
		return nil
	})
	return f, err
}
