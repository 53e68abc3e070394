package decl

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.starlark.net/starlark"
)

// Duration is "5ms", a number of seconds, or a duration, from zero up.
var Duration = Type[time.Duration]{"duration", func(v starlark.Value) (time.Duration, error) {
	d, err := ToDuration(v)
	if err == nil && d < 0 {
		return 0, misuse("%s is negative", d)
	}
	return d, err
}, func(d time.Duration) string { return strconv.Quote(ShortDuration(d)) }}

// maxSeconds is the longest duration that Go can hold, in seconds.
const maxSeconds = float64(1<<63-1) / 1e9

// tooLong is what only its length keeps from being a duration.
var tooLong = regexp.MustCompile(`^[-+]?([0-9]*\.?[0-9]+(ns|us|µs|μs|ms|s|m|h))+$`)

// ToDuration reads a duration as scripts write it.
func ToDuration(v starlark.Value) (time.Duration, error) {
	switch v := v.(type) {
	case Span:
		return time.Duration(v), nil
	case starlark.String:
		s := string(v)
		if s != "" && strings.Trim(s, "0123456789.") == "" {
			return 0, misuse("%q has no unit: write \"%ss\", \"%sms\", or a number of seconds", s, s, s)
		}
		d, err := time.ParseDuration(s)
		if err != nil && tooLong.MatchString(s) {
			return 0, misuse("%s is too long: the longest is %s", quote(s), ShortDuration(time.Duration(math.MaxInt64).Truncate(time.Hour)))
		}
		if err != nil {
			return 0, misuse("%s is no duration: write \"5ms\", \"1.5s\", \"2m\" or \"1h30m\", or a number of seconds", quote(s))
		}
		return d, nil
	case starlark.Int, starlark.Float:
		f, _ := starlark.AsFloat(v)
		if math.IsNaN(f) {
			return 0, misuse("%s is no duration", v)
		}
		if !(f < maxSeconds && f > -maxSeconds) {
			return 0, misuse("%s seconds are too many", brief(v.String()))
		}
		if n, ok := v.(starlark.Int); ok {
			i, _ := n.Int64()
			return time.Duration(i) * time.Second, nil
		}
		return time.Duration(f * 1e9), nil
	}
	return 0, wrong(v, "duration, like \"5ms\" or 1.5")
}

// ShortDuration writes a duration without units that are zero.
func ShortDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return s
}
