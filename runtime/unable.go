package runtime

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// lacking is what to say when the kernel refused with err what the feature of
// that name stands for: that this machine cannot, and what can be done.
func lacking(name string, err error) error {
	u := &Unable{What: name, Why: "this kernel lacks it"}
	f, _ := featureOf(name)
	switch {
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES):
		u.Why = "it is not permitted here"
		if f.module == "tun" {
			u.Why, u.Remedy = "/dev/net/tun may not be opened", "as root: chmod 0666 /dev/net/tun; or "+otherKernel
		}
	case isAbsent(err) && f.name == "netem_seed" && linuxHas(6, 6):
		u.Remedy = "it comes with netem"
	case isAbsent(err):
		return kernelLacks(name, f.remedy())
	default:
		u.Why = "trying it gave: " + Reason(err)
	}
	return u
}

// remedy is how this machine's kernel may come to have the feature.
func (f feature) remedy() string {
	switch f.name {
	case "u32_mark":
		return "it must be built with CONFIG_CLS_U32_MARK"
	case "netkit":
		return "Linux has it since 6.7, if it was built with CONFIG_NETKIT"
	case "netem_seed":
		return "Linux has it since 6.6"
	}
	return "as root: modprobe " + f.module + ", if the kernel was built with " + f.config()
}

// kernelLacks says that this kernel lacks something, and what can be done.
func kernelLacks(what, remedy string) *Unable {
	return &Unable{What: what, Why: "this kernel lacks it", Remedy: remedy + "; or " + otherKernel}
}

// otherKernel is how an ordinary user has what this machine's kernel lacks.
const otherKernel = "run with --kernel 6.12, a virtual machine"

// linuxHas reports whether the kernel is of a release or newer.
func linuxHas(major, minor int) bool {
	release, _ := Kernel()
	var a, b int
	_, _ = fmt.Sscanf(release, "%d.%d", &a, &b) // what is no release is an old one
	return a > major || a == major && b >= minor
}

// lacksFeature is lacking where it is known without the kernel's word.
func lacksFeature(name string) error { return lacking(name, unix.EOPNOTSUPP) }

// isAbsent reports whether the kernel said that it has no such thing.
func isAbsent(err error) bool {
	for _, no := range []unix.Errno{unix.EOPNOTSUPP, unix.ENOENT, unix.ENODEV, unix.EPROTONOSUPPORT, unix.EAFNOSUPPORT, unix.ENXIO, unix.ENOSYS} {
		if errors.Is(err, no) {
			return true
		}
	}
	return false
}

// isNoSuchFamily reports whether the kernel said that it does not know the
// protocol or family of a request.
func isNoSuchFamily(err error) bool {
	return isErrno(err, unix.EOPNOTSUPP) || isErrno(err, unix.EPROTONOSUPPORT) || isErrno(err, unix.EAFNOSUPPORT)
}

// IsLacking reports whether an error says that this machine lacks something: a
// program, a privilege or a feature of the kernel.
func IsLacking(err error) bool {
	var u *Unable
	return errors.As(err, &u)
}

// lacks returns an Unable if the kernel refused something because it lacks one
// of the features that it needs, which are tried now.
func (s *Session) lacks(ctx context.Context, err error, features ...string) error {
	if !isAbsent(err) && !isErrno(err, unix.EINVAL) {
		return nil
	}
	for _, f := range features {
		if !IsFeature(f) {
			continue
		}
		if lack := s.Require(ctx, f); lack != nil {
			return lack
		}
	}
	return nil
}

// lacksModule says that this kernel has not what a module brings.
func lacksModule(name, module string) *Unable {
	return kernelLacks(name, "as root: modprobe "+module+", if the kernel was built with it")
}
