package rtnl

import "golang.org/x/sys/unix"

// An Error is the kernel's answer to one message of a batch.
type Error struct {
	Index  int // of the message in its batch, from 0
	Errno  unix.Errno
	Text   string // the kernel's own words, if it had any
	Failed []int  // every message of the batch that failed, this one first
}

// parseError is the error in an acknowledgement, nil if there is none.
func parseError(h unix.NlMsghdr, p []byte) *Error {
	if len(p) < 4 {
		return nil
	}
	no := -int32(native.Uint32(p))
	if no == 0 {
		return nil
	}
	e := &Error{Errno: unix.Errno(no)}
	const nlmFCapped, nlmFAckTLVs = 0x100, 0x200
	if h.Flags&nlmFAckTLVs == 0 || len(p) < 20 {
		return e
	}
	off := 4 + unix.SizeofNlMsghdr
	if h.Flags&nlmFCapped == 0 {
		off = 4 + int(native.Uint32(p[4:])+3)&^3
	}
	if off <= len(p) {
		for a := range Attrs(p[off:]) {
			if a.Type == 1 { // NLMSGERR_ATTR_MSG
				e.Text = a.Str()
			}
		}
	}
	return e
}
