package builtins

import (
	"math"
	"strconv"
	"strings"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

// A unit is one that tc(8) knows, in lower case: it does not tell them apart.
type unit struct {
	name  string
	worth float64
}

// rateUnits are worth bits per second; sizeUnits are worth bytes.
var (
	rateUnits = bits()
	sizeUnits = []unit{{"b", 1}, {"k", 1 << 10}, {"kb", 1 << 10}, {"m", 1 << 20}, {"mb", 1 << 20}, {"g", 1 << 30}, {"gb", 1 << 30},
		{"kbit", 1 << 7}, {"mbit", 1 << 17}, {"gbit", 1 << 27}}
)

func bits() []unit {
	var list []unit
	for _, of := range []unit{{"bit", 1}, {"bps", 8}} {
		list = append(list, of)
		for i, letter := range []string{"k", "m", "g", "t"} {
			list = append(list, unit{letter + of.name, of.worth * math.Pow(1000, float64(i+1))},
				unit{letter + "i" + of.name, of.worth * math.Pow(1024, float64(i+1))})
		}
	}
	return list
}

// scaled reads a number with a unit; ok is false if it is none.
func scaled(s string, list []unit) (n float64, ok bool) {
	at := strings.LastIndexAny(s, "0123456789.") + 1
	n, err := strconv.ParseFloat(s[:at], 64)
	for _, u := range list {
		if err == nil && u.name == strings.ToLower(s[at:]) {
			n *= u.worth
			return n, n >= 0 && n < 1<<62
		}
	}
	return 0, false
}

// A rate is written with its unit: "10mbit", "500kbit", "1gbit"; or in bytes,
// "125kbps", as tc has it.
var rate = decl.Type[runtime.Rate]{Name: "rate", From: func(v starlark.Value) (runtime.Rate, error) {
	switch v.(type) {
	case starlark.Int, starlark.Float:
		return 0, decl.Misusef("%s has no unit: write \"%smbit\", \"%skbit\" …", v, v, v)
	}
	s, ok := starlark.AsString(v)
	if !ok {
		return 0, decl.Wrong(v, "rate, like \"10mbit\"")
	}
	n, ok := scaled(s, rateUnits)
	switch {
	case !ok && s != "" && strings.Trim(s, "0123456789.") == "":
		return 0, decl.Misusef("%q has no unit: write \"%smbit\", \"%skbit\" …", s, s, s)
	case !ok:
		return 0, decl.Misusef("%q is no rate: write \"10mbit\", \"1gbit\", \"500kbit\", or in bytes \"125kbps\"", short(s, 40))
	case n < 8:
		return 0, decl.Misusef("%q is too low: the kernel counts bytes, 8 bits per second", s)
	}
	return runtime.Rate(n), nil
}, Show: func(r runtime.Rate) string { return strconv.Quote(r.String()) }}

// A size is a number of bytes, or one with a unit of 1,024s: "32kb". unit says
// whether it had one.
type size struct {
	bytes uint64
	unit  bool
}

var sizeType = decl.Type[size]{Name: "size", From: func(v starlark.Value) (size, error) {
	if x, ok := v.(starlark.Int); ok {
		n, ok := x.Uint64()
		if !ok || n > 1<<62 {
			return size{}, decl.Misusef("%s is out of range: 0 to %d", short(v.String(), 40), uint64(1)<<62)
		}
		return size{n, false}, nil
	}
	s, ok := starlark.AsString(v)
	if !ok {
		return size{}, decl.Wrong(v, "size, like 1500 or \"32kb\"")
	}
	n, ok := scaled(s, sizeUnits)
	if !ok {
		return size{}, decl.Misusef("%q is no size: write bytes as an int, or \"32kb\", \"1mb\"", short(s, 40))
	}
	return size{uint64(n), true}, nil
}, Show: func(s size) string { return strconv.FormatUint(s.bytes, 10) }}

// handleType is the name of a qdisc or a class, or a word for a place.
func handleType(want string, words map[string]runtime.TCHandle) decl.Type[runtime.TCHandle] {
	return decl.Type[runtime.TCHandle]{Name: "str", From: func(v starlark.Value) (runtime.TCHandle, error) {
		s, ok := starlark.AsString(v)
		if !ok {
			return 0, decl.Wrong(v, "str: "+want)
		}
		if h, ok := words[s]; ok {
			return h, nil
		}
		h, ok := runtime.ParseTCHandle(s)
		if !ok {
			return 0, decl.Misusef("%q is none: write %s", short(s, 40), want)
		}
		return h, nil
	}, Show: func(h runtime.TCHandle) string { return strconv.Quote(h.String()) }}
}

var (
	classHandle  = handleType(`"1:10", in hexadecimal digits`, nil)
	qdiscHandle  = handleType(`"1:", in hexadecimal digits`, nil)
	qdiscPlace   = handleType(`"root", or a class such as "1:10"`, map[string]runtime.TCHandle{"root": runtime.TCRoot})
	takenPlace   = handleType(`"root", "ingress", or a class such as "1:10"`, map[string]runtime.TCHandle{"root": runtime.TCRoot, "ingress": runtime.TCIngress})
	filtersPlace = handleType(`"ingress", "egress", a qdisc such as "1:", or a class such as "1:10"`, map[string]runtime.TCHandle{"ingress": runtime.TCIngress, "egress": runtime.TCEgress})
)

// handleOrNone is a handle as scripts write it, None for none.
func handleOrNone(h runtime.TCHandle) starlark.Value {
	if h == 0 {
		return starlark.None
	}
	return starlark.String(h.String())
}
