package runtime

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"wirelark/runtime/rtnl"
)

// An XfrmCipher is an algorithm that IPsec can use, as net/xfrm/xfrm_algo.c
// lists it.
type XfrmCipher struct {
	Name   string
	Kind   string // "auth", "enc", "aead" or "comp"
	Sizes  []int  // of its keys in bytes, the usual first, with the salt behind; nil if any will do
	Config string // the kernel's configuration symbol of what it is made of
}

var xfrmCiphers = []XfrmCipher{
	{"digest_null", "auth", []int{0}, "CRYPTO_NULL"},
	{"hmac(md5)", "auth", []int{16}, "CRYPTO_MD5"},
	{"hmac(sha1)", "auth", []int{20}, "CRYPTO_SHA1"},
	{"hmac(sha256)", "auth", []int{32}, "CRYPTO_SHA256"},
	{"hmac(sha384)", "auth", []int{48}, "CRYPTO_SHA512"},
	{"hmac(sha512)", "auth", []int{64}, "CRYPTO_SHA512"},
	{"hmac(rmd160)", "auth", []int{20}, "CRYPTO_RMD160"},
	{"xcbc(aes)", "auth", []int{16}, "CRYPTO_XCBC"},
	{"cmac(aes)", "auth", []int{16}, "CRYPTO_CMAC"},
	{"ecb(cipher_null)", "enc", []int{0}, "CRYPTO_NULL"},
	{"cbc(des)", "enc", []int{8}, "CRYPTO_DES"},
	{"cbc(des3_ede)", "enc", []int{24}, "CRYPTO_DES"},
	{"cbc(aes)", "enc", []int{16, 24, 32}, "CRYPTO_AES"},
	{"cbc(camellia)", "enc", []int{16, 24, 32}, "CRYPTO_CAMELLIA"},
	{"rfc3686(ctr(aes))", "enc", []int{20, 28, 36}, "CRYPTO_CTR"},
	{"rfc4106(gcm(aes))", "aead", []int{20, 28, 36}, "CRYPTO_GCM"},
	{"rfc4309(ccm(aes))", "aead", []int{19, 27, 35}, "CRYPTO_CCM"},
	{"rfc4543(gcm(aes))", "aead", []int{20, 28, 36}, "CRYPTO_GCM"},
	{"rfc7539esp(chacha20,poly1305)", "aead", []int{36}, "CRYPTO_CHACHA20POLY1305"},
	{"deflate", "comp", []int{0}, "CRYPTO_DEFLATE"},
}

// XfrmCipherNames lists the algorithms of one kind.
func XfrmCipherNames(kind string) (names []string) {
	for _, a := range xfrmCiphers {
		if a.Kind == kind {
			names = append(names, a.Name)
		}
	}
	return names
}

// XfrmCipherByName finds an algorithm that XfrmCipherNames lists.
func XfrmCipherByName(name string) XfrmCipher {
	i := slices.IndexFunc(xfrmCiphers, func(a XfrmCipher) bool { return a.Name == name })
	if i < 0 {
		return XfrmCipher{Name: name}
	}
	return xfrmCiphers[i]
}

// An XfrmAlg is an algorithm with its key.
type XfrmAlg struct {
	Name string
	Key  []byte // nil: it derives from the session's seed and the SPI
	Bits int    // of the check value that a packet carries (auth, aead); 0 for what the kernel takes by itself
}

// derive makes a key of a's usual size, the same at both ends of a lab.
func (a *XfrmAlg) derive(seed uint64, spi uint32) error {
	c := XfrmCipherByName(a.Name)
	if a.Name == "" || a.Key != nil || len(c.Sizes) == 0 {
		return nil
	}
	var err error
	a.Key, err = hkdf.Key(sha256.New, binary.BigEndian.AppendUint64(nil, seed), nil, fmt.Sprintf("%s %d", a.Name, spi), c.Sizes[0])
	return err
}

// KeyText is the key as ip shows it.
func (a XfrmAlg) KeyText() string { return "0x" + hex.EncodeToString(a.Key) }

// words is the algorithm as ip takes it, kind being "auth", "enc" or "aead".
func (a XfrmAlg) words(kind string) string {
	if a.Name == "" {
		return ""
	}
	key := a.KeyText()
	if len(a.Key) == 0 {
		key = "''"
	}
	w := fmt.Sprintf(" %s %s %s", kind, shellQuote(a.Name), key)
	if a.Bits != 0 {
		w = strings.Replace(w, " auth ", " auth-trunc ", 1) + " " + strconv.Itoa(a.Bits)
	}
	return w
}

// write appends the algorithm as struct xfrm_algo, xfrm_algo_auth or
// xfrm_algo_aead, the latter two of which say how long the check value is.
func (a XfrmAlg) write(b *rtnl.Batch, typ uint16, sized bool) {
	if a.Name == "" {
		return
	}
	p := make([]byte, 64, 72+len(a.Key))
	copy(p, a.Name)
	p = binary.NativeEndian.AppendUint32(p, uint32(8*len(a.Key)))
	if sized {
		p = binary.NativeEndian.AppendUint32(p, uint32(a.Bits))
	}
	b.Attr(typ, append(p, a.Key...))
}

// parseAlg reads what write writes.
func parseAlg(p []byte, sized bool) (a XfrmAlg) {
	head := 68
	if sized {
		head = 72
	}
	if len(p) < head {
		return a
	}
	a.Name = rtnl.Attr{Data: p[:64]}.Str()
	if sized {
		a.Bits = int(binary.NativeEndian.Uint32(p[68:]))
	}
	n := (int(binary.NativeEndian.Uint32(p[64:])) + 7) / 8
	a.Key = append([]byte{}, p[head:min(head+n, len(p))]...)
	return a
}
