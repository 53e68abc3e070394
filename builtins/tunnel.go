package builtins

import (
	"cmp"
	"fmt"
	"net/netip"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

// tunnel declares a builtin that makes a link between two addresses of a
// family: its ends, the options that own declares, and what all links have. own
// returns what refuses values that do not go together, or nil.
func tunnel(p *params, kind string, family int, ether bool, own func(m *making) func() error) body {
	ns := decl.Arg(p, "ns", netnsType, "the namespace it is in")
	m := makes(p, kind)
	local := m.address("local", fmt.Sprintf("the address of this end, IPv%d", family))
	remote := m.address("remote", "the address of the other end")
	p.KeywordsOnly()
	m.device("dev", "the link that its packets leave by")
	check := own(m)
	m.common(ether)
	return func(c *call) (starlark.Value, error) {
		if err := tunnelEnds(family, *local, *remote); err != nil {
			return nil, err
		}
		if check != nil {
			if err := check(); err != nil {
				return nil, err
			}
		}
		return m.make(c, *ns, runtime.LinkSpec{})
	}
}

// greOptions are those of GRE over IPv4.
func greOptions(m *making) func() error {
	m.number("ttl", 0, 255, "the TTL of its packets; 0 takes the inner packet's")
	m.tos()
	m.greHeader()
	m.flag("pmtudisc", "whether its packets must not be fragmented; they must not unless False")
	m.flag("ignore_df", "whether inner packets may be fragmented that must not; needs pmtudisc = False")
	m.external()
	return nil
}

// gre6Options are those of GRE over IPv6.
func gre6Options(m *making) func() error {
	m.hopLimits()
	m.greHeader()
	m.external()
	return nil
}

// inIPv4 gives the options of IP in IPv4, to which external belongs or not.
func inIPv4(mode string, external bool) func(m *making) func() error {
	return func(m *making) func() error {
		m.word("mode", mode)
		ttl := m.number("ttl", 0, 255, "the TTL of its packets; 0, as it is without, takes the inner packet's")
		m.tos()
		pmtudisc := m.flag("pmtudisc", "whether its packets must not be fragmented; they must not unless False")
		if external {
			m.external()
		}
		return func() error {
			if orZero(*ttl) != 0 && *pmtudisc != nil && !**pmtudisc {
				return decl.Misusef("pmtudisc: must not be False with a ttl of its own: such a tunnel's packets are never fragmented, or they could loop")
			}
			return nil
		}
	}
}

// vtiOptions are those of IPsec's tunnels.
func vtiOptions(m *making) func() error { m.key(); return nil }

func (m *making) key() {
	m.number("key", 1, 1<<32-1, "the key that tells tunnels between the same ends apart")
}

func (m *making) tos() {
	m.number("tos", 0, 255, "the TOS of its packets; 1 takes the inner packet's")
}

func (m *making) external() **bool {
	return m.flag("external", "whether routes and filters say where each packet goes")
}

// greHeader declares what may stand in GRE's header, RFC 2890.
func (m *making) greHeader() {
	m.key()
	m.flag("csum", "whether its packets have checksums, and those that arrive must")
	m.flag("seq", "whether its packets are numbered, and late ones dropped")
}

// hopLimits declares the options of a tunnel over IPv6. iproute2 sends its
// defaults; the kernel's own would be no hop limit, and no tunnel around it.
func (m *making) hopLimits() {
	optionOr(m, "hoplimit", decl.Int(0, 255), 64, "the hop limit of its packets; 0 takes the inner packet's", numberSetting)
	optionOr(m, "encaplimit", encapLimitType, 4, "how many tunnels may still be around its packets, RFC 2473; \"none\" says nothing of it", numberSetting)
}

// tunnelEnds refuses ends of a tunnel that no kernel takes: a family that is
// not its own, or two.
func tunnelEnds(family int, ends ...*netip.Addr) error {
	var first *netip.Addr
	for _, a := range ends {
		first = cmp.Or(first, a)
		switch {
		case a == nil:
		case family == 4 && !a.Is4():
			return decl.Misusef("%s is no IPv4 address, between which this tunnel is", a)
		case family == 6 && !a.Is6():
			return decl.Misusef("%s is no IPv6 address, between which this tunnel is", a)
		case a.Is4() != first.Is4():
			return decl.Misusef("%s and %s are of two families", first, a)
		}
	}
	return nil
}

// encapLimitType is a number, or "none", which is -1.
var encapLimitType = decl.Type[int]{Name: "int | str", From: func(v starlark.Value) (int, error) {
	if v == starlark.String("none") {
		return -1, nil
	}
	if _, is := starlark.AsString(v); is {
		return 0, decl.Misusef("%s is no limit: write a number, or \"none\"", v)
	}
	return decl.Int(0, 255).From(v)
}, Show: decl.Int(0, 255).Show}
