// Package nftexpr has what the rules of several of our tables match on, as
// nftables' instructions. All of it uses register 1.
package nftexpr

import (
	"encoding/binary"

	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"
)

// Equal asks for a register that holds data.
func Equal(data []byte) expr.Any { return &expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: data} }

// Masked leaves only the bits of a mask in a register.
func Masked(mask []byte) expr.Any {
	return &expr.Bitwise{SourceRegister: 1, DestRegister: 1, Len: uint32(len(mask)), Mask: mask, Xor: make([]byte, len(mask))}
}

// Device compares the name of the device that a packet came in or leaves by.
func Device(key expr.MetaKey, op expr.CmpOp, name string) []expr.Any {
	data := make([]byte, unix.IFNAMSIZ)
	copy(data, name)
	return []expr.Any{&expr.Meta{Key: key, Register: 1}, &expr.Cmp{Op: op, Register: 1, Data: data}}
}

// CtBits asks for a connection that has one of the bits; with CmpOpEq, none.
func CtBits(key expr.CtKey, op expr.CmpOp, bits uint32) []expr.Any {
	return []expr.Any{&expr.Ct{Key: key, Register: 1}, Masked(binary.NativeEndian.AppendUint32(nil, bits)),
		&expr.Cmp{Op: op, Register: 1, Data: make([]byte, 4)}}
}
