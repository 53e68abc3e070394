package runtime

import "testing"

// TestMacsecNeedsWhoSetsItsKeys: where nobody may, no link is made, and it is
// said what to do.
func TestMacsecNeedsWhoSetsItsKeys(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	l, _ := pair(t, s, a, b, "", "")
	_, err := s.NewLink(t.Context(), a, LinkSpec{Kind: "macsec", On: l})
	want := "macsec: the kernel takes its keys from the machine's own root only; as root, without --sandbox; or run with --kernel 6.12, a virtual machine"
	if !IsLacking(err) {
		t.Errorf("got %v, want an Unable", err)
	}
	wantError(t, err, want)
	wantError(t, l.AddMacsecSA(t.Context(), MacsecSA{}, false), want)
	wantError(t, l.DelMacsecSA(t.Context(), "", 0), want)
	if names := linkNames(t, a); names != "eth0" {
		t.Errorf("got %s", names)
	}
}
