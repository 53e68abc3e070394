package runtime

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"time"
)

// What the rows of qdiscKinds do not say: options that the kernel wants as
// something else, those that depend on others, and the defaults that tc fills
// in where the kernel has none. All of it is as tc's own q_*.c do it.

// putRate writes a rate in 32 bits, all set if it needs more: the attribute
// of 64 bits then holds it.
func putRate(p *tcPayload, attr uint16, at int, attr64 uint16, r Rate) {
	p.put(attr, at, 4, min(r.bytes(), math.MaxUint32))
	if r.bytes() > math.MaxUint32 {
		p.put(attr64, 0, 8, r.bytes())
	}
}

// getRate reads what putRate wrote.
func getRate(p *tcPayload, attr uint16, at int, attr64 uint16) Rate {
	n, _ := p.get(attr, at, 4)
	if wide, ok := p.get(attr64, 0, 8); ok && wide > 0 {
		n = wide
	}
	return Rate(n * 8)
}

func missing(name, why string) error { return refuse(name, "is missing: %s", why) }

func finishCake(o tcOptions, p *tcPayload) error {
	if rtt, ok := p.get(7, 0, 4); ok {
		p.put(8, 0, 4, max(rtt/20, 1)) // the target
	}
	return nil
}

func finishHtb(o tcOptions, p *tcPayload) error {
	const version = 3
	p.hold(2, 20) // struct tc_htb_glob
	p.put(2, 0, 4, version)
	if o.has("r2q") && o.number("r2q") == 0 {
		return refuse("r2q", "is 0: a class's rate is divided by it")
	}
	if !o.has("r2q") {
		p.put(2, 4, 4, 10)
	}
	p.put(2, 8, 4, uint64(TCHandle(o.number("default")).Minor()))
	return nil
}

func deriveHtb(p *tcPayload, handle TCHandle) tcOptions {
	n, ok := p.get(2, 8, 4)
	if !ok || n == 0 {
		return nil
	}
	return tcOptions{"default": {Form: FormClass, N: uint64(handle) | n}}
}

// netemSeed is TCA_NETEM_PRNG_SEED, since Linux 6.6; kernels before ignore it.
const netemSeed = 14

// netemSeed is what netem's random numbers begin with where the script does not
// say it: the kernel would draw a number, and no two runs were alike. tc names
// no seed before iproute2 6.7, so that the journal's command leaves it out.
func (l *Link) netemSeed(parent TCHandle) uint64 {
	ns := l.Namespace()
	sum := sha256.Sum256(fmt.Appendf(nil, "netem\x00%d\x00%s\x00%s\x00%s", ns.session.opt.Seed, ns.Name, l.Name(), parent))
	return binary.BigEndian.Uint64(sum[:])
}

func finishNetem(o tcOptions, p *tcPayload) error {
	if !o.has("limit") {
		p.put(0, 4, 4, 1000)
	}
	if o.has("reorder") && o.number("delay") == 0 {
		return refuse("reorder", "needs a delay: packets overtake those that are delayed")
	}
	if o.has("reorder") && !o.has("gap") {
		p.put(0, 12, 4, 1)
	}
	if o.has("distribution") {
		copy(p.hold(netemShape, 2*shapeSteps), shapeTable(o["distribution"].Word))
	}
	if r := o.rate("rate"); r > 0 {
		p.hold(6, 16) // struct tc_netem_rate
		putRate(p, 6, 0, 8, r)
	}
	return nil
}

func deriveNetem(p *tcPayload, _ TCHandle) tcOptions {
	if r := getRate(p, 6, 0, 8); r > 0 {
		return tcOptions{"rate": {Form: FormRate, N: uint64(r)}}
	}
	return nil
}

var defaultPriomap = []uint8{1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1}

func finishPrio(o tcOptions, p *tcPayload) error {
	bands := uint64(3)
	if o.has("bands") {
		bands = o.number("bands")
	}
	if bands < 2 || bands > 16 {
		return refuse("bands", "is %d: 2 to 16 are possible", bands)
	}
	list := defaultPriomap
	if o.has("priomap") {
		list = o["priomap"].List
	} else if bands < 3 {
		return missing("priomap", "the usual one has three bands")
	}
	if len(list) != len(defaultPriomap) {
		return refuse("priomap", "has %d bands, want %d: one for each priority", len(list), len(defaultPriomap))
	}
	p.put(0, 0, 4, bands)
	for i, b := range list {
		if uint64(b) >= bands {
			return refuse("priomap", "has a band %d: the bands are 0 to %d", b, bands-1)
		}
		p.put(0, 4+i, 1, uint64(b))
	}
	return nil
}

