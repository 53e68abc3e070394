package runtime

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/behalf"
	"wirelark/runtime/rtnl"
)

// MACsec's keys are of generic netlink's family of that name. What they are
// set with is taken from the machine's own administrator only.

// A MacsecSA is a secure association of a MACsec link: a key, and what is sent
// or taken with it.
type MacsecSA struct {
	SCI    string // of the other end's channel, 16 hexadecimal digits; "" for what the link sends
	AN     int
	PN     uint64 // the next packet's number
	Active bool
	Key    []byte
	KeyID  []byte
	SSCI   uint32 // of extended packet numbers, as the salt
	Salt   []byte

	// What the kernel counted.
	Packets, Refused uint64
}

// checkMacsec says that a lab cannot have keys, where nobody sets them for it.
func (s *Session) checkMacsec() error {
	if s.opt.Behalf == nil {
		return &Unable{What: "macsec", Why: "the kernel takes its keys from the machine's own root only", Remedy: "as root, without --sandbox; or " + otherKernel}
	}
	return nil
}

// thing names the association for messages.
func (a *MacsecSA) thing(l *Link) string {
	w := fmt.Sprintf("secure association %d of %s", a.AN, l.thing())
	if a.SCI != "" {
		w += " from " + a.SCI
	}
	return w
}

// Words say to iproute2 which association is meant.
func (a *MacsecSA) Words() string {
	if a.SCI == "" {
		return fmt.Sprintf("tx sa %d", a.AN)
	}
	return fmt.Sprintf("rx sci %s sa %d", a.SCI, a.AN)
}

// IsSCI reports whether a text is the identifier of a channel.
func IsSCI(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 8 && s == strings.ToLower(s)
}

// isXPN reports whether a cipher numbers packets with 64 bits.
func isXPN(cipher string) bool { return strings.Contains(cipher, "xpn") }

// macsecOptions are those of the link, which must be a MACsec.
func (l *Link) macsecOptions() (cipher, sci string, err error) {
	st, err := l.State()
	if err != nil {
		return "", "", err
	}
	if st.Kind != "macsec" {
		return "", "", refuse(l.thing(), "is no MACsec link")
	}
	for _, s := range st.Settings() {
		switch s.Name {
		case "cipher":
			cipher = s.Text
		case "sci":
			sci = s.Text
		}
	}
	return cipher, sci, nil
}

// check refuses what the link cannot have, as far as it does not depend on
// what it has.
func (a *MacsecSA) check(l *Link, cipher, sci string) error {
	size := 16
	if strings.HasSuffix(cipher, "256") {
		size = 32
	}
	switch {
	case a.SCI == sci:
		return refuse(a.thing(l), "would be with the link itself: its own channel is %s", sci)
	case len(a.Key) != size:
		return refuse(a.thing(l), "has a key of %d bytes: %s takes %d", len(a.Key), cipher, size)
	case isXPN(cipher) && (a.SSCI == 0 || len(a.Salt) != macsecSaltSize):
		return refuse(a.thing(l), "needs an ssci and a salt of %d bytes: the link has extended packet numbers", macsecSaltSize)
	case !isXPN(cipher) && (a.SSCI != 0 || a.Salt != nil):
		return refuse(a.thing(l), "has no ssci and no salt: the link has no extended packet numbers")
	case !isXPN(cipher) && a.PN >= 1<<32:
		return refuse(a.thing(l), "has packet numbers below 2^32: the link has no extended ones")
	}
	return nil
}

