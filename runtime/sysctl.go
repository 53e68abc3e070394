package runtime

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// A setting is one sysctl, by its path below /proc/sys, and its value.
type setting struct{ path, value string }

// birth is how a node differs from a bare namespace, each for a reason that
// docs/defaults.md gives.
var birth = []setting{
	{"net/ipv6/conf/default/accept_dad", "0"},
	{"net/ipv6/conf/default/router_solicitations", "0"},
}

// compiled are the kernel's own values of what a new namespace copies from
// the host: without them a script would find other defaults on a host that
// was tuned.
var compiled = func() []setting {
	values := []setting{
		{"accept_redirects", "1"}, {"secure_redirects", "1"}, {"send_redirects", "1"}, {"shared_media", "1"},
		{"accept_local", "0"}, {"arp_accept", "0"}, {"arp_announce", "0"}, {"arp_filter", "0"}, {"arp_ignore", "0"},
		{"arp_notify", "0"}, {"disable_policy", "0"}, {"disable_xfrm", "0"}, {"forwarding", "0"}, {"log_martians", "0"},
		{"promote_secondaries", "0"}, {"proxy_arp", "0"}, {"proxy_arp_pvlan", "0"}, {"route_localnet", "0"},
		{"rp_filter", "0"}, {"src_valid_mark", "0"},
	}
	var all []setting
	for _, which := range []string{"all", "default"} {
		for _, v := range values {
			all = append(all, setting{"net/ipv4/conf/" + which + "/" + v.path, v.value})
		}
	}
	return all
}()

// applyBirth sets what a new namespace differs in. It runs on its thread.
func (s *Session) applyBirth() error {
	s.mu.Lock()
	if s.inherits == nil {
		s.inherits = []setting{}
		for _, c := range compiled {
			if got, err := readSysctl(c.path); err == nil && got != c.value {
				s.inherits = append(s.inherits, c)
			}
		}
	}
	inherits := s.inherits
	s.mu.Unlock()
	for _, list := range [][]setting{inherits, birth} {
		for _, b := range list {
			if err := writeSysctl(b.path, b.value); err != nil && !errors.Is(err, unix.ENOENT) {
				return fmt.Errorf("sysctl %s: %w", b.path, err)
			}
		}
	}
	return nil
}

// sysctlPath turns a key into a path below /proc/sys: "net.ipv4.ip_forward",
// or with slashes where an interface's name has a dot. As with the program
// of that name, the first of the two that occurs is the separator, and the
// other one stands for it in a name: "net.ipv4.conf.eth0/5.rp_filter".
func sysctlPath(key string) (string, error) {
	path := key
	if i := strings.IndexAny(key, "./"); i > 0 && key[i] == '.' {
		path = strings.NewReplacer(".", "/", "/", ".").Replace(key)
	}
	path = strings.TrimPrefix(path, "/proc/sys/")
	for part := range strings.SplitSeq(path, "/") {
		if part == "" || part == "." || part == ".." {
			return "", refuse("sysctl "+quote(key), "is no key: write it like net.ipv4.ip_forward, or with slashes where an interface's name has a dot")
		}
	}
	if !strings.HasPrefix(path, "net/") {
		return "", refuse("sysctl "+key, "is not of the network: only keys below net belong to a namespace")
	}
	return path, nil
}

// sysctlKey writes a path below /proc/sys as a key.
func sysctlKey(path string) string {
	if strings.Contains(path, ".") {
		return path
	}
	return strings.ReplaceAll(path, "/", ".")
}

// Sysctl reads a sysctl of the namespace. Several values are separated by
// single spaces.
func (ns *Namespace) Sysctl(ctx context.Context, key string) (string, error) {
	path, err := sysctlPath(key)
	if err != nil {
		return "", err
	}
	var value string
	err = ns.thread.do(func() (err error) { value, err = readSysctl(path); return err })
	if err != nil {
		return "", ns.sysctlError(key, path, err)
	}
	return value, nil
}

// SetSysctl writes a sysctl of the namespace and reads it back: a value that
// did not stick is an error.
func (ns *Namespace) SetSysctl(ctx context.Context, key, value string) error {
	path, err := sysctlPath(key)
	if err != nil {
		return err
	}
	if path == globalSwitch {
		return refuse("sysctl "+key, "is not allowed: it switches the whole machine, not the namespace, and cannot be undone")
	}
	equiv := fmt.Sprintf("sysctl -w %s=%s", sysctlKey(path), shellQuote(value))
	return ns.session.step(ctx, ns, equiv, func() error {
		var got string
		err := ns.thread.do(func() (err error) {
			if err = writeSysctl(path, value); err == nil {
				got, err = readSysctl(path)
			}
			return err
		})
		if err != nil {
			return ns.sysctlError(key, path, err)
		}
		if want := strings.Join(strings.Fields(value), " "); !sameNumbers(got, want) && !(strings.HasSuffix(path, "_ms") && roundedUp(got, want)) {
			return refuse("sysctl "+key+" in "+ns.Name, "did not keep the value %s: it reads %s", quote(want), quote(got))
		}
		return nil
	})
}

func (ns *Namespace) sysctlError(key, path string, err error) error {
	thing := "sysctl " + key + " in " + ns.Name
	switch {
	case errors.Is(err, unix.ENOENT):
		if before, name, after, is := ofInterface(path); is && ns.loHas(before, after) {
			return refuse(thing, "does not exist: there is no interface %s there; netns(sysctls =) keeps a value until there is one", name)
		}
		return refuse(thing, "does not exist: a namespace may lack it because it belongs to the whole machine, or this kernel has no such feature")
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ERANGE):
		return &Error{Thing: thing, Err: unix.EINVAL, Hint: "the value is not one that it takes"}
	case errors.Is(err, unix.EACCES), errors.Is(err, unix.EPERM), errors.Is(err, unix.EROFS):
		return refuse(thing, "can only be changed for the whole machine, not in a namespace")
	}
	return &Error{Thing: thing, Err: err}
}

func readSysctl(path string) (string, error) {
	b, err := os.ReadFile("/proc/sys/" + path)
	return strings.Join(strings.Fields(string(b)), " "), err
}

func writeSysctl(path, value string) error {
	f, err := os.OpenFile("/proc/sys/"+path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(value)
	return errors.Join(err, f.Close())
}

// sameNumbers reports whether two values are the same words, numbers in any
// notation that the kernel takes.
func sameNumbers(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	return slices.EqualFunc(x, y, func(a, b string) bool {
		n, err1 := strconv.ParseInt(a, 0, 64)
		m, err2 := strconv.ParseInt(b, 0, 64)
		return a == b || err1 == nil && err2 == nil && n == m
	})
}

// roundedUp reports whether a time in milliseconds is another one as the
// kernel keeps it: in ticks of its clock, of 10 ms at most.
func roundedUp(got, want string) bool {
	n, err1 := strconv.Atoi(got)
	m, err2 := strconv.Atoi(want)
	return err1 == nil && err2 == nil && n >= m && n < m+10
}
