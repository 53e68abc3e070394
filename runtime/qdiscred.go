package runtime

import "math"

// What red needs besides its options, computed as tc does it.

func finishRed(o tcOptions, p *tcPayload) error {
	limit, low, high, avpkt := o.number("limit"), o.number("min"), o.number("max"), o.number("avpkt")
	if limit == 0 {
		return missing("limit", "how many bytes may wait at most")
	}
	if avpkt == 0 {
		avpkt = 1000
		o["avpkt"] = TCValue{Form: FormSize, N: avpkt} // tc wants to be told
	}
	if high == 0 {
		if high = limit / 4; low > 0 {
			high = low * 3
		}
	}
	if low == 0 {
		low = high / 3
	}
	if low >= high {
		return refuse("min", "is %d, which is not below max, %d", low, high)
	}
	burst := o.number("burst")
	if burst == 0 {
		burst = (2*low + high) / (3 * avpkt)
	}
	chance := 0.02
	if o.has("probability") {
		chance = o["probability"].Ratio
	}
	if !o.has("bandwidth") { // tc warns that it takes this one
		o["bandwidth"] = TCValue{Form: FormRate, N: 10_000_000}
	}
	bandwidth := o.rate("bandwidth")
	if bandwidth.bytes() > math.MaxUint32 {
		return refuse("bandwidth", "is more than tc takes: at most %s", Rate(math.MaxUint32*8))
	}
	wlog, ok := redWeight(low, burst, avpkt)
	if !ok {
		return refuse("burst", "is %d packets, which is too few: try %d", burst, 1+low/avpkt)
	}
	scell, table := redDamping(wlog, avpkt, bandwidth)
	p.hold(1, 16) // struct tc_red_qopt
	p.put(1, 4, 4, low)
	p.put(1, 8, 4, high)
	p.put(1, 12, 1, uint64(wlog))
	p.put(1, 13, 1, uint64(redSlope(low, high, chance)))
	p.put(1, 14, 1, uint64(scell))
	p.put(1, 15, 1, o.number("ecn")) // TC_RED_ECN
	copy(p.hold(2, len(table)), table)
	p.put(3, 0, 4, uint64(min(chance*(1<<32), math.MaxUint32)))
	return nil
}

func deriveRed(p *tcPayload, _ TCHandle) tcOptions {
	flags, _ := p.get(1, 15, 1)
	o := tcOptions{"ecn": {Form: FormFlag, N: flags & 1}}
	if n, ok := p.get(3, 0, 4); ok {
		o["probability"] = TCValue{Form: FormRatio, Ratio: ratioOf(n)}
	}
	return o
}

// redWeight is the logarithm of the weight of a new queue length in the
// average, so that burst packets may come at once (tc's tc_red_eval_ewma).
func redWeight(low, burst, avpkt uint64) (wlog int, ok bool) {
	a := float64(burst) + 1 - float64(low)/float64(avpkt)
	if a < 1 {
		return 0, false
	}
	for wlog, w := 1, 0.5; wlog < 32; wlog, w = wlog+1, w/2 {
		if a <= (1-math.Pow(1-w, float64(burst)))/w {
			return wlog, true
		}
	}
	return 0, false
}

// redSlope is the logarithm of the drop probability's slope (tc_red_eval_P).
func redSlope(low, high uint64, chance float64) int {
	chance /= float64(high - low)
	for i := range 32 {
		if chance > 1 {
			return i
		}
		chance *= 2
	}
	return 31
}

// redDamping is how the average sinks while the link is idle: the logarithm of
// the cells' width in ticks, and a shift for each (tc_red_eval_idle_damping).
func redDamping(wlog int, avpkt uint64, bandwidth Rate) (cell int, table []byte) {
	const last = 255
	slope := -math.Log(1-1/float64(uint64(1)<<wlog)) / float64(bandwidth.ticks(avpkt))
	for cell < 31 && 31/slope/float64(uint64(1)<<cell) >= 512 {
		cell++
	}
	table = make([]byte, last+1)
	for i := 1; i < last; i++ {
		table[i] = uint8(min(float64(uint64(i)<<cell)*slope, 31))
	}
	table[last] = 31
	return cell, table
}
