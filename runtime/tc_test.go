package runtime

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

func tcRate(r Rate) TCValue          { return TCValue{Form: FormRate, N: uint64(r)} }
func tcSize(n uint64) TCValue        { return TCValue{Form: FormSize, N: n} }
func tcSpan(d time.Duration) TCValue { return TCValue{Form: FormTime, N: uint64(d)} }

var counted = regexp.MustCompile(`(direct_packets_stat|"direct_packets_stat":|index|ref|bind) ?\d+|used \d+ sec`)

// queues is what tc tells of a link's queues, but for what is counted; qdiscs
// also in JSON, where numbers are whole.
func queues(t *testing.T, ns *Namespace, device string) string {
	t.Helper()
	var all strings.Builder
	for _, what := range []string{"-j qdisc show", "-r qdisc show", "-r class show", "-r filter show", "-r filter show ingress", "-r filter show egress"} {
		what = strings.Replace(what, "show", "show dev "+device, 1)
		out, err := exec.Command("sh", "-c", "ip netns exec "+ns.Name+" tc -d "+what).Output()
		if err != nil {
			t.Fatalf("tc %s: %v", what, err)
		}
		fmt.Fprintf(&all, "%s:\n%s\n", what, counted.ReplaceAllString(string(out), ""))
	}
	return all.String()
}

