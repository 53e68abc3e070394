package runtime

import (
	"testing"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

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
	var flow rtnl.Batch
	flow.Raw([]byte{2, 0, 0, 0})
	for _, typ := range []uint16{ctaTupleOrig, ctaTupleReply} {
		tuple := flow.Nest(typ)
		ends := flow.Nest(ctaTupleIP)
		flow.Attr(ctaIPv4Src, []byte{10, 0, 0, 1})
		flow.Attr(ctaIPv4Dst, []byte{10, 0, 0, 2})
		flow.Unnest(ends)
		ports := flow.Nest(ctaTupleProto)
		flow.U8(ctaProtoNum, 17)
		flow.Attr(ctaProtoSrcPort, []byte{0, 53})
		flow.Unnest(ports)
		flow.Unnest(tuple)
	}
	f.Add(flow.Bytes())
	f.Add([]byte(`{"nftables": [{"table": {"family": "ip", "name": "t"}}, {"chain": {"family": "ip", "table": "t", "name": "c"}}, {"rule": {"family": "ip", "table": "t", "chain": "c", "expr": [{"counter": {"packets": 1}}]}}]}`))
	for _, k := range qdiscKinds {
		if o, _, err := k.encode(trial[k.name]); err == nil && o != nil {
			f.Add(queueMessage(k.name, o.bytes()))
		}
	}
	f.Add(queueMessage("htb", (&ClassSpec{Rate: 1e6}).payload().bytes()))
	for _, kind := range []string{"u32", "flower", "matchall"} {
		spec := FilterSpec{Kind: kind, Protocol: "ip", Action: "police", Rate: 1e6, Burst: 1e4, Match: FilterMatch{Source: prefix("10.0.0.0/8"), Proto: 6, Dport: 80}}
		var m rtnl.Batch
		if _, err := spec.message(&m, 2, 0); err == nil {
			f.Add(m.Bytes()[unix.SizeofNlMsghdr:])
		}
	}
	var socket rtnl.Batch
	socket.Raw(append([]byte{unix.AF_INET6, 1, 0, 0, 0, 80, 0x80, 0}, make([]byte, sizeofDiagMsg-8)...))
	socket.Attr(diagInfo, make([]byte, 104))
	socket.Str(diagCong, "cubic")
	f.Add(socket.Bytes())
	f.Add([]byte("entries  found\n00000001  0000000f\n00000001\n"))
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
		if w, ok := parseFlow(p); ok && !(w.Original.Source.Addr().IsValid() && w.Original.Dest.Addr().IsValid()) {
			t.Errorf("got flow %v", w.Original)
		}
		_, _ = parseRuleset(p)
		if r, ok := parseRule(p); ok && (r.Priority == nil || r.String() == "") {
			t.Errorf("got rule %v", r)
		}
		parseFDB(p)
		parseMDBs(p)
		parseMDB(p)
		parseVLANs(p)
		parseMRoute(p)
		if len(p) >= 8 {
			h := parseNexthop(p)
			_ = h.words()
		}
		for i := range kinds {
			kind := LinkState{Kind: kinds[i].name, data: p}
			kind.Settings()
		}
		for typ := range encapNames {
			if e := parseEncap(typ, p); e == nil || e.Words() == "" {
				t.Errorf("got encapsulation %v", e)
			}
		}
		parseLocal6(p)
		parseCounters(p)
		parsePort(p)
		parseBridge(p)
		controlInfo(p)
		readQueue(t, p)
		parsePairs(p)
		parseColumns(p)
		parseConntrack(p)
		if s, ok := parseSocket(p); ok && !(s.Local.Addr().IsValid() && s.Peer.Addr().IsValid()) {
			t.Errorf("got socket of %v and %v", s.Local, s.Peer)
		}
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

func queueMessage(kind string, options []byte) []byte {
	var m rtnl.Batch
	m.Raw(tcmsg(2, 1<<16, TCRoot, 1))
	m.Str(nl.TCA_KIND, kind)
	m.Attr(nl.TCA_OPTIONS, options)
	return m.Bytes()
}

// readQueue reads arbitrary bytes as what the kernel tells of a qdisc of each
// kind, a class and a filter.
func readQueue(t *testing.T, p []byte) {
	m, ok := parseTC(p)
	if !ok {
		return
	}
	for _, k := range qdiscKinds {
		if o := k.decode(m.options, m.handle); len(o) != len(k.options) {
			t.Errorf("%s: got %d options, want %d", k.name, len(o), len(k.options))
		}
	}
	parseClass(m)
	for _, kind := range []string{"u32", "flower", "matchall"} {
		m.kind = kind
		if f, ok := parseFilter(m); ok && f.Match.Source.IsValid() && f.Match.Source.Bits() == 0 {
			t.Errorf("%s: got source %s", kind, f.Match.Source)
		}
	}
}
