package runtime

import (
	"testing"

	"wirelark/runtime/rtnl"
)

// FuzzParse reads arbitrary bytes as messages of the kernel.
func FuzzParse(f *testing.F) {
	var b rtnl.Batch
	b.Ifinfo(0, 2, 1, 1)
	b.Str(3, "eth0")
	info := b.Nest(18)
	b.Attr(1, []byte("bridge"))
	data := b.Nest(2)
	b.Attr(11, []byte{0x80, 0, 2, 0, 0, 0, 0, 1})
	b.Unnest(data)
	b.Attr(4, []byte("bridge"))
	b.Attr(5, nil)
	b.Unnest(info)
	b.Attr(23, make([]byte, 8*24))
	f.Add(b.Bytes())
	var route rtnl.Batch
	route.Raw([]byte{2, 24, 0, 0, 254, 4, 0, 1, 0, 0, 0, 0})
	route.Attr(1, []byte{10, 0, 0, 0})
	hops := route.Nest(9)
	route.Raw([]byte{16, 0, 0, 2, 3, 0, 0, 0})
	route.Attr(5, []byte{10, 0, 0, 1})
	route.Raw([]byte{32, 0, 0, 0, 4, 0, 0, 0})
	route.Attr(18, append([]byte{10, 0}, make([]byte, 16)...))
	route.Unnest(hops)
	metrics := route.Nest(8)
	route.U32(2, 1300)
	route.Unnest(metrics)
	f.Add(route.Bytes())
	var neigh rtnl.Batch
	neigh.Raw([]byte{2, 0, 0, 0, 3, 0, 0, 0, 2, 0, 8, 1})
	neigh.Attr(1, []byte{10, 0, 0, 1})
	neigh.Attr(2, []byte{2, 0, 0, 0, 0, 1})
	f.Add(neigh.Bytes())
	f.Add([]byte{10, 128, 0, 0, 255, 0, 0, 2, 0, 0, 0, 0, 5, 0, 1, 0, 1})
	f.Fuzz(func(t *testing.T, p []byte) {
		st := parseLink(p)
		_, _ = st.Up(), st.LongName()
		parseAddrOn(p)
		if a, ok := parseAddr(p); ok && !a.Prefix.IsValid() {
			t.Errorf("got address %v", a.Prefix)
		}
		if n, ok := parseNeigh(p); ok && !n.IP.IsValid() {
			t.Error("got a neighbour without address")
		}
		if r, _, ok := parseRoute(p); ok && !r.Dst.IsValid() {
			t.Errorf("got route to %v", r.Dst)
		}
		if r, ok := parseRule(p); ok && (r.Priority == nil || r.words() == "") {
			t.Errorf("got rule %v", r)
		}
		parseFDB(p)
		parseMDBs(p)
		parseMDB(p)
		parseVLANs(p)
		parseLocal6(p)
		parseCounters(p)
		parsePort(p)
		parseBridge(p)
		controlInfo(p)
		parsePairs(p)
		parseColumns(p)
		fullStall(p)
		e := &echoer{res: &PingResult{}, answered: map[int]bool{}}
		if len(p) >= 16 {
			e.oneError(p, p, false)
			e.oneError(p, p[:len(p)/2], true)
		}
		if path, err := sysctlPath(string(p)); err == nil && (len(path) < 4 || path[:4] != "net/") {
			t.Errorf("%q: got path %q outside of net", p, path)
		}
		if name := string(p); checkLinkName(name) == nil && len(kernelName(name)) > maxName {
			t.Errorf("%q: got kernel name %q", name, kernelName(name))
		}
	})
}
