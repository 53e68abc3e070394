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
	f.Add([]byte{10, 128, 0, 0, 255, 0, 0, 2, 0, 0, 0, 0, 5, 0, 1, 0, 1})
	f.Fuzz(func(t *testing.T, p []byte) {
		st := parseLink(p)
		_, _ = st.Up(), st.LongName()
		parseAddr(p)
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
