package runtime

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/behalf"
	"wirelark/runtime/rtnl"
)

// The attributes of linux/if_macsec.h.
const (
	macsecIfindex = 1
	macsecRxSC    = 2
	macsecSA      = 3
	macsecTxList  = 5
	macsecRxList  = 6

	macsecSCI    = 1
	macsecOn     = 2
	macsecSAList = 3

	macsecAN       = 1
	macsecActive   = 2
	macsecPN       = 3
	macsecKey      = 4
	macsecKeyID    = 5
	macsecSAStats  = 6
	macsecSSCI     = 8
	macsecSalt     = 9
	macsecEncoding = 6 // of a link: IFLA_MACSEC_ENCODING_SA
)

const (
	macsecKeyIDSize = 16
	macsecSaltSize  = 12
)

// write writes all of it but which it is.
func (a *MacsecSA) write(b *rtnl.Batch, xpn bool) {
	b.Bool(macsecActive, a.Active)
	if xpn {
		b.Attr(macsecPN, binary.NativeEndian.AppendUint64(nil, a.PN))
		b.Attr(macsecSSCI, binary.BigEndian.AppendUint32(nil, a.SSCI))
		b.Attr(macsecSalt, a.Salt)
	} else {
		b.U32(macsecPN, uint32(a.PN))
	}
	b.Attr(macsecKey, a.Key)
	b.Attr(macsecKeyID, append(slices.Clone(a.KeyID), make([]byte, macsecKeyIDSize)...)[:macsecKeyIDSize])
}

// askMacsec has a command done. Without more it is one of a channel.
func (l *Link) askMacsec(command uint8, a MacsecSA, more func(b *rtnl.Batch)) error {
	ns, index := l.where()
	var b rtnl.Batch
	b.U32(macsecIfindex, uint32(index))
	if a.SCI != "" {
		sci, _ := hex.DecodeString(a.SCI) // IsSCI
		at := b.Nest(macsecRxSC)
		b.Attr(macsecSCI, sci)
		if command == behalf.AddRxSC {
			b.Bool(macsecOn, true)
		}
		b.Unnest(at)
	}
	if more != nil {
		at := b.Nest(macsecSA)
		b.U8(macsecAN, uint8(a.AN))
		more(&b)
		b.Unnest(at)
	}
	return ns.session.opt.Behalf.Macsec(int(ns.thread.ns), command, b.Bytes())
}

// MacsecSAs reads the associations of a MACsec link: those it sends with, then
// those of each channel it takes.
func (l *Link) MacsecSAs() ([]MacsecSA, error) {
	if _, _, err := l.macsecOptions(); err != nil {
		return nil, err
	}
	list, _, err := l.macsec()
	return list, err
}

// macsec reads the associations, and the channels that are taken.
func (l *Link) macsec() (list []MacsecSA, channels []string, err error) {
	ns, index := l.where()
	again := func() { list, channels = nil, nil }
	err = ns.over(rtnl.OpenGeneric, "secure associations", func(c *rtnl.Conn) error {
		family, err := c.Family("macsec")
		if err != nil {
			return err
		}
		return c.Dump(family, 0, again, func(p []byte) { // MACSEC_CMD_GET_TXSC
			var tx, rx []byte
			its := false
			for a := range rtnl.Attrs(p) {
				switch a.Type {
				case macsecIfindex:
					its = int32(a.U32()) == index
				case macsecTxList:
					tx = a.Data
				case macsecRxList:
					rx = a.Data
				}
			}
			if !its {
				return
			}
			list = append(list, parseMacsecSAs("", tx)...)
			for one := range rtnl.Attrs(rx) {
				sci, sas := "", []byte(nil)
				for a := range rtnl.Attrs(one.Data) {
					switch a.Type {
					case macsecSCI:
						sci = hex.EncodeToString(a.Data)
					case macsecSAList:
						sas = a.Data
					}
				}
				channels = append(channels, sci)
				list = append(list, parseMacsecSAs(sci, sas)...)
			}
		})
	})
	if errors.Is(err, unix.ENOENT) {
		return nil, nil, lacking("macsec", err)
	}
	slices.SortStableFunc(list, func(a, b MacsecSA) int { return strings.Compare(a.SCI, b.SCI) })
	return list, channels, err
}

// parseMacsecSAs reads a list of associations.
func parseMacsecSAs(sci string, p []byte) (list []MacsecSA) {
	for one := range rtnl.Attrs(p) {
		x := MacsecSA{SCI: sci}
		for a := range rtnl.Attrs(one.Data) {
			switch a.Type {
			case macsecAN:
				x.AN = int(a.U8())
			case macsecActive:
				x.Active = a.U8() != 0
			case macsecPN:
				if x.PN = a.U64(); len(a.Data) < 8 {
					x.PN = uint64(a.U32())
				}
			case macsecKeyID:
				x.KeyID = slices.Clone(a.Data)
			case macsecSSCI:
				x.SSCI = big32(a.Data)
			case macsecSAStats:
				for n := range rtnl.Attrs(a.Data) {
					switch n.Type { // of linux/if_macsec.h's macsec_sa_stats_attr
					case 1, 6, 7: // IN_PKTS_OK, OUT_PKTS_PROTECTED, OUT_PKTS_ENCRYPTED
						x.Packets += uint64(n.U32())
					case 2, 3: // IN_PKTS_INVALID, IN_PKTS_NOT_VALID
						x.Refused += uint64(n.U32())
					}
				}
			}
		}
		list = append(list, x)
	}
	return list
}
