package runtime

import (
	"fmt"
	"maps"
	"math"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// What is said over sockets has programs that say the same; these are their
// commands for the journal.

// bindWords are socat's for a socket's own address.
func bindWords(a netip.AddrPort) string {
	if !a.Addr().IsValid() {
		return ""
	}
	return ",bind=" + a.String()
}

// probeWords are nc's for a try to connect.
func probeWords(source, peer netip.AddrPort, timeout time.Duration) string {
	w := fmt.Sprintf("nc -z -w%g", math.Ceil(timeout.Seconds()))
	if source.Addr().IsValid() {
		w += " -s " + source.Addr().String()
	}
	if source.Port() != 0 {
		w += fmt.Sprintf(" -p %d", source.Port())
	}
	return w + fmt.Sprintf(" %s %d", peer.Addr(), peer.Port())
}

// httpWords are curl's for a page that is had from a peer.
func httpWords(page string, headers map[string]string, source, peer netip.AddrPort, timeout time.Duration) string {
	w := fmt.Sprintf("curl -sS -m%g", timeout.Seconds())
	for _, k := range slices.Sorted(maps.Keys(headers)) {
		w += " -H " + shellQuote(k+": "+headers[k])
	}
	if source.Addr().IsValid() {
		w += " --interface " + source.Addr().String()
	}
	if source.Port() != 0 {
		w += fmt.Sprintf(" --local-port %d", source.Port())
	}
	if u, err := url.Parse(page); err == nil && u.Hostname() != peer.Addr().String() {
		w += " --connect-to ::" + peer.String()
	}
	return w + " " + shellQuote(page)
}

// dnsWords are dig's for one question.
func dnsWords(name, typ string, server netip.AddrPort, tcp bool, timeout time.Duration) string {
	w := fmt.Sprintf("dig @%s -p %d +tries=1 +time=%g", server.Addr(), server.Port(), math.Ceil(timeout.Seconds()))
	if tcp {
		w += " +tcp"
	}
	return w + " " + shellQuote(strings.TrimSuffix(name, ".")) + " " + typ
}

// traceWords are those of the program of that name.
func traceWords(dst, source netip.Addr, most, tries int, timeout time.Duration) string {
	w := fmt.Sprintf("traceroute -n -m%d -q%d -w%g", most, tries, timeout.Seconds())
	if source.IsValid() {
		w += " -s " + source.String()
	}
	return w + " " + dst.String()
}