func derivePrio(p *tcPayload, _ TCHandle) tcOptions {
	if len(p.head) < 20 {
		return nil
	}
	return tcOptions{"priomap": {Form: FormList, List: p.head[4:20]}}
}

func finishTbf(o tcOptions, p *tcPayload) error {
	rate, burst := o.rate("rate"), o.number("burst")
	switch {
	case rate == 0:
		return missing("rate", "tbf limits the rate to it")
	case burst == 0:
		return missing("burst", "how much may go at once, in bytes; at least the largest packet, or tbf drops it")
	case o.has("limit") == o.has("latency"):
		return refuse("limit", "or latency, one of them, must say how much may wait")
	case o.has("peakrate") && o.number("mtu") == 0:
		return missing("mtu", "how much may go at once at the peak rate, in bytes")
	case o.has("peakrate") && o.rate("peakrate") <= rate:
		return refuse("peakrate", "is %s, which is not above the rate, %s", o.rate("peakrate"), rate)
	case burst > math.MaxUint32:
		return refuse("burst", "is more than the kernel takes: at most %d", uint32(math.MaxUint32))
	}
	b := p.hold(1, 36) // struct tc_tbf_qopt
	copy(b, ratespec(rate))
	putRate(p, 1, 8, 4, rate)
	p.put(1, 28, 4, uint64(rate.ticks(burst)))
	p.put(6, 0, 4, burst)
	limit := math.Inf(1)
	most := func(r Rate, more uint64) {
		limit = min(limit, math.Floor(float64(r.bytes())*float64(o.number("latency"))/1e9+1e-6)+float64(more))
	}
	most(rate, burst)
	if peak := o.rate("peakrate"); peak > 0 {
		copy(b[12:], ratespec(peak))
		putRate(p, 1, 20, 5, peak)
		p.put(1, 32, 4, uint64(peak.ticks(o.number("mtu"))))
		p.put(7, 0, 4, o.number("mtu"))
		most(peak, o.number("mtu"))
	}
	if o.has("latency") {
		if limit > math.MaxUint32 {
			return refuse("latency", "is too long at that rate: %.0f bytes would wait, at most %d may", limit, uint32(math.MaxUint32))
		}
		p.put(1, 24, 4, uint64(limit))
	}
	return nil
}

func deriveTbf(p *tcPayload, _ TCHandle) tcOptions {
	rate, peak := getRate(p, 1, 8, 4), getRate(p, 1, 20, 5)
	if rate == 0 {
		return nil
	}
	// The kernel rounded the ticks down.
	up := func(r Rate, at int) uint64 {
		ticks, _ := p.get(1, at, 4)
		return uint64(math.Ceil(float64(ticks)*tickNanos*float64(r.bytes())/1e9 - 1e-6))
	}
	burst := up(rate, 28)
	limit, _ := p.get(1, 24, 4)
	o := tcOptions{"rate": {Form: FormRate, N: uint64(rate)}, "burst": {Form: FormSize, N: burst}}
	wait := func(r Rate, more uint64) uint64 {
		if limit <= more {
			return 0
		}
		return uint64(math.Ceil(float64(limit-more)*1e6/float64(r.bytes())-1e-6)) * uint64(time.Microsecond)
	}
	latency := wait(rate, burst)
	if peak > 0 {
		mtu := up(peak, 32)
		latency = max(latency, wait(peak, mtu))
		o["peakrate"], o["mtu"] = TCValue{Form: FormRate, N: uint64(peak)}, TCValue{Form: FormSize, N: mtu}
	}
	o["latency"] = TCValue{Form: FormTime, N: latency}
	return o
}

// tcmsg is struct tcmsg of linux/rtnetlink.h.
func tcmsg(index int32, handle, parent TCHandle, info uint32) []byte {
	b := binary.NativeEndian.AppendUint32(make([]byte, 4), uint32(index))
	for _, n := range []uint32{uint32(handle), uint32(parent), info} {
		b = binary.NativeEndian.AppendUint32(b, n)
	}
	return b
}
