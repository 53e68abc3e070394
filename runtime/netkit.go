package runtime

import (
	"context"

	"golang.org/x/sys/unix"
)

var netkitPolicies = []string{"forward", "blackhole"}

var netkitOptions = []option{
	{name: "mode", enc: word32, attr: unix.IFLA_NETKIT_MODE, words: []string{"l2", "l3"}},
	{name: "primary", enc: truth8, attr: unix.IFLA_NETKIT_PRIMARY},
	{name: "policy", enc: word32, attr: unix.IFLA_NETKIT_POLICY, words: netkitPolicies, codes: []int{unix.NETKIT_PASS, unix.NETKIT_DROP}},
	{name: "peer_policy", enc: word32, attr: unix.IFLA_NETKIT_PEER_POLICY, words: netkitPolicies, codes: []int{unix.NETKIT_PASS, unix.NETKIT_DROP}},
}

// Netkit joins two namespaces, or bridges in them, by a pair of which BPF
// programs say what becomes of a packet, and the policy where there is none.
func (s *Session) Netkit(ctx context.Context, a, b End, settings []Setting) (*Link, *Link, error) {
	c := cable{kind: kindOf("netkit"), settings: settings, bare: true}
	for _, st := range settings {
		if st.Name == "mode" {
			c.bare = st.Text != "l2"
		}
	}
	for _, e := range []End{a, b} {
		switch {
		case c.bare && e.MAC != nil:
			return nil, nil, refuse("mac "+e.MAC.String(), "is for mode l2: in l3 there are no frames, and no addresses of them")
		case c.bare && e.Bridge != nil:
			return nil, nil, refuse(e.Bridge.thing(), "takes frames, which there are in mode l2")
		}
	}
	return s.lay(ctx, c, a, b)
}

// words are the settings as iproute2 takes them: before the peer, and behind.
func (c *cable) words() (here, there string) {
	for _, s := range c.settings {
		switch o := c.kind.option(s.Name); s.Name {
		case "mode":
			here += " " + o.word(s)
		case "policy":
			here += " " + s.Text
		case "peer_policy":
			there += " " + s.Text
		}
	}
	return here, there
}
