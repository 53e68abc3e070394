package talk

import "testing"

func TestICMPErrorsHaveNames(t *testing.T) {
	for _, c := range []struct {
		v6        bool
		typ, code uint8
		want      string
	}{
		{false, 3, 3, "port unreachable"}, {false, 3, 2, "protocol unreachable"}, {false, 3, 200, "unreachable code 200"}, {false, 11, 0, "time exceeded"},
		{false, 12, 0, "parameter problem"}, {false, 5, 1, "redirect"}, {false, 42, 7, "icmp type 42 code 7"}, {true, 1, 4, "port unreachable"},
		{true, 1, 6, "rejected by route"}, {true, 1, 99, "unreachable code 99"}, {true, 2, 0, "packet too big"}, {true, 3, 1, "time exceeded"},
		{true, 4, 1, "parameter problem"}, {true, 99, 1, "icmp type 99 code 1"},
	} {
		if got := ICMPName(c.v6, c.typ, c.code); got != c.want {
			t.Errorf("type %d code %d: got %q, want %q", c.typ, c.code, got, c.want)
		}
	}
}