// AddMacsecSA adds an association, and the channel of the other end if it is
// the first from there. encode makes it the one that is sent with.
func (l *Link) AddMacsecSA(ctx context.Context, a MacsecSA, encode bool) error {
	ns, index := l.where()
	if err := ns.session.checkMacsec(); err != nil {
		return err
	}
	cipher, sci, err := l.macsecOptions()
	if err != nil {
		return err
	}
	if err := a.check(l, cipher, sci); err != nil {
		return err
	}
	have, channels, err := l.macsec()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(have, a.is) {
		return &Error{Thing: a.thing(l), Err: unix.EEXIST, Hint: "take it away first, or use another number"}
	}
	newChannel := a.SCI != "" && !slices.Contains(channels, a.SCI)
	return ns.session.step(ctx, ns, a.addWords(ns.Name, l.Device(), isXPN(cipher), newChannel, encode), func() error {
		if newChannel {
			if err := l.askMacsec(behalf.AddRxSC, MacsecSA{SCI: a.SCI}, nil); err != nil {
				return &Error{Thing: "channel " + a.SCI + " of " + l.thing(), Err: err}
			}
		}
		command := behalf.AddTxSA
		if a.SCI != "" {
			command = behalf.AddRxSA
		}
		err := l.askMacsec(command, a, func(b *rtnl.Batch) { a.write(b, isXPN(cipher)) })
		if err == nil && encode {
			var b rtnl.Batch
			b.Begin(unix.RTM_NEWLINK, 0)
			b.Ifinfo(unix.AF_UNSPEC, index, 0, 0)
			kindOf("macsec").info(&b, []Setting{{Name: "encodingsa", Form: Number, N: a.AN}})
			if err = ns.conn.Do(&b); err != nil {
				_ = l.dropMacsecSA(a) // the first error is the one to tell
			}
		}
		if err != nil {
			if newChannel {
				_ = l.askMacsec(behalf.DelRxSC, MacsecSA{SCI: a.SCI}, nil)
			}
			return macsecError(a.thing(l), err)
		}
		return nil
	})
}

// macsecError says what the kernel's refusal means.
func macsecError(thing string, err error) error {
	if isErrno(err, unix.ENOENT) {
		return lacking("macsec", err) // without the cipher
	}
	return &Error{Thing: thing, Err: err}
}

// is reports whether both are the same association.
func (a *MacsecSA) is(b MacsecSA) bool { return a.SCI == b.SCI && a.AN == b.AN }

// addWords are what a person would type.
func (a *MacsecSA) addWords(ns, dev string, xpn, newChannel, encode bool) string {
	w, head := "ip ", "; ip -n "+ns+" "
	if newChannel {
		w += "macsec add " + dev + " rx sci " + a.SCI + " on" + head
	}
	w += "macsec add " + dev + " " + a.Words()
	if xpn {
		w += fmt.Sprintf(" xpn %d salt %x ssci %d", a.PN, a.Salt, a.SSCI)
	} else {
		w += fmt.Sprintf(" pn %d", a.PN)
	}
	w += " " + onOff(a.Active) + fmt.Sprintf(" key %x %x", a.KeyID, a.Key)
	if encode {
		w += head + fmt.Sprintf("link set dev %s type macsec encodingsa %d", dev, a.AN)
	}
	return w
}

// DelMacsecSA takes an association away, and its channel with the last one.
func (l *Link) DelMacsecSA(ctx context.Context, sci string, an int) error {
	ns, _ := l.where()
	if err := ns.session.checkMacsec(); err != nil {
		return err
	}
	if _, _, err := l.macsecOptions(); err != nil {
		return err
	}
	have, _, err := l.macsec()
	if err != nil {
		return err
	}
	a := MacsecSA{SCI: sci, AN: an}
	if !slices.ContainsFunc(have, a.is) {
		return &Error{Thing: a.thing(l), Err: unix.ENOENT}
	}
	head := "; ip -n " + ns.Name + " "
	words := "ip macsec set " + l.Device() + " " + a.Words() + " off" + head + "macsec del " + l.Device() + " " + a.Words()
	last := sci != "" && !slices.ContainsFunc(have, func(b MacsecSA) bool { return b.SCI == sci && b.AN != an })
	if last {
		words += head + "macsec del " + l.Device() + " rx sci " + sci
	}
	return ns.session.step(ctx, ns, words, func() error {
		err := l.dropMacsecSA(a)
		if err == nil && last {
			err = l.askMacsec(behalf.DelRxSC, MacsecSA{SCI: sci}, nil)
		}
		if err != nil {
			return &Error{Thing: a.thing(l), Err: err}
		}
		return nil
	})
}

// dropMacsecSA takes it away: the kernel keeps one that is active.
func (l *Link) dropMacsecSA(a MacsecSA) error {
	set, del := behalf.UpdTxSA, behalf.DelTxSA
	if a.SCI != "" {
		set, del = behalf.UpdRxSA, behalf.DelRxSA
	}
	if err := l.askMacsec(set, a, func(b *rtnl.Batch) { b.Bool(macsecActive, false) }); err != nil {
		return err
	}
	return l.askMacsec(del, a, func(*rtnl.Batch) {})
}
