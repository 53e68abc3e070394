package nattable

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"

	"wirelark/runtime/nftexpr"
)

// A clause is a part of a rule, told twice: in nft's language, and as the
// kernel's instructions.
type clause struct {
	text  string
	exprs []expr.Any
}

// The addresses of a connection's direction, of enum nft_ct_keys.
const ctSrcIP, ctDstIP expr.CtKey = 19, 20

// A field is of a packet or of its connection; load puts it into a register.
type field struct {
	text string
	load func(register uint32) expr.Any
}

// Fields that have a port are of UDP only: udp goes before them.
var (
	ipSource    = header("ip saddr", expr.PayloadBaseNetworkHeader, 12, 4)
	ipDest      = header("ip daddr", expr.PayloadBaseNetworkHeader, 16, 4)
	udpFrom     = header("udp sport", expr.PayloadBaseTransportHeader, 0, 2)
	udpTo       = header("udp dport", expr.PayloadBaseTransportHeader, 2, 2)
	firstSource = tracked("ct original ip saddr", ctSrcIP, ctOriginal)
	firstFrom   = tracked("ct original proto-src", expr.CtKeyPROTOSRC, ctOriginal)
	firstDest   = tracked("ct original ip daddr", ctDstIP, ctOriginal)
	replySource = tracked("ct reply ip saddr", ctSrcIP, ctReply)
	replyFrom   = tracked("ct reply proto-src", expr.CtKeyPROTOSRC, ctReply)
)

// The directions of a connection, of enum ip_conntrack_dir.
const ctOriginal, ctReply = 0, 1

func header(text string, base expr.PayloadBase, offset, size uint32) field {
	return field{text, func(r uint32) expr.Any {
		return &expr.Payload{DestRegister: r, Base: base, Offset: offset, Len: size}
	}}
}

func tracked(text string, key expr.CtKey, direction uint32) field {
	return field{text, func(r uint32) expr.Any { return &expr.Ct{Key: key, Direction: direction, Register: r} }}
}

var opWords = map[expr.CmpOp]string{expr.CmpOpEq: " ", expr.CmpOpNeq: " != "}

func (f field) is(op expr.CmpOp, a netip.Addr) clause {
	return clause{f.text + opWords[op] + a.String(), []expr.Any{f.load(1), &expr.Cmp{Op: op, Register: 1, Data: a.AsSlice()}}}
}

// key puts fields of at most four bytes one behind the other, from register 1
// or 2 on: each of them has four words.
func key(register uint32, fields ...field) (c clause) {
	texts := make([]string, len(fields))
	for i, f := range fields {
		texts[i] = f.text
		at := register
		if i > 0 {
			at = word(register, i)
		}
		c.exprs = append(c.exprs, f.load(at))
	}
	c.text = strings.Join(texts, " . ")
	return c
}

// word is the number of a word in a register.
func word(register uint32, i int) uint32 { return unix.NFT_REG32_00 + 4*(register-1) + uint32(i) }

var udp = protoIs("udp", unix.IPPROTO_UDP)

func protoIs(name string, number byte) clause {
	return clause{"meta l4proto " + name, []expr.Any{&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: 1}, nftexpr.Equal([]byte{number})}}
}

// device is a match on where a packet came from, or goes to.
func device(name string, op expr.CmpOp, is string) clause {
	key := map[string]expr.MetaKey{"iifname": expr.MetaKeyIIFNAME, "oifname": expr.MetaKeyOIFNAME}[name]
	return clause{name + opWords[op] + strconv.Quote(is), nftexpr.Device(key, op, is)}
}

// turned and unturned are connections whose destination was translated, or not.
var (
	turned   = clause{"ct status dnat", nftexpr.CtBits(expr.CtKeySTATUS, expr.CmpOpNeq, ipsDstNAT)}
	unturned = clause{"ct status ! dnat", nftexpr.CtBits(expr.CtKeySTATUS, expr.CmpOpEq, ipsDstNAT)}
)

const ipsDstNAT = 1 << 5 // IPS_DST_NAT

