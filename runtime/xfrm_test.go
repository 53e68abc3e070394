package runtime

import (
	"bytes"
	"encoding/binary"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestXfrmPolicyEquivalentsAreTrue gives one node policies and another the
// journal's commands: the kernel has the same in both.
func TestXfrmPolicyEquivalentsAreTrue(t *testing.T) {
	s := newSession(t)
	ctx := t.Context()
	a, b := node(t, s, "a"), node(t, s, "b")
	v4 := XfrmSelector{Source: prefix("10.0.0.0/24"), Dest: prefix("10.1.0.0/24")}
	udp := XfrmSelector{Source: prefix("fd00::/64"), Dest: prefix("::/0"), Proto: "udp", SPort: 5, DPort: 53}
	esp := XfrmTemplate{Source: addr("192.0.2.1"), Dest: addr("192.0.2.2"), Proto: "esp", Mode: "tunnel", ReqID: 7, SPI: 300}
	must(t, a.AddXfrmPolicy(ctx, XfrmPolicy{Sel: v4, Dir: "out", Action: "allow", Templates: []XfrmTemplate{esp}}, false))
	must(t, a.AddXfrmPolicy(ctx, XfrmPolicy{Sel: v4, Dir: "out", Action: "allow", Priority: 3, Templates: []XfrmTemplate{{Proto: "comp", Mode: "transport", Optional: true}, esp}}, true))
	must(t, a.AddXfrmPolicy(ctx, XfrmPolicy{Sel: udp, Dir: "fwd", Action: "block", Priority: 9, IfID: 4, Mark: Mark{1, 0xff}}, false))
	must(t, a.AddXfrmPolicy(ctx, XfrmPolicy{Sel: udp, Dir: "in", Action: "block", IfID: 4, Mark: Mark{1, 0xff}}, false))
	must(t, a.AddXfrmPolicy(ctx, XfrmPolicy{Sel: v4, Dir: "in", Action: "block"}, false))
	must(t, a.DelXfrmPolicy(ctx, XfrmPolicy{Sel: udp, Dir: "in", IfID: 4, Mark: Mark{1, 0xff}}))
	run(t, b, "true") // shows the names
	for _, st := range s.Steps() {
		if !strings.HasPrefix(st.Command, "ip xfrm") {
			continue
		}
		if out, err := exec.Command("sh", "-ec", strings.Replace(st.Command, "ip ", "ip -n b ", 1)).CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", st.Command, err, out)
		}
	}
	list := func(name string) string {
		out, err := exec.Command("ip", "-d", "-n", name, "xfrm", "policy").CombinedOutput()
		must(t, err)
		return string(out)
	}
	if list("a") != list("b") || strings.Count(list("a"), "src ") < 3 {
		t.Errorf("the commands give\n%s\nwant\n%s", list("b"), list("a"))
	}
	x, err := a.XfrmPolicies()
	must(t, err)
	y, err := b.XfrmPolicies()
	must(t, err)
	same := func(p, q XfrmPolicy) bool {
		return p.id() == q.id() && p.Action == q.Action && p.Priority == q.Priority && slices.Equal(p.Templates, q.Templates)
	}
	if len(x) != 3 || !slices.EqualFunc(x, y, same) {
		t.Errorf("got %v, want %v", y, x)
	}
}

