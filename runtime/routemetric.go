package runtime

import (
	"strings"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// routeMetrics are what a route can say of the connections that use it, with
// the numbers of linux/rtnetlink.h.
var routeMetrics = []option{
	{name: "advmss", enc: num32, attr: unix.RTAX_ADVMSS},
	{name: "window", enc: num32, attr: unix.RTAX_WINDOW},
	{name: "initcwnd", enc: num32, attr: unix.RTAX_INITCWND},
	{name: "initrwnd", enc: num32, attr: unix.RTAX_INITRWND},
	{name: "hoplimit", enc: num32, attr: unix.RTAX_HOPLIMIT},
	{name: "rto_min", enc: millis, attr: unix.RTAX_RTO_MIN, unit: "ms"},
	{name: "quickack", enc: truth32, attr: unix.RTAX_QUICKACK, say: "quickack 1", no: "quickack 0"},
	{name: "ecn", enc: truth32, attr: unix.RTAX_FEATURES, say: "features ecn", no: " "},
	{name: "congctl", enc: text, attr: unix.RTAX_CC_ALGO},
}

// putMetrics writes a route's metrics, its path MTU among them.
func (r *RouteSpec) putMetrics(m *rtnl.Batch) {
	if r.MTU == 0 && len(r.Metrics) == 0 {
		return
	}
	at := m.Nest(unix.RTA_METRICS)
	if r.MTU != 0 {
		m.U32(unix.RTAX_MTU, uint32(r.MTU))
	}
	var locked uint32
	if r.MTULock {
		locked |= 1 << unix.RTAX_MTU
	}
	for _, s := range r.Metrics {
		if s.Name == "rto_min" { // TCP heeds it only if it is locked
			locked |= 1 << unix.RTAX_RTO_MIN
		}
		for i := range routeMetrics {
			if o := &routeMetrics[i]; o.name == s.Name {
				o.put(m, s, nil)
			}
		}
	}
	if locked != 0 {
		m.U32(unix.RTAX_LOCK, locked)
	}
	m.Unnest(at)
}

// metricWords are the metrics as iproute2 takes them.
func (r *RouteSpec) metricWords() string {
	var w strings.Builder
	for _, s := range r.Metrics {
		for i := range routeMetrics {
			if o := &routeMetrics[i]; o.name == s.Name {
				if word := strings.TrimSpace(o.word(s)); word != "" {
					w.WriteString(" " + word)
				}
			}
		}
	}
	return w.String()
}

// takeMetrics reads them.
func (r *Route) takeMetrics(p []byte) {
	for a := range rtnl.Attrs(p) {
		switch a.Type {
		case unix.RTAX_MTU:
			r.MTU = int(a.U32())
			continue
		case unix.RTAX_LOCK:
			r.MTULock = a.U32()&(1<<unix.RTAX_MTU) != 0
			continue
		}
		for i := range routeMetrics {
			if o := &routeMetrics[i]; o.attr == a.Type {
				r.Metrics = append(r.Metrics, o.take(a))
			}
		}
	}
}
