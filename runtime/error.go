package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// An Error says which thing a session could not make, read or change, and why.
type Error struct {
	Thing string // as a script's author knows it: "interface eth0 in client"
	Err   error  // often a unix.Errno; test it with errors.Is
	Hint  string // what the author can do, or ""
}

func (e *Error) Error() string {
	if e.Hint != "" { // it says more than the kernel does, on all kernels
		return e.Thing + " " + reason(e.Err, false) + ": " + e.Hint
	}
	return e.Thing + " " + reason(e.Err, true)
}

func (e *Error) Unwrap() error { return e.Err }

// A Refusal is a reason in words that no errno stands for. It follows the
// name of a thing: "interface eth0 in client" + "has no peer".
type Refusal string

func (r Refusal) Error() string { return string(r) }

// refuse is an Error whose reason is in words.
func refuse(thing, format string, args ...any) error {
	return &Error{Thing: thing, Err: Refusal(fmt.Sprintf(format, args...))}
}

// An Unable says that this machine cannot do what was asked: a privilege, a
// kernel feature or a program is missing. It is not the script's fault.
type Unable struct {
	What   string // "netem", "program tcpdump"
	Why    string
	Remedy string // what the user can do, or ""
}

func (u *Unable) Error() string {
	s := u.What + ": " + u.Why
	if u.Remedy != "" {
		s += "; " + u.Remedy
	}
	return s
}

// reasons puts the kernel's reasons in words that fit after a thing's name.
var reasons = map[unix.Errno]string{
	unix.EEXIST:        "already exists",
	unix.ENODEV:        "does not exist",
	unix.ENOENT:        "does not exist",
	unix.ENXIO:         "does not exist",
	unix.ESRCH:         "does not exist",
	unix.EADDRNOTAVAIL: "does not exist",
	unix.EPERM:         "is not permitted in a lab",
	unix.EACCES:        "is not permitted in a lab",
	unix.EOPNOTSUPP:    "is not supported by this kernel",
	unix.EAFNOSUPPORT:  "is not supported by this kernel",
	unix.EBUSY:         "is in use",
	unix.EINVAL:        "was refused by the kernel as invalid",
	unix.ERANGE:        "is out of the kernel's range",
	unix.ENETUNREACH:   "is unreachable: no route leads there",
	unix.EHOSTUNREACH:  "is unreachable",
	unix.ENETDOWN:      "needs an interface that is up",
	unix.EMLINK:        "is one too many for the kernel",
	unix.EXFULL:        "is one too many: a bridge has at most 1,023 ports",
	unix.ELOOP:         "would make a loop of interfaces",
	unix.ENOBUFS:       "is more than the kernel has room for",
	unix.ENOMEM:        "is more than the kernel has memory for",
	unix.ENOSPC:        "is more than this machine's limits allow",
	unix.EMFILE:        "needs more open files than this machine allows (ulimit -n)",
	unix.ENFILE:        "needs more open files than this machine allows",
	unix.EAGAIN:        "needs more processes or threads than this machine allows",
	unix.EROFS:         "is read-only in a lab",
	unix.ENOTDIR:       "is not a directory",
	unix.EISDIR:        "is a directory",
	unix.ENOEXEC:       "is not a program: it has no #! line and is no binary of this machine",
}

// plain are the errnos whose words leave nothing for the kernel's own to add.
var plain = []unix.Errno{unix.EEXIST, unix.ENODEV, unix.ENOENT, unix.ENXIO, unix.ESRCH, unix.EADDRNOTAVAIL, unix.ENETDOWN}

// reason is the reason of err in words; with the kernel's own, if it has some and
// verbose asks for them.
func reason(err error, verbose bool) string {
	var r Refusal
	if errors.As(err, &r) {
		return string(r)
	}
	if errors.Is(err, errThreadGone) || errors.Is(err, rtnl.ErrClosed) {
		return "is gone"
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return "was interrupted: " + err.Error()
	}
	text := ""
	var ne *rtnl.Error
	if errors.As(err, &ne) && ne.Text != "" && verbose && !slices.Contains(plain, ne.Errno) {
		text = fmt.Sprintf(" (the kernel says: %s)", ne.Text)
	}
	var no unix.Errno
	if errors.As(err, &no) {
		if s, ok := reasons[no]; ok {
			return s + text
		}
		return "was refused by the kernel: " + no.Error() + text
	}
	return "did not work: " + err.Error()
}

// Reason is the reason of err in words that fit after a thing's name.
func Reason(err error) string { return reason(err, true) }

// IsErrno reports whether err came from the kernel as the errno of that name:
// for tests, which must not name the system's packages.
func IsErrno(err error, name string) bool {
	var no unix.Errno
	return errors.As(err, &no) && unix.ErrnoName(no) == name
}
