package nattable

import (
	"encoding/binary"

	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// The messages are written by hand: the library that knows all other
// expressions cannot load an address of a connection's direction.

// Send makes the table, all of it or nothing.
func (t *Table) Send(conn *rtnl.Conn) error {
	var m messages
	m.delete(t)
	m.begin(unix.NFT_MSG_NEWTABLE)
	m.Str(unix.NFTA_TABLE_NAME, t.Name)
	for i := range t.sets {
		m.set(t, i)
	}
	for i := range t.chains {
		if err := m.chain(t, &t.chains[i]); err != nil {
			return err
		}
	}
	return conn.Transact(unix.NFNL_SUBSYS_NFTABLES, &m.Batch)
}

// SendGone deletes the table, also if there is none.
func (t *Table) SendGone(conn *rtnl.Conn) error {
	var m messages
	m.delete(t)
	return conn.Transact(unix.NFNL_SUBSYS_NFTABLES, &m.Batch)
}

// messages are of nftables: numbers are in network byte order.
type messages struct{ rtnl.Batch }

func (m *messages) begin(typ uint16) {
	m.Begin(unix.NFNL_SUBSYS_NFTABLES<<8|typ, unix.NLM_F_CREATE|unix.NLM_F_APPEND)
	m.Raw([]byte{unix.NFPROTO_IPV4, unix.NFNETLINK_V0, 0, 0})
}

func (m *messages) u32(typ uint16, v uint32) { m.Attr(typ, binary.BigEndian.AppendUint32(nil, v)) }

// nest opens an attribute that holds others, which the result closes.
func (m *messages) nest(typ uint16) (end func()) {
	at := m.Nest(unix.NLA_F_NESTED | typ)
	return func() { m.Unnest(at) }
}

func (m *messages) delete(t *Table) {
	for _, typ := range []uint16{unix.NFT_MSG_NEWTABLE, unix.NFT_MSG_DELTABLE} {
		m.begin(typ)
		m.Str(unix.NFTA_TABLE_NAME, t.Name)
	}
}

func (m *messages) set(t *Table, i int) {
	s := &t.sets[i]
	flags := uint32(unix.NFT_SET_EVAL | unix.NFT_SET_TIMEOUT)
	if s.data != nil {
		flags |= unix.NFT_SET_MAP
	}
	m.begin(unix.NFT_MSG_NEWSET)
	m.Str(unix.NFTA_SET_TABLE, t.Name)
	m.Str(unix.NFTA_SET_NAME, s.name)
	m.u32(unix.NFTA_SET_ID, uint32(i+1))
	m.u32(unix.NFTA_SET_FLAGS, flags)
	m.u32(unix.NFTA_SET_KEY_TYPE, s.key.GetNFTMagic())
	m.u32(unix.NFTA_SET_KEY_LEN, s.key.Bytes)
	if s.data != nil {
		m.u32(unix.NFTA_SET_DATA_TYPE, s.data.GetNFTMagic())
		m.u32(unix.NFTA_SET_DATA_LEN, s.data.Bytes)
	}
	m.Attr(unix.NFTA_SET_TIMEOUT, binary.BigEndian.AppendUint64(nil, uint64(mappingTime.Milliseconds())))
	defer m.nest(unix.NFTA_SET_DESC)()
	m.u32(unix.NFTA_SET_DESC_SIZE, maxMappings)
}

func (m *messages) chain(t *Table, c *chain) error {
	m.begin(unix.NFT_MSG_NEWCHAIN)
	m.Str(unix.NFTA_CHAIN_TABLE, t.Name)
	m.Str(unix.NFTA_CHAIN_NAME, c.name)
	if c.at != nil {
		m.Str(unix.NFTA_CHAIN_TYPE, c.at.typ)
		end := m.nest(unix.NFTA_CHAIN_HOOK)
		m.u32(unix.NFTA_HOOK_HOOKNUM, c.at.hook)
		m.u32(unix.NFTA_HOOK_PRIORITY, uint32(c.at.priority))
		end()
	}
	for _, rule := range c.rules {
		m.begin(unix.NFT_MSG_NEWRULE)
		m.Str(unix.NFTA_RULE_TABLE, t.Name)
		m.Str(unix.NFTA_RULE_CHAIN, c.name)
		end := m.nest(unix.NFTA_RULE_EXPRESSIONS)
		for _, part := range rule {
			for _, e := range part.exprs {
				if err := m.expr(e); err != nil {
					return err
				}
			}
		}
		end()
	}
	return nil
}

func (m *messages) expr(e expr.Any) error {
	defer m.nest(unix.NFTA_LIST_ELEM)()
	ct, is := e.(*expr.Ct)
	if is && (ct.Key == ctSrcIP || ct.Key == ctDstIP || ct.Key == expr.CtKeyPROTOSRC) {
		m.Str(unix.NFTA_EXPR_NAME, "ct")
		defer m.nest(unix.NFTA_EXPR_DATA)()
		m.u32(unix.NFTA_CT_KEY, uint32(ct.Key))
		m.u32(unix.NFTA_CT_DREG, ct.Register)
		m.U8(unix.NFTA_CT_DIRECTION, uint8(ct.Direction))
		return nil
	}
	p, err := expr.Marshal(unix.NFPROTO_IPV4, e)
	m.Raw(p)
	return err
}
