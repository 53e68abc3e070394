package builtins

import (
	"time"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var qdisc = &builtin{
	Name:    "qdisc",
	Group:   "set",
	Summary: "Give a link a queueing discipline: what it sends is limited, delayed, lost or put in order by it.",
	Detail: "Each kind has options of its own, with tc's names and meanings; one that the kind does not have is refused, and one that is left out keeps the default of the kernel or of tc. " +
		"Rates are in tc's units: \"10mbit\" is 10,000,000 bits a second, \"10mbps\" bytes; sizes are bytes or, as \"32kb\", multiples of 1,024. " +
		"A queue acts on what the link sends; for what it receives, redirect that to an ifb link with `tc_filter`, or give the other end the queue. " +
		"tbf: `rate`, `burst`, `limit` or `latency`, `peakrate`, `mtu`. htb: `default`, `r2q`; its classes are made by `tc_class`. " +
		"netem: `delay`, `jitter` (with each packet another delay, evenly spread or as `distribution` has it, which the kernel does not tell again), `loss`, `duplicate`, `corrupt`, `reorder`, each with its correlation, `gap`, `rate`, `limit`, `seed` (since Linux 6.6: the same packets are hit in every run; left out, it derives from the seed of the run, the namespace, the link and the place). " +
		"fq: `limit`, `flow_limit`, `quantum`, `initial_quantum`, `maxrate`, `pacing`. codel: `limit`, `target`, `interval`, `ecn`. fq_codel: these and `flows`, `quantum`, `memory_limit`. " +
		"cake: `bandwidth`, `diffserv`, `flow_mode`, `rtt`, `memory_limit`, `nat`, `wash`, `ack_filter`. sfq: `limit`, `perturb`, `quantum`. prio: `bands`, `priomap`. " +
		"red: `limit`, `min`, `max`, `avpkt`, `burst`, `probability`, `bandwidth`, `ecn`. pfifo and bfifo: `limit`. ingress, clsact (places for filters) and noqueue have none. " +
		"The queues tbf and htb count time in units of 64 ns: a burst at some 100 Mbit/s and more is read back a few bytes off. " +
		"It fails if there is one already, unless `replace`; then, as tc has it, a queue of the same kind keeps its packets and, where the kernel has it so, the options that are left out. As `tc qdisc add`.",
	Example: `a, b = netns("a"), netns("b")
e, _ = veth(a, b)
qdisc(e, "tbf", rate = "10mbit", burst = "32kb", latency = "50ms")
check(qdiscs(e)[0].options.rate == "10mbit")`,
	Returns: "None",
	Params: func(p *params) body {
		l := decl.Arg(p, "link", linkType, "the link")
		kind := decl.Arg(p, "kind", decl.OneOf(runtime.QdiscKinds()...), "its kind")
		p.KeywordsOnly()
		parent := decl.Maybe(p, "parent", qdiscPlace, `where it goes: "root", or a class such as "1:10"; left out, at the root`)
		handle := decl.Maybe(p, "handle", qdiscHandle, `its name, such as "1:", by which classes and filters refer to it; left out, the first that is free`)
		replace := decl.Or(p, "replace", decl.Bool, false, "whether one that is there is changed or replaced")
		o := qdiscOptions(p)
		return func(c *call) (starlark.Value, error) {
			spec := runtime.QdiscSpec{Kind: *kind, Parent: orZero(*parent), Handle: orZero(*handle), Replace: *replace, Options: map[string]runtime.TCValue{}}
			for _, option := range o {
				if v := *option.value; v != nil {
					spec.Options[option.name] = *v
				}
			}
			return none((*l).AddQdisc(c.Context, spec))
		}
	},
}

// A qdiscOption is one option of some kinds, and what the script said.
type qdiscOption struct {
	name  string
	value **runtime.TCValue
}

// qdiscOptions declares the options of all kinds.
func qdiscOptions(p *params) (list []qdiscOption) {
	option := func(name string, t decl.Type[runtime.TCValue], doc string) {
		list = append(list, qdiscOption{name, decl.Maybe(p, name, t, doc)})
	}
	option("rate", ofRate, "tbf, netem: the rate that packets leave at")
	option("burst", ofSize, "tbf: how many bytes may go at once, at least the largest packet; red: how many packets")
	option("limit", ofSize, "how much may wait: bytes for tbf, bfifo and red, packets for the others")
	option("latency", ofTime, "tbf: how long a packet may wait, instead of limit")
	option("peakrate", ofRate, "tbf: the rate within a burst")
	option("mtu", ofSize, "tbf: how many bytes may go at once at the peak rate")
	option("default", ofClass, `htb: the class of packets that no filter gives one, such as "1:30"; left out, they pass unlimited`)
	option("r2q", ofCount, "htb: what the rate of a class is divided by to get its quantum")
	option("delay", ofTime, "netem: how long packets are held back")
	option("jitter", ofTime, "netem: by how much the delay varies up and down")
	option("delay_correlation", ofRatio, "netem: how much a delay depends on the last one")
	option("distribution", ofWord("normal", "pareto", "paretonormal"), "netem: how the delays are spread, of which the jitter is the standard deviation or nearly so; evenly, up to the jitter, if it is left out")
	option("loss", ofRatio, "netem: the share of packets that is lost")
	option("loss_correlation", ofRatio, "netem: how much a loss depends on the last packet's")
	option("duplicate", ofRatio, "netem: the share of packets that is sent twice")
	option("duplicate_correlation", ofRatio, "netem: how much a duplication depends on the last packet's")
	option("corrupt", ofRatio, "netem: the share of packets with one bit flipped")
	option("corrupt_correlation", ofRatio, "netem: how much a corruption depends on the last packet's")
	option("reorder", ofRatio, "netem: the share of packets that is not delayed, and so overtakes others")
	option("reorder_correlation", ofRatio, "netem: how much that depends on the last packet's")
	option("gap", ofCount, "netem: of how many packets one may overtake")
	option("seed", ofCount, "netem: what its random numbers begin with, so that they repeat; left out, a number that is the same in every run")
	option("flow_limit", ofCount, "fq: how many packets of one flow may wait")
	option("quantum", ofSize, "fq, fq_codel, sfq: how many bytes a flow may send in its turn")
	option("initial_quantum", ofSize, "fq: how many bytes a new flow may send at once")
	option("maxrate", ofRate, "fq: the highest rate of one flow")
	option("pacing", ofFlag, "fq: whether flows are sent at their sockets' rates")
	option("flows", ofCount, "fq_codel: into how many queues flows are sorted")
	option("target", ofTime, "codel, fq_codel: the delay that is acceptable")
	option("interval", ofTime, "codel, fq_codel: how long the delay may exceed the target before packets are dropped")
	option("ecn", ofFlag, "codel, fq_codel, red: whether packets that allow it are marked instead of dropped")
	option("memory_limit", ofSize, "fq_codel, cake: how many bytes of memory the packets may take")
	option("bandwidth", ofRate, "cake: the rate that packets leave at, unlimited if it is left out; red: the link's, for the time it is idle, 10mbit if it is left out")
	option("diffserv", ofWord("diffserv3", "diffserv4", "diffserv8", "besteffort", "precedence"), "cake: into which priorities the DSCP sorts packets")
	option("flow_mode", ofWord("flowblind", "srchost", "dsthost", "hosts", "flows", "dual-srchost", "dual-dsthost", "triple-isolate"), "cake: between what the rate is shared fairly")
	option("rtt", ofTime, "cake: the usual round trip time")
	option("nat", ofFlag, "cake: whether hosts are told apart by their addresses before NAT")
	option("wash", ofFlag, "cake: whether the DSCP is cleared")
	option("ack_filter", ofWord("disabled", "enabled", "aggressive"), "cake: whether TCP's acknowledgements that later ones repeat are dropped")
	option("perturb", ofTime, "sfq: how often flows are sorted anew, in whole seconds")
	option("bands", ofCount, "prio: how many queues there are, 2 to 16, of which the first goes first")
	option("priomap", ofList, "prio: the queue of each of the 16 priorities, from 0")
	option("min", ofSize, "red: the average number of bytes waiting from which packets are dropped; a third of max if it is left out")
	option("max", ofSize, "red: the average from which the probability is reached; a quarter of limit, or three times min")
	option("avpkt", ofSize, "red: the size of an average packet, in bytes; 1000 if it is left out")
	option("probability", ofRatio, "red: the share of packets that is dropped at max; 2% if it is left out")
	return list
}

// as makes the type of an option's value of one of its own.
func as[T any](t decl.Type[T], to func(T) runtime.TCValue) decl.Type[runtime.TCValue] {
	return decl.Type[runtime.TCValue]{Name: t.Name, From: func(v starlark.Value) (runtime.TCValue, error) {
		x, err := t.From(v)
		return to(x), err
	}, Show: func(runtime.TCValue) string { return "None" }}
}

var (
	ofRate = as(rate, func(r runtime.Rate) runtime.TCValue {
		return runtime.TCValue{Form: runtime.FormRate, N: uint64(r)}
	})
	ofSize = as(sizeType, func(s size) runtime.TCValue {
		if s.unit {
			return runtime.TCValue{Form: runtime.FormSize, N: s.bytes}
		}
		return runtime.TCValue{Form: runtime.FormCount, N: s.bytes}
	})
	ofTime = as(decl.Duration, func(d time.Duration) runtime.TCValue {
		return runtime.TCValue{Form: runtime.FormTime, N: uint64(d)}
	})
	ofRatio = as(ratio, func(f float64) runtime.TCValue { return runtime.TCValue{Form: runtime.FormRatio, Ratio: f} })
	ofFlag  = as(decl.Bool, func(b bool) runtime.TCValue {
		v := runtime.TCValue{Form: runtime.FormFlag}
		if b {
			v.N = 1
		}
		return v
	})
	ofCount = as(decl.Int(0, 1<<63-1), func(n int) runtime.TCValue {
		return runtime.TCValue{Form: runtime.FormCount, N: uint64(n)}
	})
	ofClass = as(classHandle, func(h runtime.TCHandle) runtime.TCValue {
		return runtime.TCValue{Form: runtime.FormClass, N: uint64(h)}
	})
	ofList = as(decl.List(decl.Int(0, 15)), func(list []int) runtime.TCValue {
		v := runtime.TCValue{Form: runtime.FormList}
		for _, n := range list {
			v.List = append(v.List, uint8(n))
		}
		return v
	})
)

func ofWord(words ...string) decl.Type[runtime.TCValue] {
	return as(decl.OneOf(words...), func(s string) runtime.TCValue { return runtime.TCValue{Form: runtime.FormWord, Word: s} })
}
