package runtime

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"time"
)

// A Rate is a number of bits per second.
type Rate uint64

// String is the rate in the largest of tc's units that holds it exactly.
func (r Rate) String() string {
	for _, u := range []struct {
		bits Rate
		name string
	}{{1e12, "tbit"}, {1e9, "gbit"}, {1e6, "mbit"}, {1e3, "kbit"}} {
		if r > 0 && r%u.bits == 0 {
			return strconv.FormatUint(uint64(r/u.bits), 10) + u.name
		}
	}
	return strconv.FormatUint(uint64(r), 10) + "bit"
}

// bytes is the rate as the kernel counts it.
func (r Rate) bytes() uint64 { return uint64(r) / 8 }

// tickNanos is the length of the ticks in which the older queues count time,
// as /proc/net/psched tells: PSCHED_SHIFT of net/pkt_sched.h has been 6 since
// Linux 2.6.31.
const tickNanos = 64

// ticks is how long a number of bytes takes at a rate, rounded up: tc of
// iproute2 6.1 drops what is less than a microsecond.
func (r Rate) ticks(size uint64) uint32 {
	t := math.Ceil(float64(size) * 1e9 / tickNanos / float64(r.bytes()))
	return uint32(min(t, math.MaxUint32))
}

// within is how many bytes go in a number of ticks, rounded down.
func (r Rate) within(ticks uint32) uint64 {
	return uint64(float64(ticks)*tickNanos*float64(r.bytes())/1e9 + 1e-6)
}

// tcTime is a time as tc reads it.
func tcTime(d time.Duration) string {
	switch {
	case d%time.Second == 0 && d != 0:
		return fmt.Sprintf("%ds", d/time.Second)
	case d%time.Millisecond == 0:
		return fmt.Sprintf("%dms", d/time.Millisecond)
	case d%time.Microsecond == 0:
		return fmt.Sprintf("%dus", d/time.Microsecond)
	}
	return fmt.Sprintf("%dns", d)
}

// probability is a ratio as netem holds it, 1<<32-1 for always.
func probability(ratio float64) uint64 { return uint64(math.Round(ratio * math.MaxUint32)) }

// ratioOf is the ratio of a probability, without the kernel's rounding.
func ratioOf(p uint64) float64 { return math.Round(float64(p)/math.MaxUint32*1e9) / 1e9 }

// percent is a ratio as tc reads it.
func percent(ratio float64) string {
	return strconv.FormatFloat(math.Round(ratio*1e11)/1e9, 'f', -1, 64) + "%"
}

// ratespec is struct tc_ratespec of linux/pkt_sched.h. With the link layer
// named, qdiscs do without a table of transmission times.
func ratespec(r Rate) []byte {
	const ethernet = 1
	b := []byte{0, ethernet, 0, 0, 0xff, 0xff, 0, 0} // cell_align is -1, as tc has it
	return binary.NativeEndian.AppendUint32(b, uint32(min(r.bytes(), math.MaxUint32)))
}

// rateTable is the table of transmission times that a policer wants all the
// same, with the ratespec that describes it: one entry for every 8 bytes.
func rateTable(r Rate) (spec, table []byte) {
	const cellLog, entries = 3, 256
	spec = ratespec(r)
	spec[0] = cellLog
	for i := range uint64(entries) {
		table = binary.NativeEndian.AppendUint32(table, r.ticks((i+1)<<cellLog))
	}
	return spec, table
}
