package builtins

import (
	"encoding/hex"
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

// What the builtins of IPsec share.

var (
	xfrmProto = decl.OneOf("esp", "ah", "comp")
	xfrmMode  = decl.OneOf("transport", "tunnel", "beet")
	xfrmDir   = decl.OneOf("out", "in", "fwd")
	spiType   = decl.Int(1, 1<<32-1)
	uint32s   = decl.Int(0, 1<<32-1)
	portType  = decl.Int(1, 65535)
)

// selectorOf declares what chooses packets.
func selectorOf(p *params) func() (runtime.XfrmSelector, error) {
	source := decl.Arg(p, "source", networkType, "the packets' source addresses, a prefix")
	dest := decl.Arg(p, "dest", networkType, "the packets' destination addresses, a prefix of the same family")
	proto, ports := upperOf(p)
	return func() (runtime.XfrmSelector, error) {
		x := runtime.XfrmSelector{Source: *source, Dest: *dest, Proto: orZero(*proto)}
		if x.Source.Addr().Is4() != x.Dest.Addr().Is4() {
			return x, differentFamilies(x.Source, x.Dest)
		}
		var err error
		x.SPort, x.DPort, err = ports()
		return x, err
	}
}

// differentFamilies refuses two addresses, or prefixes, that do not fit.
func differentFamilies(source, dest fmt.Stringer) error {
	return decl.Misusef("dest: %s and %s are of different families", source, dest)
}

// upperOf declares the protocol and the ports of a selector.
func upperOf(p *params) (proto **string, ports func() (int, int, error)) {
	p.KeywordsOnly()
	proto = decl.Maybe(p, "proto", protoType, "their protocol above IP; any if it is left out")
	sport := decl.Maybe(p, "sport", portType, "their source port, of tcp, udp, sctp or dccp")
	dport := decl.Maybe(p, "dport", portType, "their destination port")
	return proto, func() (int, int, error) {
		if (*sport != nil || *dport != nil) && !runtime.SelectsPorts(orZero(*proto)) {
			return 0, 0, decl.Misusef("proto: ports need one of tcp, udp, sctp, dccp")
		}
		return orZero(*sport), orZero(*dport), nil
	}
}

// selectorType is a selector as a field of its own.
var selectorType = decl.Record(selectorOf)

// markOf declares which marks are meant.
func markOf(p *params) func() (runtime.Mark, error) {
	value := decl.Maybe(p, "mark", uint32s, "only for packets of this mark")
	mask := decl.Maybe(p, "mark_mask", decl.Int(1, 1<<32-1), "the bits of the mark that count; all if it is left out")
	return func() (runtime.Mark, error) {
		switch {
		case *value == nil && *mask != nil:
			return runtime.Mark{}, decl.Misusef("mark: is missing, for which mark_mask is given")
		case *value == nil:
			return runtime.Mark{}, nil
		case *mask == nil:
			return runtime.Mark{Value: uint32(**value), Mask: 1<<32 - 1}, nil
		}
		return runtime.Mark{Value: uint32(**value), Mask: uint32(**mask)}, nil
	}
}

// cipherType is an algorithm of a kind: its name, from which and the SPI a key
// derives; or a tuple of the name, the key and, where bits is what a packet
// carries by default, the size of the check value.
func cipherType(kind string, sized bool, bits int) decl.Type[runtime.XfrmAlg] {
	names := decl.OneOf(runtime.XfrmCipherNames(kind)...)
	typ, most := "str | (str, str | bytes | None)", 2
	if sized {
		typ, most = "str | (str, str | bytes | None, int)", 3
	}
	return decl.Type[runtime.XfrmAlg]{Name: typ, From: func(v starlark.Value) (a runtime.XfrmAlg, err error) {
		a.Bits = bits
		tuple, ok := v.(starlark.Tuple)
		if !ok {
			a.Name, err = names.From(v)
			return a, err
		}
		if len(tuple) == 0 || len(tuple) > most {
			return a, decl.Misusef("got %d values, want at most %d: a name, a key%s", len(tuple), most, map[bool]string{true: " and the bits of the check value"}[sized])
		}
		if a.Name, err = names.From(tuple[0]); err != nil {
			return a, err
		}
		if len(tuple) > 1 && tuple[1] != starlark.None {
			if a.Key, err = keyFrom(tuple[1], a.Name); err != nil {
				return a, err
			}
		}
		if len(tuple) > 2 {
			n, err := decl.Int(32, 512).From(tuple[2])
			if err == nil && n%8 != 0 {
				err = decl.Misusef("%d is no number of whole bytes", n)
			}
			if err != nil {
				return a, decl.Named("bits of the check value", err)
			}
			a.Bits = n
		}
		return a, nil
	}, Show: func(runtime.XfrmAlg) string { return "None" }}
}

// bytesFrom reads bytes, which may be written as hexadecimal digits.
func bytesFrom(v starlark.Value) ([]byte, error) {
	switch v := v.(type) {
	case starlark.Bytes:
		return []byte(v), nil
	case starlark.String:
		b, err := hex.DecodeString(strings.TrimPrefix(string(v), "0x"))
		if err != nil {
			return nil, decl.Misusef("%q is not hexadecimal with two digits for each byte", string(v))
		}
		return b, nil
	}
	return nil, decl.Wrong(v, "str of hexadecimal digits, or bytes")
}

// keyFrom reads a key, and refuses one that the algorithm cannot use.
func keyFrom(v starlark.Value, name string) (key []byte, err error) {
	if key, err = bytesFrom(v); err != nil {
		return nil, decl.Named("key", err)
	}
	sizes := runtime.XfrmCipherByName(name).Sizes
	var words []string
	for _, n := range sizes {
		if n == len(key) {
			return key, nil
		}
		words = append(words, number(n).String())
	}
	return nil, decl.Misusef("key: got %d bytes, %s takes %s", len(key), name, strings.Join(words, " or "))
}
