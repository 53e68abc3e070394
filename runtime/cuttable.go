package runtime

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"

	"wirelark/runtime/nftexpr"
)

// ownTable is the table that we make: of the family netdev for what cuts and
// partitions lose, of inet for rules by name. A link's NAT is in one whose name
// begins with it.
const ownTable = "wirelark"

// cutPriority puts it before whatever a script filters with.
const cutPriority = -500

// A dropping is what is dropped at one interface.
type dropping struct {
	device string
	all    bool
	macs   []net.HardwareAddr
	addrs  []netip.Addr
}

// tableText is the table in nft's language.
func tableText(list []dropping) string {
	var w strings.Builder
	fmt.Fprintf(&w, "table netdev %[1]s; delete table netdev %[1]s; table netdev %[1]s {", ownTable)
	for i, d := range list {
		policy := "accept"
		if d.all {
			policy = "drop"
		}
		fmt.Fprintf(&w, " chain %s { type filter hook ingress device %q priority %d; policy %s;", chainName(d.device, i), d.device, cutPriority, policy)
		for _, mac := range d.macs {
			fmt.Fprintf(&w, " ether saddr %s drop;", mac)
		}
		for _, a := range d.addrs {
			fmt.Fprintf(&w, " %s saddr %s drop;", map[bool]string{true: "ip", false: "ip6"}[a.Is4()], a)
		}
		w.WriteString(" }")
	}
	return w.String() + " }"
}

// chainName is an interface's name as nft's language takes it.
func chainName(device string, i int) string {
	return fmt.Sprintf("from_%s_%d", strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, device), i)
}

// replaceTable is the same over netlink, in one transaction.
func replaceTable(conn *nftables.Conn, list []dropping) error {
	table := &nftables.Table{Family: nftables.TableFamilyNetdev, Name: ownTable}
	conn.AddTable(table) // so that it can be deleted
	conn.DelTable(table)
	if len(list) > 0 {
		conn.AddTable(table)
	}
	for i, d := range list {
		policy := nftables.ChainPolicyAccept
		if d.all {
			policy = nftables.ChainPolicyDrop
		}
		chain := conn.AddChain(&nftables.Chain{
			Name: chainName(d.device, i), Table: table, Type: nftables.ChainTypeFilter,
			Hooknum: nftables.ChainHookIngress, Priority: nftables.ChainPriorityRef(cutPriority), Policy: &policy, Device: d.device,
		})
		drop := func(match ...expr.Any) {
			conn.AddRule(&nftables.Rule{Table: table, Chain: chain, Exprs: append(match, &expr.Verdict{Kind: expr.VerdictDrop})})
		}
		for _, mac := range d.macs {
			drop(append([]expr.Any{
				&expr.Meta{Key: expr.MetaKeyIIFTYPE, Register: 1},
				nftexpr.Equal(binary.NativeEndian.AppendUint16(nil, unix.ARPHRD_ETHER)),
			}, sourceIs(expr.PayloadBaseLLHeader, 6, mac)...)...)
		}
		for _, a := range d.addrs {
			proto, offset := uint16(unix.ETH_P_IP), uint32(12)
			if a.Is6() {
				proto, offset = unix.ETH_P_IPV6, 8
			}
			drop(append([]expr.Any{
				&expr.Meta{Key: expr.MetaKeyPROTOCOL, Register: 1},
				nftexpr.Equal([]byte{byte(proto >> 8), byte(proto)}),
			}, sourceIs(expr.PayloadBaseNetworkHeader, offset, a.AsSlice())...)...)
		}
	}
	return conn.Flush()
}

// sourceIs matches an address in a header.
func sourceIs(base expr.PayloadBase, offset uint32, want []byte) []expr.Any {
	return []expr.Any{
		&expr.Payload{DestRegister: 1, Base: base, Offset: offset, Len: uint32(len(want))},
		nftexpr.Equal(want),
	}
}
