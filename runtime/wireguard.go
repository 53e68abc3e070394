package runtime

import (
	"context"
	"crypto/ecdh"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.zx2c4.com/wireguard/wgctrl"
	"golang.zx2c4.com/wireguard/wgctrl/wgtypes"
)

// WireguardKeys is a pair of keys, in base64 as wg(8) writes them.
type WireguardKeys struct{ Private, Public string }

// WireguardKey is the pair of a name: the same in every run of a seed.
func (s *Session) WireguardKey(name string) WireguardKeys {
	k := sha256.Sum256([]byte("wireguard\x00" + strconv.FormatUint(s.opt.Seed, 10) + "\x00" + name))
	k[0], k[31] = k[0]&248, k[31]&127|64 // RFC 7748
	private := base64.StdEncoding.EncodeToString(k[:])
	public, _ := PublicKey(private) // any 32 bytes are a key
	return WireguardKeys{private, public}
}

// PublicKey is the public part of a private key.
func PublicKey(private string) (string, error) {
	b, err := base64.StdEncoding.DecodeString(private)
	if err != nil {
		return "", err
	}
	k, err := ecdh.X25519().NewPrivateKey(b)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(k.PublicKey().Bytes()), nil
}

// IsWireguardKey reports whether a text is a key.
func IsWireguardKey(s string) bool {
	_, err := wgtypes.ParseKey(s)
	return err == nil
}

// A WireguardDevice is what a WireGuard link has besides its peers.
type WireguardDevice struct {
	WireguardKeys
	ListenPort, FWMark int
}

// A WireguardPeer is one other end of a WireGuard link.
type WireguardPeer struct {
	PublicKey    string
	PresharedKey string         // "" for none
	Endpoint     netip.AddrPort // invalid if it is not known
	AllowedIPs   []netip.Prefix
	Keepalive    time.Duration // 0 for none

	// As the kernel tells it.
	Handshake        bool // there has been one
	RxBytes, TxBytes uint64
}

// SetWireguard gives a WireGuard link its key, its port and its mark; those
// that are nil stay.
func (l *Link) SetWireguard(ctx context.Context, private *string, port, mark *int) error {
	var cfg wgtypes.Config
	words := "wg set " + l.Device()
	if private != nil {
		k, err := wgtypes.ParseKey(*private)
		if err != nil {
			return refuse("private key of "+l.thing(), "is no key of 32 bytes in base64")
		}
		cfg.PrivateKey = &k
		words = "echo " + *private + " | " + words + " private-key /dev/stdin"
	}
	if port != nil {
		cfg.ListenPort = port
		words += fmt.Sprintf(" listen-port %d", *port)
	}
	if mark != nil {
		cfg.FirewallMark = mark
		words += fmt.Sprintf(" fwmark %d", *mark)
	}
	return l.configure(ctx, words, cfg)
}

// AddWireguardPeer adds a peer, or changes one: what is given takes the place
// of what was.
func (l *Link) AddWireguardPeer(ctx context.Context, p WireguardPeer) error {
	key, err := wgtypes.ParseKey(p.PublicKey)
	if err != nil {
		return refuse("peer of "+l.thing(), "has no public key of 32 bytes in base64")
	}
	cfg := wgtypes.PeerConfig{PublicKey: key, ReplaceAllowedIPs: true, PersistentKeepaliveInterval: &p.Keepalive}
	words := "wg set " + l.Device() + " peer " + p.PublicKey
	if p.PresharedKey != "" {
		k, err := wgtypes.ParseKey(p.PresharedKey)
		if err != nil {
			return refuse("preshared key of "+l.thing(), "is no key of 32 bytes in base64")
		}
		cfg.PresharedKey = &k
		words = "echo " + p.PresharedKey + " | " + words + " preshared-key /dev/stdin"
	}
	if p.Endpoint.IsValid() {
		cfg.Endpoint = net.UDPAddrFromAddrPort(p.Endpoint)
		words += " endpoint " + p.Endpoint.String()
	}
	words += fmt.Sprintf(" persistent-keepalive %d allowed-ips ", p.Keepalive/time.Second)
	for i, a := range p.AllowedIPs {
		cfg.AllowedIPs = append(cfg.AllowedIPs, net.IPNet{IP: a.Addr().AsSlice(), Mask: net.CIDRMask(a.Bits(), a.Addr().BitLen())})
		if i > 0 {
			words += ","
		}
		words += a.String()
	}
	if len(p.AllowedIPs) == 0 {
		words += "''"
	}
	if err := l.Namespace().session.Ready(ctx); err != nil { // it may be sent something at once
		return err
	}
	return l.configure(ctx, words, wgtypes.Config{Peers: []wgtypes.PeerConfig{cfg}})
}

