package decl

import (
	"net"
	"net/netip"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
)

// Prefix is an address and its prefix length, "10.0.0.1/24". Without a
// length it is a host: /32 or /128.
var Prefix = Type[netip.Prefix]{"str", func(v starlark.Value) (netip.Prefix, error) {
	if x, ok := v.(IP); ok {
		return x.Prefix(), nil
	}
	s, ok := starlark.AsString(v)
	if !ok {
		return netip.Prefix{}, wrong(v, "str, an address like \"10.0.0.1/24\"")
	}
	return ParsePrefix(s)
}, func(p netip.Prefix) string { return strconv.Quote(p.String()) }}

// ParsePrefix reads an address with or without a prefix length.
func ParsePrefix(s string) (netip.Prefix, error) {
	host, length, has := strings.Cut(s, "/")
	a, err := ParseAddr(host)
	if err != nil {
		return netip.Prefix{}, err
	}
	if !has {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	n, err := strconv.Atoi(length)
	if err != nil || n < 0 || n > a.BitLen() || length != strconv.Itoa(n) {
		hint := ""
		if _, e := netip.ParseAddr(length); e == nil {
			hint = ", not a mask"
		}
		return netip.Prefix{}, misuse("%s: the prefix length must be 0 to %d%s", quote(s), a.BitLen(), hint)
	}
	return netip.PrefixFrom(a, n), nil
}

// ParseAddr reads an address without a prefix length or a zone.
func ParseAddr(s string) (netip.Addr, error) {
	a, err := netip.ParseAddr(s)
	if err != nil {
		return a, misuse("%s is no IPv4 or IPv6 address", quote(s))
	}
	if a.Zone() != "" {
		return a, misuse("%q: name the interface with dev=, not behind a %%", s)
	}
	if a.Is4In6() {
		return a, misuse("%q: write the IPv4 address as %s", s, a.Unmap())
	}
	return a, nil
}

// Addr is an address without a prefix length.
var Addr = Type[netip.Addr]{"str", func(v starlark.Value) (netip.Addr, error) {
	if x, ok := v.(IP); ok {
		return x.addr, nil
	}
	s, ok := starlark.AsString(v)
	if !ok {
		return netip.Addr{}, wrong(v, "str, an address like \"10.0.0.1\"")
	}
	if host, _, has := strings.Cut(s, "/"); has {
		if _, err := ParsePrefix(s); err == nil {
			return netip.Addr{}, misuse("%q has a prefix length: write %q", s, host)
		}
	}
	return ParseAddr(s)
}, func(a netip.Addr) string { return strconv.Quote(a.String()) }}

// MAC is a link-layer address, "02:00:00:00:00:01".
var MAC = Type[net.HardwareAddr]{"str", func(v starlark.Value) (net.HardwareAddr, error) {
	s, ok := starlark.AsString(v)
	if !ok {
		return nil, wrong(v, "str, a MAC like \"02:00:00:00:00:01\"")
	}
	m, err := net.ParseMAC(s)
	if err != nil || len(m) != 6 {
		return nil, misuse("%s is no MAC address of six bytes, like \"02:00:00:00:00:01\"", quote(s))
	}
	return m, nil
}, func(m net.HardwareAddr) string { return strconv.Quote(m.String()) }}
