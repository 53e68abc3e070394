package rtnl

import (
	"slices"

	"golang.org/x/sys/unix"
)

// Transact sends a batch to a subsystem of netfilter, which carries out all of
// it or nothing. It returns the error of the first message that failed, an
// *Error, if one did; its index is -1 if it was not a message that failed.
func (c *Conn) Transact(subsystem uint16, b *Batch) error {
	b.close()
	var begin, end Batch
	for typ, m := range map[uint16]*Batch{unix.NFNL_MSG_BATCH_BEGIN: &begin, unix.NFNL_MSG_BATCH_END: &end} {
		m.Begin(typ, 0)
		// struct nfgenmsg has the subsystem where others have an id.
		m.Raw([]byte{unix.AF_UNSPEC, 0, byte(subsystem >> 8), byte(subsystem)})
		m.close()
	}
	whole := Batch{buf: slices.Concat(begin.buf, b.buf, end.buf), n: 1 + b.n + 1}
	whole.start = len(whole.buf) - len(end.buf)

	c.mu.Lock()
	defer c.mu.Unlock()
	// The last message of b is answered: not all kernels answer to the end.
	first, last := c.number(&whole, b.n, unix.NLM_F_ACK)
	if err := c.send(&whole); err != nil {
		return err
	}
	failed, err := c.answers(first, last, func(i int, e *Error) bool { return i == b.n || i == 0 && e != nil })
	if err != nil || len(failed) == 0 {
		return err
	}
	failed[0].Index--
	return failed[0]
}
