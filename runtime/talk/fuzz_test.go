package talk

import "testing"

// FuzzParse: what is read as an address with a port is read again the same.
func FuzzParse(f *testing.F) {
	for _, s := range []string{":80", "10.0.0.1:80", "[fd00::1]:80", "[fe80::1%eth0]:80", "[::ffff:10.0.0.1]:1", ":", ":65536", "[::1%]:1", "x:1", "[::1]", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := Parse(s)
		if err != nil || !a.Addr().IsValid() {
			return
		}
		if b, err := Parse(a.String()); err != nil || b != a {
			t.Errorf("%q: got %s, and of that %s, %v", s, a, b, err)
		}
	})
}

// FuzzSaid: no control message, however it is cut, makes reading one panic.
func FuzzSaid(f *testing.F) {
	f.Add([]byte{48, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11, 0, 0, 0, 111, 0, 0, 0, 2, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, oob []byte) {
		if s, ok := readSaid(oob); ok && s.name == "" {
			t.Errorf("got %+v, want a name", s)
		}
	})
}
