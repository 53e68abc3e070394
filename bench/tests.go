package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The tests of these contests are generated: as many functions as cases, as a
// person would write them.

const tests = 200

// batsTest is what a test of test_pings does, for bats.
const batsTest = `
@test "pings %[1]d" {
  ip netns add a%[1]d
  ip netns add b%[1]d
  ip link add e%[1]d netns a%[1]d type veth peer name f%[1]d netns b%[1]d
  ip -n a%[1]d addr add 10.0.0.1/24 dev e%[1]d
  ip -n b%[1]d addr add 10.0.0.2/24 dev f%[1]d
  ip -n a%[1]d link set e%[1]d up
  ip -n b%[1]d link set f%[1]d up
  run ip netns exec a%[1]d ping -c1 10.0.0.2
  ip netns del a%[1]d
  ip netns del b%[1]d
  [ "$status" = 0 ]
}
`

const starTest = `
def test_pings_%d():
    a, b = netns("a"), netns("b")
    veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"))
    check(ping(a, "10.0.0.2"))
`

func (b *bench) testContests() []contest {
	write := func(name, each string, n int) {
		var w strings.Builder
		if strings.HasSuffix(name, ".bats") {
			w.WriteString("#!/usr/bin/env bats\n")
		}
		for i := range n {
			fmt.Fprintf(&w, each, i)
		}
		if err := os.WriteFile(filepath.Join(b.dir, name), []byte(w.String()), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err) // the contest fails for want of it
		}
	}
	write("pings_test.star", starTest, tests)
	write("empty_test.star", "\ndef test_empty_%d(): pass\n", tests)
	write("none_test.star", "\ndef test_none_%d(): pass\n", 1)
	write("pings.bats", batsTest, tests)
	write("empty.bats", "\n@test \"empty %d\" {\n  true\n}\n", tests)
	write("none.bats", "\n@test \"none %d\" {\n  true\n}\n", 1)
	wl := func(file string) side {
		return side{name: "wirelark", argv: []string{filepath.Join(b.dir, "wirelark"), "test", "-q", file}}
	}
	bats := func(file string) side { return side{name: "`bats`", argv: []string{"bats", file}} }
	per := func(all, one side) side {
		all.less, all.per = &one, tests-1
		return all
	}
	pings := contest{name: fmt.Sprintf("%d tests: two nodes, a cable, a ping", tests), us: wl("pings_test.star"), them: bats("pings.bats"), goal: "at least 4"}
	empty := contest{name: "one empty test, a lab from start to end", us: per(wl("empty_test.star"), wl("none_test.star")), them: per(bats("empty.bats"), bats("none.bats")), goal: "is stated"}
	if _, err := exec.LookPath("bats"); err != nil {
		fmt.Fprintln(os.Stderr, "bench: left out for want of bats:", pings.name)
		fmt.Fprintln(os.Stderr, "bench: left out for want of bats:", empty.name)
		return nil
	}
	return []contest{pings, empty}
}
