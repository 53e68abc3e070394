package runtime

import (
	"strings"
	"testing"
)

func TestSysctlIsReadAndWritten(t *testing.T) {
	s := newSession(t)
	a, b := node(t, s, "a"), node(t, s, "b")
	_, _, err := s.Veth(t.Context(), End{Namespace: a, Name: "eth0.5"}, End{Namespace: b})
	must(t, err)
	for _, c := range []struct{ key, value, path, want, step string }{
		{"net.ipv4.ip_forward", "1", "net/ipv4/ip_forward", "1", "net.ipv4.ip_forward=1"},
		{"net/ipv4/conf/eth0.5/rp_filter", "2", "net/ipv4/conf/eth0.5/rp_filter", "2", "net/ipv4/conf/eth0.5/rp_filter=2"},
		{"net.ipv4.conf.eth0/5.rp_filter", "1", "net/ipv4/conf/eth0.5/rp_filter", "1", "net/ipv4/conf/eth0.5/rp_filter=1"},
		{"/proc/sys/net/ipv4/ip_default_ttl", "0x10", "net/ipv4/ip_default_ttl", "16", "net.ipv4.ip_default_ttl=0x10"},
		{"net.ipv4.tcp_rmem", "4096  65536\t131072", "net/ipv4/tcp_rmem", "4096\t65536\t131072", "net.ipv4.tcp_rmem='4096  65536\t131072'"},
		{"net.ipv4.tcp_congestion_control", "reno", "net/ipv4/tcp_congestion_control", "reno", "net.ipv4.tcp_congestion_control=reno"},
	} {
		must(t, a.SetSysctl(t.Context(), c.key, c.value))
		if got := proc(t, a, c.path); got != c.want {
			t.Errorf("%s: got %q, want %q", c.key, got, c.want)
		}
		if got, want := lastCommand(s.Steps(), "sysctl"), "sysctl -w "+c.step; got != want {
			t.Errorf("got step %q, want %q", got, want)
		}
		run(t, a, "sysctl", "-w", strings.ReplaceAll(c.step, "'", "")) // the program takes the same words
	}
	got, err := a.Sysctl(t.Context(), "net.ipv4.tcp_rmem")
	if err != nil || got != "4096 65536 131072" {
		t.Errorf("got %q, %v, want the three values by single spaces", got, err)
	}
	if got := proc(t, b, "net/ipv4/ip_forward"); got != "0" {
		t.Errorf("b: got %s, want what it was", got)
	}
}

func TestSysctlRefuses(t *testing.T) {
	s := newSession(t)
	a := node(t, s, "a")
	noKey := " is no key: write it like net.ipv4.ip_forward, or with slashes where an interface's name has a dot"
	noNet := " is not of the network: only keys below net belong to a namespace"
	noSuch := " does not exist: a namespace may lack it because it belongs to the whole machine, or this kernel has no such feature"
	lwtunnel := "is not allowed: it switches the whole machine, not the namespace, and cannot be undone"
	must(t, a.SetSysctl(t.Context(), "net.ipv4.tcp_rmem", "4096 65536 131072"))
	for _, c := range []struct{ key, value, want string }{
		{"kernel.hostname", "x", "sysctl kernel.hostname" + noNet},
		{"", "x", `sysctl ""` + noKey},
		{"net..x", "x", `sysctl "net..x"` + noKey},
		{"net/../kernel/hostname", "x", `sysctl "net/../kernel/hostname"` + noKey},
		{"net.netfilter.nf_hooks_lwtunnel", "1", "sysctl net.netfilter.nf_hooks_lwtunnel " + lwtunnel},
		{"/proc/sys/net/netfilter/nf_hooks_lwtunnel", "1", "sysctl /proc/sys/net/netfilter/nf_hooks_lwtunnel " + lwtunnel},
		{"net.ipv4.nonsense", "1", "sysctl net.ipv4.nonsense in a" + noSuch},
		{"net.core.default_qdisc", "fq", "sysctl net.core.default_qdisc in a" + noSuch},
		{"net.ipv4.conf.eth7.rp_filter", "1", "sysctl net.ipv4.conf.eth7.rp_filter in a does not exist: there is no interface eth7 there; netns(sysctls =) keeps a value until there is one"},
		{"net.ipv4.ip_default_ttl", "many", "sysctl net.ipv4.ip_default_ttl in a was refused by the kernel as invalid: the value is not one that it takes"},
		{"net.ipv4.ip_default_ttl", "256", "sysctl net.ipv4.ip_default_ttl in a was refused by the kernel as invalid: the value is not one that it takes"},
		{"net.ipv4.tcp_rmem", "4096", `sysctl net.ipv4.tcp_rmem in a did not keep the value "4096": it reads "4096 65536 131072"`},
		{"net.ipv4.ip_forward", "", `sysctl net.ipv4.ip_forward in a did not keep the value "": it reads "0"`},
		{"net.core.rmem_max", "1", "sysctl net.core.rmem_max in a can only be changed for the whole machine, not in a namespace"},
	} {
		wantError(t, a.SetSysctl(t.Context(), c.key, c.value), c.want)
	}
	_, err := a.Sysctl(t.Context(), "net.ipv4.nonsense")
	wantError(t, err, "sysctl net.ipv4.nonsense in a"+noSuch)
	if _, err := a.Sysctl(t.Context(), "net.netfilter.nf_hooks_lwtunnel"); err != nil && strings.Contains(err.Error(), "not allowed") {
		t.Errorf("reading it does no harm, got %v", err)
	}
}

func TestSameNumbers(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"16", "0x10", true}, {"1", "1", true}, {"a b", "a b", true}, {"1 2 3", "1 2 3", true}, {"8", "010", true},
		{"1", "2", false}, {"1 2", "1 3", false}, {"1", "1 2", false}, {"", "0", false}, {"x", "y", false},
	} {
		if got := sameNumbers(c.a, c.b); got != c.want {
			t.Errorf("%q and %q: got %v, want %v", c.a, c.b, got, c.want)
		}
	}
}
