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
// numbers. The kernel makes them itself, and tells them in a file only.
func (l *Link) Anycast() ([]string, error) {
	if _, err := l.State(); err != nil {
		return nil, err
	}
	ns, index := l.where()
	text, err := ns.procNet("anycast6")
	if err != nil && !os.IsNotExist(err) { // without IPv6
		return nil, ns.tableError("anycast addresses", err)
	}
	var list []netip.Addr
	for line := range strings.Lines(string(text)) {
		w := strings.Fields(line) // index, name, address, users
		if len(w) < 3 || w[0] != strconv.Itoa(int(index)) {
			continue
		}
		if b, err := hex.DecodeString(w[2]); err == nil {
			if a, ok := netip.AddrFromSlice(b); ok {
				list = append(list, a)
			}
		}
	}
	slices.SortFunc(list, netip.Addr.Compare)
	words := make([]string, len(list))
	for i, a := range list {
		words[i] = a.String()
	}
	return words, nil
}
