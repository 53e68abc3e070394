package runtime

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// What IPv6 keeps of a link: how the addresses are made that it makes itself.

// addrGenModes are the kernel's, by number, as iproute2 names them.
var addrGenModes = []string{"eui64", "none", "stable_secret", "random"}

// AddrGenModes are the ways to make a link-local address.
func AddrGenModes() []string { return slices.Clone(addrGenModes) }

func (c *LinkChange) checkInet6() error {
	if c.AddrGenMode != nil && !slices.Contains(addrGenModes, *c.AddrGenMode) {
		return refuse("addrgenmode "+quote(*c.AddrGenMode), "is unknown")
	}
	if c.Token == nil {
		return nil
	}
	if b := c.Token.As16(); !c.Token.Is6() || slices.ContainsFunc(b[:8], func(x byte) bool { return x != 0 }) {
		return refuse("token "+c.Token.String(), "is no lower half of an IPv6 address, like ::1234")
	}
	return nil
}

// inet6 writes what is to change and returns its words for `ip link set`. A
// token has a command of its own (tokenWords).
func (c *LinkChange) inet6(m *rtnl.Batch) string {
	w := ""
	spec := m.Nest(unix.IFLA_AF_SPEC)
	six := m.Nest(unix.AF_INET6)
	if c.Token != nil {
		m.Attr(unix.IFLA_INET6_TOKEN, c.Token.AsSlice())
	}
	if c.AddrGenMode != nil {
		m.U8(unix.IFLA_INET6_ADDR_GEN_MODE, uint8(slices.Index(addrGenModes, *c.AddrGenMode)))
		w = " addrgenmode " + *c.AddrGenMode
	}
	m.Unnest(six)
	m.Unnest(spec)
	return w
}

// tokenWords puts the command for the token before that for the rest, if there
// is one.
func (c *LinkChange) tokenWords(ns *Namespace, l *Link, words, rest string) string {
	w := "ip token set " + c.Token.String() + " dev " + l.Device()
	if words == "" {
		return w
	}
	return w + "; ip -n " + ns.Name + strings.TrimPrefix(rest, "ip")
}

// solicits has a link ask for routers, which a node's links do not, and without
// which the kernel takes no token.
func (l *Link) solicits(ctx context.Context) error {
	key := l.solicitsKey()
	if v, err := l.Namespace().Sysctl(ctx, key); err != nil || v != "0" {
		return nil // the kernel will say what it lacks
	}
	return l.Namespace().SetSysctl(ctx, key, "-1") // its own default
}

func (l *Link) solicitsKey() string {
	return "net/ipv6/conf/" + l.Device() + "/router_solicitations"
}

// parseInet6 reads the attributes of IPv6.
func (st *LinkState) parseInet6(p []byte) {
	for family := range rtnl.Attrs(p) {
		if family.Type != unix.AF_INET6 {
			continue
		}
		for a := range rtnl.Attrs(family.Data) {
			switch a.Type {
			case unix.IFLA_INET6_TOKEN:
				if t, ok := netip.AddrFromSlice(a.Data); ok && !t.IsUnspecified() {
					st.Token = t
				}
			case unix.IFLA_INET6_ADDR_GEN_MODE:
				st.AddrGenMode = pick(addrGenModes, a.U8())
			}
		}
	}
}
