package rtnl

import "golang.org/x/sys/unix"

// Generic netlink, of which each family has a number that the kernel gives out
// when it begins, or when a module is loaded.

// OpenGeneric makes a socket for it.
func OpenGeneric() (*Conn, error) { return open(unix.NETLINK_GENERIC, nil) }

// genericVersion is that of the controller and of the families asked here.
const genericVersion = 1

// Generic appends the header of a command.
func (b *Batch) Generic(command uint8) { b.Raw([]byte{command, genericVersion, 0, 0}) }

// sizeofGeneric is that header.
const sizeofGeneric = 4

// Family is the number of a family.
func (c *Conn) Family(name string) (id uint16, err error) {
	var b Batch
	b.Begin(unix.GENL_ID_CTRL, 0)
	b.Generic(unix.CTRL_CMD_GETFAMILY)
	b.Str(unix.CTRL_ATTR_FAMILY_NAME, name)
	err = c.Get(&b, false, func() {}, func(_ uint16, p []byte) {
		for a := range Attrs(p[min(sizeofGeneric, len(p)):]) {
			if a.Type == unix.CTRL_ATTR_FAMILY_ID {
				id = a.U16()
			}
		}
	})
	return id, err
}

// Dump asks a family for all that a command lists, and calls each with the
// attributes of every message.
func (c *Conn) Dump(family uint16, command uint8, again func(), each func(p []byte)) error {
	var b Batch
	b.Begin(family, 0)
	b.Generic(command)
	return c.Get(&b, true, again, func(_ uint16, p []byte) { each(p[min(sizeofGeneric, len(p)):]) })
}
