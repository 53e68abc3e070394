package rtnl

import "testing"

func TestAttrsReadsBackWhatBatchWrote(t *testing.T) {
	var b Batch
	b.U32(1, 7)
	b.Str(2, "eth0")
	b.U8(3, 9)
	var got []uint16
	for a := range Attrs(b.Bytes()) {
		got = append(got, a.Type)
		switch {
		case a.Type == 1 && a.U32() != 7, a.Type == 2 && a.Str() != "eth0", a.Type == 3 && a.U8() != 9:
			t.Errorf("attribute %d holds %x", a.Type, a.Data)
		}
	}
	if len(got) != 3 {
		t.Errorf("got attributes %v, want 3 of them", got)
	}
}

func TestAttrsEndsAtTheFirstMalformedOne(t *testing.T) {
	for _, p := range [][]byte{{}, {1}, {3, 0, 1, 0}, {200, 0, 1, 0, 5}} {
		for a := range Attrs(p) {
			t.Errorf("%x: got attribute %d, want none", p, a.Type)
		}
	}
}
