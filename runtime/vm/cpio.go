package vm

import (
	"bytes"
	"fmt"
)

// An archive is a cpio archive of the form "newc", as the kernel unpacks it
// into its first file system (Documentation/driver-api/early-userspace).
type archive struct {
	buf   bytes.Buffer
	inode int
}

func (a *archive) add(name string, mode uint32, major, minor int, data []byte) {
	a.entry(name, mode, 0, 0, major, minor, data)
}

func (a *archive) entry(name string, mode, uid, gid uint32, major, minor int, data []byte) {
	a.inode++
	fmt.Fprintf(&a.buf, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
		a.inode, mode, uid, gid, 1, 0, len(data), 0, 0, major, minor, len(name)+1, 0)
	a.buf.WriteString(name)
	a.buf.WriteByte(0)
	a.pad()
	a.buf.Write(data)
	a.pad()
}

func (a *archive) pad() {
	for a.buf.Len()%4 != 0 {
		a.buf.WriteByte(0)
	}
}

func (a *archive) folder(name string)                         { a.add(name, 0o040755, 0, 0, nil) }
func (a *archive) file(name string, data []byte, mode uint32) { a.add(name, 0o100000|mode, 0, 0, data) }
func (a *archive) device(name string, major, minor int)       { a.add(name, 0o020600, major, minor, nil) }
func (a *archive) bytes() []byte {
	a.add("TRAILER!!!", 0, 0, 0, nil)
	return a.buf.Bytes()
}
