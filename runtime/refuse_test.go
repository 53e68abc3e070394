package runtime

import "testing"

// TestWhatBuiltinsNeverAskForIsRefusedToo: their parameters take no such
// values; who calls this package directly is told all the same.
func TestWhatBuiltinsNeverAskForIsRefusedToo(t *testing.T) {
	s := newSession(t)
	a := node(t, s, "a")
	e, _ := pair(t, s, a, node(t, s, "b"), "", "")
	ctx := t.Context()
	for want, err := range map[string]error{
		`vlan 10-20 of interface eth0 in a cannot be the pvid, which is one`:           e.AddVLANs(ctx, VLANRange{Range: Range{Low: 10, High: 20}, PVID: true}),
		`neighbour state "slow" is unknown`:                                            e.AddNeigh(ctx, NeighSpec{State: "slow"}),
		`qdisc kind "slow" is unknown`:                                                 e.AddQdisc(ctx, QdiscSpec{Kind: "slow"}),
		`parent is ingress, where only filters can be: qdisc "clsact" makes the place`: e.AddQdisc(ctx, QdiscSpec{Kind: "pfifo", Parent: TCIngress}),
		`distribution is "slow", which is none of normal, pareto, paretonormal`: e.AddQdisc(ctx, QdiscSpec{Kind: "netem", Options: map[string]TCValue{
			"delay": {N: 1}, "jitter": {N: 1}, "distribution": {Form: FormWord, Word: "slow"}}}),
	} {
		wantError(t, err, want)
	}
}

// TestNftThatIsNotUnderstood: what it says is told with the place.
func TestNftThatIsNotUnderstood(t *testing.T) {
	for text, want := range map[string]string{
		`nft`:                          "nft's output: invalid character 'f' in literal null (expecting 'u')",
		`{"nftables": [{"chain": 1}]}`: "nft's output: chain: json: cannot unmarshal number into Go value of type struct { Family string; Name string; Table string; Chain string }",
	} {
		_, err := parseRuleset([]byte(text))
		wantError(t, err, want)
	}
}

// TestNodeThatIsOverrunIsEnded: what multiplies faster than it can be killed
// ends with all other processes of its node, and no command begins there.
func TestNodeThatIsOverrunIsEnded(t *testing.T) {
	s := newSession(t)
	a := node(t, s, "a")
	_, err := a.Run(t.Context(), Command{Argv: []string{"true"}})
	must(t, err)
	wantError(t, a.overrun("program bomb in a"), "program bomb in a left processes that multiplied faster than they could be killed, so all processes of a were ended; no command can run there any more")
	_, err = a.Run(t.Context(), Command{Argv: []string{"true"}})
	wantError(t, err, "node a has no processes any more: they multiplied faster than they could be killed")
}
