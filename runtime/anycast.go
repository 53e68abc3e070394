package runtime

import (
	"encoding/hex"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Anycast lists the IPv6 anycast addresses of the link, in the order of their
// numbers: those that the kernel makes itself, and those that sockets joined.
func (l *Link) Anycast() ([]string, error) {
	if _, err := l.State(); err != nil {
		return nil, err
	}
	ns, index := l.where()
	all, err := ns.readAnycast()
	return texts(all[index]), err
}

// JoinedAnycast lists those that sockets joined, by the index of the link.
// addrs are the addresses of the namespace: a router has the first address of
// each of its networks by itself.
func (ns *Namespace) JoinedAnycast(addrs []Addr) (map[int][]string, error) {
	all, err := ns.readAnycast()
	joined := map[int][]string{}
	for index, list := range all {
		joined[int(index)] = texts(slices.DeleteFunc(list, func(a netip.Addr) bool {
			return slices.ContainsFunc(addrs, func(own Addr) bool { return own.index == index && own.Prefix.Masked().Addr() == a })
		}))
	}
	return joined, err
}

// readAnycast reads the anycast addresses of all links, each link's in order.
// The kernel tells them in a file only.
func (ns *Namespace) readAnycast() (map[int32][]netip.Addr, error) {
	text, err := ns.procNet("anycast6")
	if err != nil && !os.IsNotExist(err) { // without IPv6
		return nil, ns.tableError("anycast addresses", err)
	}
	all := map[int32][]netip.Addr{}
	for line := range strings.Lines(string(text)) {
		w := strings.Fields(line) // index, name, address, users
		if len(w) < 3 {
			continue
		}
		index, err := strconv.ParseInt(w[0], 10, 32)
		b, err2 := hex.DecodeString(w[2])
		if a, ok := netip.AddrFromSlice(b); ok && err == nil && err2 == nil {
			all[int32(index)] = append(all[int32(index)], a)
		}
	}
	for _, list := range all {
		slices.SortFunc(list, netip.Addr.Compare)
	}
	return all, nil
}

func texts(list []netip.Addr) []string {
	words := make([]string, len(list))
	for i, a := range list {
		words[i] = a.String()
	}
	return words
}
