package runtime

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// hosts is /etc/hosts of the lab, which names all nodes. There is one, in what
// lies under the nodes' own /etc: a node that writes in it gets its own.
type hosts struct {
	mu    sync.Mutex
	nodes []*Namespace // that it names, or would if they had addresses
	text  string
}

// shareHosts brings /etc/hosts up to date if addresses have changed since.
func (s *Session) shareHosts() error {
	h := &s.hosts
	h.mu.Lock()
	defer h.mu.Unlock()
	list := s.Namespaces()
	changed := !slices.Equal(list, h.nodes)
	for _, ns := range list {
		if !ns.readdressed.Swap(false) {
			continue
		}
		addrs, err := ns.hostAddrs()
		if err != nil {
			return err
		}
		ns.reached, changed = addrs, true
	}
	if !changed {
		return nil
	}
	h.nodes = list
	text := hostsText(list)
	if text == h.text {
		return nil
	}
	h.text = text
	// In place, and shorter only at the end: who reads it meanwhile finds no
	// empty file.
	f, err := os.OpenFile(filepath.Join(s.stock.dir, "etc/hosts"), os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteAt([]byte(text), 0)
	}
	if err == nil {
		err = f.Truncate(int64(len(text)))
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return &Error{Thing: "/etc/hosts of the nodes", Err: err}
	}
	return nil
}

// hostAddrs are the addresses at which other nodes reach this one.
func (ns *Namespace) hostAddrs() ([]netip.Addr, error) {
	var list []netip.Addr
	err := ns.eachAddr(unix.AF_UNSPEC, func() { list = nil }, func(a addrOn, _ uint32) {
		if a.addr.IsGlobalUnicast() {
			list = append(list, a.addr)
		}
	})
	return list, err
}

// hostsText is /etc/hosts. The first address of a node is the one that most
// programs take.
func hostsText(list []*Namespace) string {
	var b strings.Builder
	b.WriteString("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n")
	for _, ns := range list {
		for _, a := range ns.reached {
			fmt.Fprintf(&b, "%s\t%s\n", a, ns.Name)
		}
	}
	return b.String()
}
