package runtime

import (
	"maps"
	"slices"
	"time"
)

// A qdiscKind is a kind of queueing discipline: what it is called, the module
// that has it, and its options, from whose rows the kernel's message, tc's
// words and what a script reads all derive.
type qdiscKind struct {
	name    string
	place   TCHandle // where alone it can be; 0 for anywhere
	head    int      // the size of the structure at the head
	sizes   map[uint16]int
	options []tcOption

	// finish adds what the rows do not say; it may change what the caller gave.
	finish func(o tcOptions, p *tcPayload) error
	// derive is the values of the options that have no place of their own.
	derive func(p *tcPayload, handle TCHandle) tcOptions
	always bool // whether the kernel gets the options even if none was given
}

// tcOptions are values by the names of their options.
type tcOptions map[string]TCValue

// number is the value of an option, 0 if it is not there.
func (o tcOptions) number(name string) uint64 { return o[name].N }

// rate is the value of an option as a rate.
func (o tcOptions) rate(name string) Rate { return Rate(o[name].N) }

// has reports whether an option is there.
func (o tcOptions) has(name string) bool { _, ok := o[name]; return ok }

const us = time.Microsecond

// The attributes are those of linux/pkt_sched.h.
var qdiscKinds = []*qdiscKind{
	{name: "bfifo", head: 4, options: []tcOption{
		{name: "limit", form: FormSize, word: "limit", width: 4},
	}},
	{name: "cake", always: true, finish: finishCake, options: []tcOption{
		{name: "bandwidth", form: FormRate, word: "bandwidth", attr: 2, width: 8},
		{name: "diffserv", form: FormWord, attr: 3, width: 4, words: same("diffserv3", "diffserv4", "diffserv8", "besteffort", "precedence")},
		{name: "flow_mode", form: FormWord, attr: 5, width: 4, words: same("flowblind", "srchost", "dsthost", "hosts", "flows", "dual-srchost", "dual-dsthost", "triple-isolate")},
		{name: "rtt", form: FormTime, word: "rtt", attr: 7, width: 4, unit: us},
		{name: "memory_limit", form: FormSize, word: "memlimit", attr: 10, width: 4},
		{name: "nat", form: FormFlag, word: "nat", no: "nonat", attr: 11, width: 4},
		{name: "wash", form: FormFlag, word: "wash", no: "nowash", attr: 13, width: 4},
		{name: "ack_filter", form: FormWord, attr: 16, width: 4, words: [][2]string{{"disabled", "no-ack-filter"}, {"enabled", "ack-filter"}, {"aggressive", "ack-filter-aggressive"}}},
	}},
	{name: "clsact", place: tcClsact},
	{name: "codel", always: true, options: []tcOption{
		{name: "limit", form: FormCount, word: "limit", attr: 2, width: 4},
		{name: "target", form: FormTime, word: "target", attr: 1, width: 4, unit: us, coded: true},
		{name: "interval", form: FormTime, word: "interval", attr: 3, width: 4, unit: us, coded: true},
		{name: "ecn", form: FormFlag, word: "ecn", no: "noecn", attr: 4, width: 4},
	}},
	{name: "fq", always: true, options: []tcOption{
		{name: "limit", form: FormCount, word: "limit", attr: 1, width: 4},
		{name: "flow_limit", form: FormCount, word: "flow_limit", attr: 2, width: 4},
		{name: "quantum", form: FormSize, word: "quantum", attr: 3, width: 4},
		{name: "initial_quantum", form: FormSize, word: "initial_quantum", attr: 4, width: 4},
		{name: "maxrate", form: FormRate, word: "maxrate", attr: 7, width: 4, none: 1<<32 - 1},
		{name: "pacing", form: FormFlag, word: "pacing", no: "nopacing", attr: 5, width: 4},
	}},
	{name: "fq_codel", always: true, options: []tcOption{
		{name: "limit", form: FormCount, word: "limit", attr: 2, width: 4},
		{name: "flows", form: FormCount, word: "flows", attr: 5, width: 4},
		{name: "quantum", form: FormSize, word: "quantum", attr: 6, width: 4},
		{name: "target", form: FormTime, word: "target", attr: 1, width: 4, unit: us, coded: true},
		{name: "interval", form: FormTime, word: "interval", attr: 3, width: 4, unit: us, coded: true},
		{name: "memory_limit", form: FormSize, word: "memory_limit", attr: 9, width: 4},
		{name: "ecn", form: FormFlag, word: "ecn", no: "noecn", attr: 4, width: 4},
	}},
	{name: "htb", always: true, finish: finishHtb, derive: deriveHtb, options: []tcOption{
		{name: "default", form: FormClass, word: "default"},
		{name: "r2q", form: FormCount, word: "r2q", attr: 2, at: 4, width: 4},
	}},
	{name: "ingress", place: tcClsact},
	{name: "netem", head: 24, always: true, sizes: map[uint16]int{1: 12, 3: 8, 4: 8, 6: 16}, finish: finishNetem, options: []tcOption{
		{name: "limit", form: FormCount, word: "limit", at: 4, width: 4},
		{name: "delay", form: FormTime, word: "delay", attr: 10, width: 8, unit: time.Nanosecond},
		{name: "jitter", form: FormTime, attr: 11, width: 8, unit: time.Nanosecond, needs: "delay"},
		{name: "delay_correlation", form: FormRatio, attr: 1, width: 4, needs: "jitter"},
		{name: "distribution", form: FormWord, word: "distribution", words: same(slices.Sorted(maps.Keys(netemShapes))...), needs: "jitter"},
		{name: "loss", form: FormRatio, word: "loss", at: 8, width: 4},
		{name: "loss_correlation", form: FormRatio, attr: 1, at: 4, width: 4, needs: "loss"},
		{name: "duplicate", form: FormRatio, word: "duplicate", at: 16, width: 4},
		{name: "duplicate_correlation", form: FormRatio, attr: 1, at: 8, width: 4, needs: "duplicate"},
		{name: "corrupt", form: FormRatio, word: "corrupt", attr: 4, width: 4},
		{name: "corrupt_correlation", form: FormRatio, attr: 4, at: 4, width: 4, needs: "corrupt"},
		{name: "reorder", form: FormRatio, word: "reorder", attr: 3, width: 4, needs: "delay"},
		{name: "reorder_correlation", form: FormRatio, attr: 3, at: 4, width: 4, needs: "reorder"},
		{name: "gap", form: FormCount, word: "gap", at: 12, width: 4, needs: "reorder"},
		{name: "rate", form: FormRate, word: "rate"},
		{name: "seed", form: FormCount, word: "seed", attr: netemSeed, width: 8},
	}, derive: deriveNetem},
	{name: "noqueue"},
	{name: "pfifo", head: 4, options: []tcOption{
		{name: "limit", form: FormCount, word: "limit", width: 4},
	}},
	{name: "prio", head: 20, always: true, finish: finishPrio, derive: derivePrio, options: []tcOption{
		{name: "bands", form: FormCount, word: "bands", width: 4},
		{name: "priomap", form: FormList, word: "priomap"},
	}},
	{name: "red", always: true, finish: finishRed, derive: deriveRed, options: []tcOption{
		{name: "limit", form: FormSize, word: "limit", attr: 1, width: 4},
		{name: "min", form: FormSize, word: "min", attr: 1, at: 4, width: 4},
		{name: "max", form: FormSize, word: "max", attr: 1, at: 8, width: 4},
		{name: "avpkt", form: FormSize, word: "avpkt"},
		{name: "burst", form: FormCount, word: "burst"},
		{name: "probability", form: FormRatio, word: "probability", bare: true},
		{name: "bandwidth", form: FormRate, word: "bandwidth"},
		{name: "ecn", form: FormFlag, word: "ecn"},
	}},
	{name: "sfq", head: 20, always: true, options: []tcOption{
		{name: "limit", form: FormCount, word: "limit", at: 8, width: 4},
		{name: "perturb", form: FormTime, word: "perturb", at: 4, width: 4, unit: time.Second},
		{name: "quantum", form: FormSize, word: "quantum", width: 4},
	}},
	{name: "tbf", always: true, finish: finishTbf, derive: deriveTbf, options: []tcOption{
		{name: "rate", form: FormRate, word: "rate"},
		{name: "burst", form: FormSize, word: "burst"},
		{name: "limit", form: FormSize, word: "limit", attr: 1, at: 24, width: 4},
		{name: "latency", form: FormTime, word: "latency", unit: us},
		{name: "peakrate", form: FormRate, word: "peakrate"},
		{name: "mtu", form: FormSize, word: "mtu", needs: "peakrate"},
	}},
}

// same are words that tc calls as scripts do.
func same(words ...string) [][2]string {
	out := make([][2]string, len(words))
	for i, w := range words {
		out[i] = [2]string{w, w}
	}
	return out
}

// QdiscKinds are the names of all kinds, sorted.
func QdiscKinds() []string {
	names := make([]string, len(qdiscKinds))
	for i, k := range qdiscKinds {
		names[i] = k.name
	}
	return names
}

// qdiscByName is the kind of a name, nil if there is none.
func qdiscByName(name string) *qdiscKind {
	i := slices.IndexFunc(qdiscKinds, func(k *qdiscKind) bool { return k.name == name })
	if i < 0 {
		return nil
	}
	return qdiscKinds[i]
}
