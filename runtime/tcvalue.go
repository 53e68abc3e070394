package runtime

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// A TCForm says what the value of a queue's option stands for.
type TCForm int

const (
	FormCount TCForm = iota // a number of packets, flows, bands
	FormSize                // bytes
	FormRate                // bits per second
	FormTime                // nanoseconds
	FormRatio               // a share, in Ratio
	FormFlag                // 0 or 1
	FormWord                // one of a few words, in Word
	FormClass               // a class
	FormList                // small numbers, in List
)

// A TCValue is the value of one option of a queue.
type TCValue struct {
	Form  TCForm
	N     uint64
	Ratio float64
	Word  string
	List  []uint8
}

// A TCOption is an option of a queue by its name, as the kernel had it; None
// if the kernel's value stands for there being none.
type TCOption struct {
	Name  string
	Value TCValue
	None  bool
}

// A tcOption is a row of the table of kinds: how one option is called, what
// it looks like to tc, and where the kernel keeps it.
type tcOption struct {
	name  string
	form  TCForm
	word  string      // tc's keyword; "" for a value that follows the previous row's
	no    string      // of a flag: tc's keyword for its contrary
	words [][2]string // of FormWord: the script's word and tc's
	needs string      // the option without which this one means nothing

	attr  uint16        // the attribute that holds it, 0 for the structure at the head
	at    int           // its offset there, in bytes
	width int           // in bytes; 0 where the kind's own functions put and get it
	unit  time.Duration // of FormTime: what the kernel counts in
	bare  bool          // of FormRatio: tc takes a fraction of 1, and ignores a percent sign
	coded bool          // of FormTime: held in units of 1,024 ns (CoDel)
	none  uint64        // of rates: what the kernel has for "none", besides 0
}

// number is a value as the kernel counts it.
func (o *tcOption) number(v TCValue) (uint64, error) {
	n := v.N
	switch o.form {
	case FormRate:
		n = Rate(v.N).bytes()
	case FormTime:
		if v.N%uint64(o.unit) != 0 {
			return 0, Refusal(fmt.Sprintf("is %s: the kernel counts in units of %s", time.Duration(v.N), o.unit))
		}
		n = v.N / uint64(o.unit)
	case FormRatio:
		n = probability(v.Ratio)
	case FormWord:
		for i, w := range o.words {
			if w[0] == v.Word {
				return uint64(i), nil
			}
		}
		return 0, Refusal(fmt.Sprintf("is %s, which is none of %s", quote(v.Word), strings.Join(first(o.words), ", ")))
	case FormClass:
		n = uint64(TCHandle(v.N).Minor())
	}
	if 0 < o.width && o.width < 8 && n > 1<<(8*o.width)-1 {
		return 0, Refusal(fmt.Sprintf("is more than the kernel takes: at most %s", o.text(o.value(1<<(8*o.width)-1))))
	}
	return n, nil
}

// value is what the kernel's number stands for.
func (o *tcOption) value(n uint64) TCValue {
	v := TCValue{Form: o.form, N: n}
	switch o.form {
	case FormRate:
		v.N = n * 8
	case FormTime:
		if o.coded {
			n = codelMicros(n)
		}
		v.N = n * uint64(o.unit)
	case FormRatio:
		v.N, v.Ratio = 0, ratioOf(n)
	case FormFlag:
		v.N = min(n, 1)
	case FormWord:
		v.N, v.Word = 0, strconv.FormatUint(n, 10) // of a newer kernel
		if n < uint64(len(o.words)) {
			v.Word = o.words[n][0]
		}
	}
	return v
}

// codelMicros is the time that CoDel was given when it tells n microseconds:
// it keeps time in units of 1,024 ns and rounds twice. Where two times are
// told alike, the rounder one is meant.
func codelMicros(n uint64) uint64 {
	if n > math.MaxUint32 {
		return n
	}
	units := (n*1000 + 1023) / 1024
	low, end := (units*1024+999)/1000, ((units+1)*1024+999)/1000 // from low up to end, excluded
	for t := low; t < end; t++ {
		if t%10 == 0 {
			return t
		}
	}
	return low
}

// text is a value as tc reads it.
func (o *tcOption) text(v TCValue) string {
	switch v.Form {
	case FormRate:
		return Rate(v.N).String()
	case FormTime:
		if o.unit == time.Second { // of sfq, which takes no unit
			return strconv.FormatUint(v.N/1e9, 10)
		}
		return tcTime(time.Duration(v.N))
	case FormRatio:
		if o.bare {
			return strconv.FormatFloat(math.Round(v.Ratio*1e11)/1e11, 'f', -1, 64)
		}
		return percent(v.Ratio)
	case FormWord:
		for _, w := range o.words {
			if w[0] == v.Word {
				return w[1]
			}
		}
		return v.Word
	case FormClass:
		return fmt.Sprintf("%x", uint32(TCHandle(v.N).Minor()))
	case FormList:
		words := make([]string, len(v.List))
		for i, n := range v.List {
			words[i] = strconv.Itoa(int(n))
		}
		return strings.Join(words, " ")
	}
	return strconv.FormatUint(v.N, 10)
}

// said is the option with its keyword, as tc reads it.
func (o *tcOption) said(v TCValue) string {
	switch {
	case v.Form == FormFlag && v.N == 0:
		return o.no
	case v.Form == FormFlag:
		return o.word
	}
	return strings.TrimSpace(o.word + " " + o.text(v))
}

func first(pairs [][2]string) []string {
	var out []string
	for _, p := range pairs {
		out = append(out, p[0])
	}
	return out
}