// DelWireguardPeer removes a peer.
func (l *Link) DelWireguardPeer(ctx context.Context, public string) error {
	key, err := wgtypes.ParseKey(public)
	if err != nil {
		return refuse("peer of "+l.thing(), "has no public key of 32 bytes in base64")
	}
	peers, err := l.WireguardPeers()
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(peers, func(p WireguardPeer) bool { return p.PublicKey == public }) {
		return refuse("peer "+public+" of "+l.thing(), "does not exist")
	}
	return l.configure(ctx, "wg set "+l.Device()+" peer "+public+" remove", wgtypes.Config{Peers: []wgtypes.PeerConfig{{PublicKey: key, Remove: true}}})
}

func (l *Link) configure(ctx context.Context, words string, cfg wgtypes.Config) error {
	if strings.Contains(words, "|") {
		words = "sh -c " + shellQuote(words)
	}
	ns, _ := l.where()
	return ns.session.step(ctx, ns, words, func() error {
		return l.wireguard(func(c *wgctrl.Client) error { return c.ConfigureDevice(l.Device(), cfg) })
	})
}

// wireguard does something with a client in the link's namespace: its socket
// belongs to the one of the thread that opens it.
func (l *Link) wireguard(f func(c *wgctrl.Client) error) error {
	ns, _ := l.where()
	err := ns.thread.do(func() error {
		c, err := wgctrl.New()
		if err != nil {
			return err
		}
		defer c.Close()
		return f(c)
	})
	if errors.Is(err, os.ErrNotExist) {
		if _, err := l.State(); err != nil {
			return err
		}
		return refuse(l.thing(), "is no WireGuard link")
	}
	if err != nil {
		return &Error{Thing: l.thing(), Err: err}
	}
	return nil
}

func (l *Link) wireguardDevice() (d *wgtypes.Device, err error) {
	err = l.wireguard(func(c *wgctrl.Client) error { d, err = c.Device(l.Device()); return err })
	return d, err
}

// Wireguard reads what a WireGuard link has.
func (l *Link) Wireguard() (*WireguardDevice, error) {
	d, err := l.wireguardDevice()
	if err != nil {
		return nil, err
	}
	w := &WireguardDevice{ListenPort: d.ListenPort, FWMark: d.FirewallMark}
	if d.PrivateKey != (wgtypes.Key{}) {
		w.WireguardKeys = WireguardKeys{d.PrivateKey.String(), d.PublicKey.String()}
	}
	return w, nil
}

// WireguardPeers reads the peers of a WireGuard link, by public key.
func (l *Link) WireguardPeers() ([]WireguardPeer, error) {
	d, err := l.wireguardDevice()
	if err != nil {
		return nil, err
	}
	list := make([]WireguardPeer, len(d.Peers))
	for i, p := range d.Peers {
		w := WireguardPeer{PublicKey: p.PublicKey.String(), Keepalive: p.PersistentKeepaliveInterval, Handshake: !p.LastHandshakeTime.IsZero(), RxBytes: uint64(p.ReceiveBytes), TxBytes: uint64(p.TransmitBytes)}
		if p.PresharedKey != (wgtypes.Key{}) {
			w.PresharedKey = p.PresharedKey.String()
		}
		if p.Endpoint != nil {
			a := p.Endpoint.AddrPort()
			w.Endpoint = netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
		}
		for _, n := range p.AllowedIPs {
			a, _ := netip.AddrFromSlice(n.IP)
			bits, _ := n.Mask.Size()
			w.AllowedIPs = append(w.AllowedIPs, netip.PrefixFrom(a.Unmap(), bits))
		}
		slices.SortFunc(w.AllowedIPs, func(a, b netip.Prefix) int {
			if c := a.Addr().Compare(b.Addr()); c != 0 {
				return c
			}
			return a.Bits() - b.Bits()
		})
		list[i] = w
	}
	slices.SortFunc(list, func(a, b WireguardPeer) int { return strings.Compare(a.PublicKey, b.PublicKey) })
	return list, nil
}
