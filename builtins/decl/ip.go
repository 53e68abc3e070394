package decl

import (
	"fmt"
	"hash/fnv"
	"math/big"
	"net/netip"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// An IP is an address, with or without a prefix length, that scripts can
// calculate with.
type IP struct {
	addr netip.Addr
	bits int // -1 without a prefix length
}

var (
	_ starlark.HasAttrs   = IP{}
	_ starlark.HasBinary  = IP{}
	_ starlark.Comparable = IP{}
	_ starlark.Container  = IP{} // asked by "in", before Mapping is
	_ starlark.Mapping    = IP{}
)

// NewIP makes a value of an address.
func NewIP(a netip.Addr) IP { return IP{a, -1} }

// ParseIP reads an address with or without a prefix length.
func ParseIP(s string) (IP, error) {
	p, err := ParsePrefix(s)
	if err != nil {
		return IP{}, err
	}
	bits := -1
	if strings.Contains(s, "/") {
		bits = p.Bits()
	}
	return IP{p.Addr(), bits}, nil
}

// Prefix is the address with its length; a host's, if it has none.
func (x IP) Prefix() netip.Prefix {
	if x.bits < 0 {
		return netip.PrefixFrom(x.addr, x.addr.BitLen())
	}
	return netip.PrefixFrom(x.addr, x.bits)
}

func (x IP) String() string {
	if x.bits < 0 {
		return x.addr.String()
	}
	return x.Prefix().String()
}
func (x IP) Type() string         { return "ip" }
func (x IP) Freeze()              {}
func (x IP) Truth() starlark.Bool { return true }
func (x IP) Hash() (uint32, error) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(x.String()))
	return h.Sum32(), nil
}

// ipFields are the attributes of an ip, and what the reference says of them.
var ipFields = []Field[IP]{
	F("addr", "ip", "the address without a prefix length", func(x IP) (starlark.Value, error) { return IP{x.addr, -1}, nil }),
	F("bits", "int | None", "the prefix length", func(x IP) (starlark.Value, error) {
		if x.bits < 0 {
			return starlark.None, nil
		}
		return starlark.MakeInt(x.bits), nil
	}),
	F("version", "int", "4 or 6", func(x IP) (starlark.Value, error) {
		if x.addr.Is4() {
			return starlark.MakeInt(4), nil
		}
		return starlark.MakeInt(6), nil
	}),
	F("network", "ip", "the prefix with all bits of the host zero", func(x IP) (starlark.Value, error) {
		p := x.Prefix().Masked()
		return IP{p.Addr(), p.Bits()}, nil
	}),
	F("first", "ip", "the first address of the prefix", func(x IP) (starlark.Value, error) { return IP{x.Prefix().Masked().Addr(), -1}, nil }),
	F("last", "ip", "the last address of the prefix; with IPv4, the broadcast address", func(x IP) (starlark.Value, error) {
		n := new(big.Int).Add(number(x.Prefix().Masked().Addr()), new(big.Int).Sub(x.size(), big.NewInt(1)))
		return IP{address(n, x.addr.Is4()), -1}, nil
	}),
	F("size", "int", "how many addresses the prefix has", func(x IP) (starlark.Value, error) { return starlark.MakeBigInt(x.size()), nil }),
}

// IPKind is what the reference says of the type.
var IPKind Described = &Kind[IP]{Name: "ip", Summary: "An IPv4 or IPv6 address, with or without a prefix length. `x + 1` is the next address, `x[n]` is address number n of the prefix, `y in x` says whether the prefix holds y, and addresses of one family have an order. Every parameter that takes an address takes it.", Fields: ipFields}

func (x IP) Attr(name string) (starlark.Value, error) {
	return fieldOf(ipFields, x, name)
}

func (x IP) AttrNames() []string { return fieldNames(ipFields) }

func (x IP) size() *big.Int {
	return new(big.Int).Lsh(big.NewInt(1), uint(x.addr.BitLen()-x.Prefix().Bits()))
}

func number(a netip.Addr) *big.Int { return new(big.Int).SetBytes(a.AsSlice()) }

// address is the address of a number; invalid if there is none.
func address(n *big.Int, v4 bool) netip.Addr {
	size := 16
	if v4 {
		size = 4
	}
	if n.Sign() < 0 || n.BitLen() > size*8 {
		return netip.Addr{}
	}
	a, _ := netip.AddrFromSlice(n.FillBytes(make([]byte, size)))
	return a
}

// Get is address number n of the prefix, counted from its first.
func (x IP) Get(k starlark.Value) (starlark.Value, bool, error) {
	i, ok := k.(starlark.Int)
	if !ok {
		return nil, false, fmt.Errorf("ip[…]: got %s, want int", TypeName(k))
	}
	n := i.BigInt()
	if n.Sign() < 0 {
		n.Add(n, x.size())
	}
	if n.Sign() < 0 || n.Cmp(x.size()) >= 0 {
		return nil, false, fmt.Errorf("%s has no address number %s: it has %s", x, i, x.size())
	}
	return IP{address(n.Add(n, number(x.Prefix().Masked().Addr())), x.addr.Is4()), -1}, true, nil
}

// Has reports whether the prefix holds an address, or a whole prefix.
func (x IP) Has(y starlark.Value) (bool, error) {
	in, ok := y.(IP)
	if !ok {
		s, ok := starlark.AsString(y)
		if !ok {
			return false, fmt.Errorf("… in %s: got %s, want an address", x, TypeName(y))
		}
		var err error
		if in, err = ParseIP(s); err != nil {
			return false, fmt.Errorf("… in %s: %w", x, err)
		}
	}
	p, q := x.Prefix().Masked(), in.Prefix()
	return p.Contains(q.Addr()) && q.Bits() >= p.Bits(), nil
}

// Binary knows x + n, n + x, x - n and x - y.
func (x IP) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	switch {
	case op == syntax.PLUS || op == syntax.MINUS && side == starlark.Left:
		if o, ok := y.(IP); ok && op == syntax.MINUS && o.addr.Is4() == x.addr.Is4() {
			return starlark.MakeBigInt(new(big.Int).Sub(number(x.addr), number(o.addr))), nil
		}
		i, ok := y.(starlark.Int)
		if !ok {
			return nil, nil
		}
		n := i.BigInt()
		if op == syntax.MINUS {
			n.Neg(n)
		}
		a := address(n.Add(n, number(x.addr)), x.addr.Is4())
		if !a.IsValid() {
			return nil, fmt.Errorf("%s %s %s is no address", x, op, i)
		}
		return IP{a, x.bits}, nil
	}
	return nil, nil
}

func (x IP) CompareSameType(op syntax.Token, y_ starlark.Value, _ int) (bool, error) {
	y := y_.(IP)
	c := x.addr.Compare(y.addr)
	if c == 0 {
		c = x.bits - y.bits
	}
	switch op {
	case syntax.EQL:
		return c == 0, nil
	case syntax.NEQ:
		return c != 0, nil
	}
	if x.addr.Is4() != y.addr.Is4() {
		return false, fmt.Errorf("%s and %s are of different families and have no order", x, y)
	}
	switch op {
	case syntax.LT:
		return c < 0, nil
	case syntax.LE:
		return c <= 0, nil
	case syntax.GT:
		return c > 0, nil
	}
	return c >= 0, nil
}