// TestQueuesAreAsTCMakesThem builds queues, runs the journal's commands in
// another node, and compares what tc tells of both. Where ticks are told, bursts
// take whole ticks and microseconds: tc of iproute2 6.1 drops the rest.
func TestQueuesAreAsTCMakesThem(t *testing.T) {
	h := func(s string) TCHandle { h, _ := ParseTCHandle(s); return h }
	class := func(id, parent string, rate, ceil Rate, burst, cburst uint64) func(*Link) error {
		return func(l *Link) error {
			return l.AddClass(t.Context(), ClassSpec{ID: h(id), Parent: h(parent), Rate: rate, Ceil: ceil, Burst: burst, Cburst: cburst, Prio: 3, Quantum: 5000})
		}
	}
	put := func(kind, parent, handle string, o map[string]TCValue) func(*Link) error {
		return func(l *Link) error {
			return l.AddQdisc(t.Context(), QdiscSpec{Kind: kind, Parent: h(parent), Handle: h(handle), Options: o, Replace: true})
		}
	}
	filter := func(f FilterSpec) func(*Link) error {
		return func(l *Link) error {
			spec := f
			if spec.Action != "" {
				spec.To = l
			}
			return l.AddFilter(t.Context(), spec)
		}
	}
	tbf := func(rate Rate, burst uint64, more ...TCValue) map[string]TCValue {
		o := map[string]TCValue{"rate": tcRate(rate), "burst": tcSize(burst), "limit": tcSize(99999)}
		if len(more) == 2 {
			o["peakrate"], o["mtu"] = more[0], more[1]
		}
		return o
	}
	dscp := uint8(46)
	for name, steps := range map[string][]func(*Link) error{
		"slow":    {put("tbf", "", "", tbf(8000, 1540))},
		"usual":   {put("tbf", "", "", tbf(10e6, 32<<10))},
		"uneven":  {put("tbf", "", "", tbf(7_777_777, 12345))},
		"fast":    {put("tbf", "", "", tbf(10e9, 1<<20))},
		"wide":    {put("tbf", "", "", tbf(80e9, 4<<20))},
		"peak":    {put("tbf", "", "", tbf(1e6, 5000, tcRate(2e6), tcSize(1540)))},
		"waiting": {put("tbf", "", "", map[string]TCValue{"rate": tcRate(10e6), "burst": tcSize(5000), "latency": tcSpan(333 * time.Millisecond)})},
		"fifo":    {put("pfifo", "", "5:", nil)},
		"bytes":   {put("bfifo", "", "5:", map[string]TCValue{"limit": tcSize(77777)})},
		"changed": {put("pfifo", "", "1:", nil), put("bfifo", "", "1:", nil), put("bfifo", "", "", map[string]TCValue{"limit": tcSize(7)})},
		"classes": {
			put("htb", "", "1:", map[string]TCValue{"default": {Form: FormClass, N: uint64(h("1:2a"))}, "r2q": {N: 30}}),
			class("1:1", "", 10e6, 0, 0, 0), class("1:2a", "1:1", 4e6, 10e6, 12500, 25000), class("1:2b", "1:1", 80e9, 88e9, 640_000, 704_000),
			put("tbf", "1:2a", "", tbf(1e6, 5000)), put("pfifo", "1:2b", "", nil),
			filter(FilterSpec{Kind: "u32", Parent: h("1:"), FlowID: h("1:2b")}),
			filter(FilterSpec{Kind: "u32", Parent: h("1:"), Prio: 5, FlowID: h("1:2b"), Match: FilterMatch{Source: prefix("10.0.0.0/9"), Dest: prefix("10.1.2.3/32"), Proto: 6, Sport: 8, Dport: 9, DSCP: &dscp}}),
			filter(FilterSpec{Kind: "u32", Parent: h("1:"), Prio: 4, FlowID: h("1:2b"), Match: FilterMatch{Source: prefix("fd00::/70"), Dest: prefix("fd00:1::/32"), Proto: 17, Dport: 9, DSCP: &dscp}}),
			filter(FilterSpec{Kind: "u32", Parent: h("1:2a"), Prio: 6, FlowID: h("1:2b"), Protocol: "arp"}),
		},
		"ingress": {put("ingress", "", "", nil), filter(FilterSpec{Kind: "u32", Parent: TCIngress, Action: "redirect", Match: FilterMatch{Source: prefix("10.0.0.0/8")}})},
		"clsact": {
			put("clsact", "", "", nil), filter(FilterSpec{Kind: "u32", Parent: TCEgress, Prio: 7, Action: "mirror"}),
			filter(FilterSpec{Kind: "u32", Parent: TCEgress, Prio: 8, Action: "mirror"}),
			func(l *Link) error { return l.DelFilters(t.Context(), TCEgress, 7) },
		},
		"gone": {
			put("htb", "", "1:", nil), class("1:1", "", 10e6, 0, 0, 0), class("1:2", "", 10e6, 0, 0, 0), put("pfifo", "1:2", "", nil),
			func(l *Link) error { return l.DelQdisc(t.Context(), h("1:2")) },
			func(l *Link) error { return l.DelClass(t.Context(), h("1:1")) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSession(t)
			a, b := node(t, s, "a"), node(t, s, "b")
			l, _ := pair(t, s, a, b, "", "")
			run(t, a, "true") // shows the names
			before := len(s.Steps())
			for _, step := range steps {
				must(t, step(l))
			}
			got := queues(t, a, "eth0")
			var script strings.Builder
			for _, st := range s.Steps()[before:] {
				fmt.Fprintln(&script, strings.ReplaceAll(st.Shell(), "-n a ", "-n b "))
			}
			if out, err := exec.Command("sh", "-exc", script.String()).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if want := queues(t, b, "eth0"); got != want {
				t.Errorf("got\n%s\nwant\n%s\nby\n%s", got, want, script.String())
			}
		})
	}
}

// TestTicksAreTheKernels: the length of a tick is what the kernel says it is.
func TestTicksAreTheKernels(t *testing.T) {
	b, err := os.ReadFile("/proc/net/psched")
	if err != nil {
		t.Fatal(err)
	}
	var nanos, ticks, clock, hz int
	if _, err := fmt.Sscanf(string(b), "%x %x %x %x", &nanos, &ticks, &clock, &hz); err != nil {
		t.Fatal(err)
	}
	if got := 1000 * ticks / nanos; got != tickNanos || clock != 1e6 {
		t.Errorf("got ticks of %d ns, want %d", got, tickNanos)
	}
}

func TestCodelTellsTheTimeThatItWasGiven(t *testing.T) {
	wrong := 0
	for given := uint64(1); given < 200_000; given++ {
		told := (given * 1000 >> 10 << 10) / 1000 // as the kernel rounds
		if got := codelMicros(told); got != given {
			wrong++
			if given%10 == 0 {
				t.Errorf("got %d µs for %d", got, given)
			}
		}
	}
	if wrong > 200_000/20 {
		t.Errorf("got %d wrong of 200000", wrong)
	}
}
