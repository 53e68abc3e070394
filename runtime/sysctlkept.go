package runtime

import (
	"context"
	"os"
	"slices"
	"strings"
)

// A new namespace has no interface but lo, and the kernel has a sysctl of an
// interface only while that is there. One that the script gives a namespace is
// kept, and written when a link of that name is made, moved there or renamed,
// before it is switched on.

// A keptSysctl is one of an interface that may not be there yet.
type keptSysctl struct {
	before, name, after string // the path: what is before the interface, its name, what is after it
	key, value          string // as the script wrote them
	used                bool
}

// keepSysctl keeps a sysctl if it is one that an interface would have.
func (ns *Namespace) keepSysctl(key, value string) bool {
	path, err := sysctlPath(key)
	if err != nil {
		return false
	}
	before, name, after, is := ofInterface(path)
	if !is || name == "lo" || checkLinkName(name) != nil || !ns.loHas(before, after) {
		return false
	}
	k := &keptSysctl{before: before, name: name, after: after, key: key, value: value}
	ns.mu.Lock()
	defer ns.mu.Unlock()
	ns.kept = append(ns.kept, k)
	return true
}

// ofInterface parts the path of a sysctl that an interface has.
func ofInterface(path string) (before, name, after string, is bool) {
	parts := strings.SplitN(path, "/", 5)
	if len(parts) < 5 || parts[2] != "conf" && parts[2] != "neigh" || parts[3] == "all" || parts[3] == "default" {
		return "", "", "", false
	}
	return strings.Join(parts[:3], "/") + "/", parts[3], "/" + parts[4], true
}

// loHas reports whether the loopback has such a sysctl, as all interfaces have
// them.
func (ns *Namespace) loHas(before, after string) bool {
	return ns.thread.do(func() error { _, err := os.Stat("/proc/sys/" + before + "lo" + after); return err }) == nil
}

// keepsFor reports whether sysctls are kept for a link of that name.
func (ns *Namespace) keepsFor(name string) bool {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	return slices.ContainsFunc(ns.kept, func(k *keptSysctl) bool { return k.name == name })
}

// stayDown has a link be made switched off if sysctls are kept for it, and
// reports whether wake must then switch it on.
func (ns *Namespace) stayDown(name string, down *bool) (late bool) {
	late = !*down && ns.keepsFor(name)
	*down = *down || late
	return late
}

// wake writes what is kept for a link that was made, and then switches it on
// if it is late.
func (l *Link) wake(ctx context.Context, late bool) error {
	if err := l.writeKept(ctx); err != nil || !late {
		return err
	}
	return l.SetUp(ctx, true)
}

// writeKept writes what is kept for the link.
func (l *Link) writeKept(ctx context.Context) error {
	ns, name := l.Namespace(), l.Name()
	ns.mu.Lock()
	list := slices.Clone(ns.kept)
	ns.mu.Unlock()
	for _, k := range list {
		if k.name != name {
			continue
		}
		if err := ns.SetSysctl(ctx, sysctlKey(k.before+l.Device()+k.after), k.value); err != nil {
			return err
		}
		ns.mu.Lock()
		k.used = true
		ns.mu.Unlock()
	}
	return nil
}

// UnusedSysctls are the keys that the script gave the namespace for links that
// never came, in their order.
func (ns *Namespace) UnusedSysctls() (keys []string) {
	if ns.dead.Load() {
		return nil
	}
	ns.mu.Lock()
	defer ns.mu.Unlock()
	for _, k := range ns.kept {
		if !k.used {
			keys = append(keys, k.key)
		}
	}
	return keys
}

// meetsKept reports whether a change makes sysctls be written that are kept,
// in which it may fail halfway.
func (l *Link) meetsKept(c LinkChange) bool {
	ns, name := l.Namespace(), l.Name()
	if c.Namespace != nil {
		ns = c.Namespace
	}
	if c.Name != nil {
		name = *c.Name
	}
	return (c.Namespace != nil || c.Name != nil) && ns.keepsFor(name)
}