// TestXfrmStatesAsWordsAndBytes: the words are those that ipsec_test.star gives
// to ip under a kernel that has IPsec, and compares.
func TestXfrmStatesAsWordsAndBytes(t *testing.T) {
	key := bytes.Repeat([]byte{0x1f}, 20)
	for words, x := range map[string]XfrmState{
		"src 10.0.0.1 dst 10.0.0.2 proto esp spi 0x100 mode transport mark 0x3 mask 0xff reqid 5 replay-window 64 flag noecn flag esn auth 'hmac(sha1)' 0x1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f enc 'cbc(aes)' 0x1f1f sel src 10.0.0.0/24 dst 10.0.1.0/24 proto udp sport 5 dport 53 limit byte-hard 9999 limit packet-hard 100 limit time-hard 60 encap espinudp 4500 4501 0.0.0.0 if_id 0x2": {
			Source: addr("10.0.0.1"), Dest: addr("10.0.0.2"), SPI: 256, Proto: "esp", Mode: "transport", Mark: Mark{3, 0xff}, ReqID: 5, ReplayWindow: 64, Flags: []string{"noecn", "esn"},
			Auth: XfrmAlg{Name: "hmac(sha1)", Key: key}, Enc: XfrmAlg{Name: "cbc(aes)", Key: key[:2]}, IfID: 2, Encap: &XfrmEncap{4500, 4501}, Limit: XfrmLimit{100, 9999, time.Minute},
			Sel: &XfrmSelector{Source: prefix("10.0.0.0/24"), Dest: prefix("10.0.1.0/24"), Proto: "udp", SPort: 5, DPort: 53}},
		"src 10.0.0.1 dst 10.0.0.3 proto esp spi 0x100 mode tunnel replay-window 20 aead 'rfc4106(gcm(aes))' 0x1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f 96": {
			Source: addr("10.0.0.1"), Dest: addr("10.0.0.3"), SPI: 256, Proto: "esp", Mode: "tunnel", ReplayWindow: 20, Aead: XfrmAlg{Name: "rfc4106(gcm(aes))", Key: key, Bits: 96}},
		"src fd00::1 dst fd00::2 proto ah spi 0x100 mode transport auth-trunc 'hmac(sha1)' 0x1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f 160": {
			Source: addr("fd00::1"), Dest: addr("fd00::2"), SPI: 256, Proto: "ah", Mode: "transport", Auth: XfrmAlg{Name: "hmac(sha1)", Key: key, Bits: 160}},
		"src fd00::1 dst fd00::2 proto comp spi 0x1 mode transport comp deflate": {
			Source: addr("fd00::1"), Dest: addr("fd00::2"), SPI: 1, Proto: "comp", Mode: "transport", Comp: "deflate"},
		"src 10.0.0.1 dst 10.0.0.2 proto esp spi 0x1 mode transport enc 'ecb(cipher_null)' ''": {
			Source: addr("10.0.0.1"), Dest: addr("10.0.0.2"), SPI: 1, Proto: "esp", Mode: "transport", Enc: XfrmAlg{Name: "ecb(cipher_null)"}},
	} {
		if x.words() != words {
			t.Errorf("got  %s\nwant %s", x.words(), words)
		}
		m := x.message().Bytes()
		if got := parseXfrmState(m[16:]); got.id() != x.id() || got.ReqID != x.ReqID || got.Limit != x.Limit || !slices.Equal(got.Flags, x.Flags) || got.ReplayWindow != x.ReplayWindow {
			t.Errorf("read back: got %+v, want %+v", got, x)
		}
	}
}

func TestXfrmKeysDeriveFromSeedAndSPI(t *testing.T) {
	derive := func(seed uint64, spi uint32, name string) string {
		a := XfrmAlg{Name: name}
		must(t, a.derive(seed, spi))
		return a.KeyText()
	}
	first := derive(1, 256, "cbc(aes)")
	if len(first) != 2+32 || first != derive(1, 256, "cbc(aes)") {
		t.Errorf("got %s, want 16 bytes that repeat", first)
	}
	for _, other := range []string{derive(2, 256, "cbc(aes)"), derive(1, 257, "cbc(aes)"), derive(1, 256, "xcbc(aes)")} {
		if other == first {
			t.Errorf("got %s again", other)
		}
	}
	given := XfrmAlg{Name: "cbc(aes)", Key: []byte{}}
	if must(t, given.derive(1, 1)); len(given.Key) != 0 {
		t.Errorf("got %x in place of a key that was given", given.Key)
	}
}

// FuzzXfrm reads arbitrary bytes as the kernel's.
func FuzzXfrm(f *testing.F) {
	f.Add(make([]byte, 300))
	f.Fuzz(func(t *testing.T, p []byte) {
		if len(p) >= sizeofXfrmState {
			_ = parseXfrmState(p)
		}
		if len(p) >= sizeofXfrmPolicy && int(p[160]) < len(xfrmDirs) {
			x := parseXfrmPolicy(p)
			_ = x.id()
		}
		if len(p) >= 4 {
			binary.NativeEndian.PutUint32(p, 1<<31)
		}
		_, _ = parseAlg(p, true), parseAlg(p, false)
	})
}