func direction(text string, is byte) clause {
	return clause{"ct direction " + text, []expr.Any{&expr.Ct{Key: expr.CtKeyDIRECTION, Register: 1}, nftexpr.Equal([]byte{is})}}
}

func inSet(set string, fields ...field) clause {
	k := key(1, fields...)
	return clause{k.text + " @" + set, append(k.exprs, &expr.Lookup{SourceRegister: 1, SetName: set})}
}

// keep adds an element to a set or, with data, to a map, or makes it last anew.
func keep(set string, of, data []field) clause {
	k := key(1, of...)
	put := &expr.Dynset{SrcRegKey: 1, SetName: set, Operation: uint32(unix.NFT_DYNSET_OP_UPDATE)}
	text := k.text
	if data != nil {
		d := key(2, data...)
		k.exprs, text, put.SrcRegData = append(k.exprs, d.exprs...), text+" : "+d.text, 2
	}
	return clause{"update @" + set + " { " + text + " }", append(k.exprs, put)}
}

// toMapped translates to the address and port that a map has.
func toMapped(way string, typ expr.NATType, set string, fields ...field) clause {
	k := key(1, fields...)
	return clause{way + " ip to " + k.text + " map @" + set, append(k.exprs,
		&expr.Lookup{SourceRegister: 1, DestRegister: 1, IsDestRegSet: true, SetName: set},
		&expr.NAT{Type: typ, Family: unix.NFPROTO_IPV4, RegAddrMin: 1, RegProtoMin: word(1, 1)})}
}

// asAddr gives what leaves another source; with random, a port by lot.
func asAddr(a netip.Addr, random bool) clause {
	c := clause{"snat ip to " + a.String(), []expr.Any{&expr.Immediate{Register: 1, Data: a.AsSlice()},
		&expr.NAT{Type: expr.NATTypeSourceNAT, Family: unix.NFPROTO_IPV4, RegAddrMin: 1, FullyRandom: random}}}
	if random {
		c.text += " fully-random"
	}
	return c
}

// The ports that are drawn for a mapping, and that strangers may not take.
var (
	firstPort, lastPort = binaryutil.BigEndian.PutUint16(1024), binaryutil.BigEndian.PutUint16(65535)
	userPorts           = "1024-65535"
)

// asOtherPort gives what leaves another source, with a port by lot that is not its own.
func asOtherPort(a netip.Addr) clause {
	return clause{"snat ip to " + a.String() + ":" + userPorts + " fully-random", []expr.Any{
		&expr.Immediate{Register: 1, Data: a.AsSlice()},
		&expr.Immediate{Register: 2, Data: firstPort},
		&expr.Immediate{Register: 3, Data: lastPort},
		&expr.NAT{Type: expr.NATTypeSourceNAT, Family: unix.NFPROTO_IPV4, RegAddrMin: 1, RegProtoMin: 2, RegProtoMax: 3, FullyRandom: true, Specified: true}}}
}

func toUserPort(proto string) clause {
	return clause{proto + " dport " + userPorts, []expr.Any{udpTo.load(1), // where TCP has it too
		&expr.Cmp{Op: expr.CmpOpGte, Register: 1, Data: firstPort}, &expr.Cmp{Op: expr.CmpOpLte, Register: 1, Data: lastPort}}}
}

// ownSocket is a packet for which the node has a socket, bound to an address or not.
func ownSocket(wildcard byte) clause {
	return clause{"socket wildcard " + strconv.Itoa(int(wildcard)),
		[]expr.Any{&expr.Socket{Key: expr.SocketKeyWildcard, Register: 1}, nftexpr.Equal([]byte{wildcard})}}
}

func verdict(text string, kind expr.VerdictKind, chain string) clause {
	return clause{text, []expr.Any{&expr.Verdict{Kind: kind, Chain: chain}}}
}

var (
	accepted = verdict("accept", expr.VerdictAccept, "")
	dropped  = verdict("drop", expr.VerdictDrop, "")
	returned = verdict("return", expr.VerdictReturn, "")
)
