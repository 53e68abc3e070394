package main

import (
	"strings"
	"sync"
	"testing"
)

// TestLabsAtOnce: twenty of the same script, side by side, each in a world of
// its own: names, addresses and processes are the same and do not meet.
func TestLabsAtOnce(t *testing.T) {
	script := `
hub = bridge(netns("hub"))
nodes = []
for i in range(5):
    n = netns("n%d" % i)
    veth(n, hub, addr = ("10.0.0.%d/24" % (i + 1), None))
    nodes.append(n)
check(ping(nodes[0], "10.0.0.5"))
check(sh_in(nodes[1], "echo mine >/tmp/x; ip netns | wc -l; pkill -9 nobody; cat /tmp/x").lines()[-1] == "mine")
print([l.mac for n in nodes for l in [link(n, "eth0")]])
`
	const labs = 20
	texts := make([]string, labs)
	var group sync.WaitGroup
	for i := range labs {
		c := program(t, script)
		group.Go(func() {
			out, err := c.CombinedOutput()
			texts[i] = string(out)
			if err != nil {
				t.Errorf("lab %d: %v, %s", i, err, out)
			}
		})
	}
	group.Wait()
	for i, text := range texts {
		if text != texts[0] {
			t.Errorf("lab %d: got %q, want %q", i, text, texts[0])
		}
	}
}

// TestSameInEveryWay: what a script prints, and what is reported of it, does
// not depend on who runs it, nor on whether it is a stranger's.
func TestSameInEveryWay(t *testing.T) {
	script := `
a, b = netns("a", forward = True), netns("b")
l1, l2 = veth(a, b, addr = ("10.0.0.1/24", "10.0.0.2/24"), mtu = 1400)
route(b, "10.9.0.0/16", via = "10.0.0.1")
print(l1, l2, link(a, "eth0").mac, routes(b), addrs(a), neighs(a))
print(ping(a, "10.0.0.2").received, sysctl(a, "net.ipv4.ip_forward"))
print(sh_in(a, "id -u; hostname; pwd | wc -l; ulimit -c; umask; env | sort; ls /tmp /run; ip -o link; ip netns; cat /proc/1/comm; ls -ln /proc/self/fd/0 | cut -c1-10; stat -c '%u %g' /tmp /run").stdout)
print(attempt(lambda: exec_in(a, "no-such-program")))
print(attempt(lambda: veth(a, b, name = "eth0")))
expect(1 == 2, "a report")
check(exec_in(a, "false"))
`
	var first, firstErr string
	for i, w := range ways() {
		c := program(t, script, append([]string{"-x"}, w.flags...)...)
		code, stdout, stderr := said(t, c)
		tidy := func(s string) string {
			s = strings.ReplaceAll(s, c.Dir, "DIR")
			for _, f := range w.flags {
				s = strings.ReplaceAll(s, " "+f, "")
			}
			return s
		}
		stdout, stderr = tidy(stdout), tidy(stderr)
		if i == 0 {
			first, firstErr = stdout, stderr
			if code != 1 || !strings.Contains(stdout, "10.9.0.0/16") {
				t.Fatalf("got %d, %q, %q", code, stdout, stderr)
			}
			continue
		}
		if stdout != first {
			t.Errorf("%s: got\n%s\nwant\n%s", w.name, stdout, first)
		}
		if stderr != firstErr {
			t.Errorf("%s: got\n%s\nwant\n%s", w.name, stderr, firstErr)
		}
	}
}

// TestLargeLabVanishes: hundreds of nodes, each with its view and a process.
func TestLargeLabVanishes(t *testing.T) {
	c := program(t, `
for i in range(300):
    sh_in(netns("n%d" % i), "(setsid sleep 1000 >/dev/null 2>&1 &)")
print("built")
`, "--limit", "pids=4000")
	if code, stdout, stderr := said(t, c); code != 0 || stdout != "built\n" {
		t.Errorf("got %d, %q, %q", code, stdout, stderr)
	}
}
