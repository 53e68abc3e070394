package runtime

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"wirelark/runtime/rtnl"
)

// A Link is an interface, held by its index: it stays the same link when it is
// renamed. What it is like is read from the kernel each time (linkstate.go).
type Link struct {
	mu     sync.Mutex
	ns     *Namespace
	index  int32
	name   string // as the script knows it; it may be longer than the kernel's
	kernel string
}

// Namespace is where the link is now.
func (l *Link) Namespace() *Namespace { l.mu.Lock(); defer l.mu.Unlock(); return l.ns }

// Index is the link's number in its namespace.
func (l *Link) Index() int { l.mu.Lock(); defer l.mu.Unlock(); return int(l.index) }

// Name is the link's name as the script knows it.
func (l *Link) Name() string { l.mu.Lock(); defer l.mu.Unlock(); return l.name }

// Device is the link's name as the kernel knows it.
func (l *Link) Device() string { l.mu.Lock(); defer l.mu.Unlock(); return l.kernel }

// where is the namespace and the index together.
func (l *Link) where() (*Namespace, int32) { l.mu.Lock(); defer l.mu.Unlock(); return l.ns, l.index }

// thing names the link in messages.
func (l *Link) thing() string { return linkThing(l.Name(), l.Namespace()) }

func linkThing(name string, ns *Namespace) string { return "interface " + name + " in " + ns.Name }

// maxName is how long a kernel's interface name may be, in bytes.
const maxName = unix.IFNAMSIZ - 1

// checkLinkName refuses what the kernel or its tools do not take as a name.
func checkLinkName(name string) error {
	thing := "interface name " + quote(name)
	switch {
	case name == "":
		return refuse(thing, "is empty")
	case len(name) > 127:
		return refuse(thing, "has %d bytes: at most 127 are allowed", len(name))
	case name == "all" || name == "default":
		return refuse(thing, "is not allowed: sysctls of all interfaces have that name")
	case name == "." || name == "..", strings.ContainsAny(name, "/:% \t\n\v\f\r\x00\"'"):
		return refuse(thing, "is not allowed: no '/', ':', '%%', quotes or white space, and neither \".\" nor \"..\"")
	}
	for _, r := range name {
		if r < 0x20 || r > 0x7e {
			return refuse(thing, "is not allowed: only printable ASCII characters")
		}
	}
	return nil
}

// kernelName is the name that the kernel gets for a link: its own if that is
// short enough, else its start and a hash, which is the same in every run.
func kernelName(name string) string {
	if len(name) <= maxName {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return name[:8] + "-" + hex.EncodeToString(sum[:3])
}

// newLink records a link that was just made.
func newLink(ns *Namespace, index int32, name string) *Link {
	return &Link{ns: ns, index: index, name: name, kernel: kernelName(name)}
}

// addAltName gives a link whose name was too long for the kernel its long
// name as an alternative one.
func (l *Link) addAltName() error {
	return l.altName(unix.RTM_NEWLINKPROP, unix.NLM_F_CREATE|unix.NLM_F_EXCL)
}

// dropAltName takes the alternative name away again, before a renaming.
func (l *Link) dropAltName() error { return l.altName(unix.RTM_DELLINKPROP, 0) }

func (l *Link) altName(typ, flags uint16) error {
	ns, index := l.where()
	name, kernel := l.Name(), l.Device()
	if kernel == name {
		return nil
	}
	if err := ns.altName(index, name, typ, flags); err != nil {
		return &Error{Thing: linkThing(name, ns), Err: err}
	}
	return nil
}

// altName adds an alternative name to a link, or deletes it.
func (ns *Namespace) altName(index int32, name string, typ, flags uint16) error {
	var b rtnl.Batch
	b.Begin(typ, flags)
	b.Ifinfo(unix.AF_UNSPEC, index, 0, 0)
	at := b.Nest(unix.IFLA_PROP_LIST)
	b.Str(unix.IFLA_ALT_IFNAME, name)
	b.Unnest(at)
	return ns.conn.Do(&b)
}

// altWords are the commands that give a link its long name, after another one.
func altWords(ns, kernel, name string) string {
	if kernel == name {
		return ""
	}
	return fmt.Sprintf("; ip -n %s link property add dev %s altname %s", ns, kernel, name)
}

// mac derives a link's address from the seed and its names: the same in every
// run, locally administered, and different for each link of a lab.
func (s *Session) mac(ns, link string) net.HardwareAddr {
	sum := sha256.Sum256([]byte(strconv.FormatUint(s.opt.Seed, 10) + "\x00" + ns + "\x00" + link))
	m := net.HardwareAddr(sum[:6])
	m[0] = m[0]&^0x03 | 0x02
	return m
}

// nextIndex reserves an interface index: chosen by us, it needs no look-up
// and is the same in every run.
func (ns *Namespace) nextIndex() int32 {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	ns.lastIndex++
	return ns.lastIndex
}

// takeIndexes gives links that are made in one message their indexes, no two
// alike: where both ends of a cable have the same, Linux 6.1 takes them for a
// link without another end, and tells of its carrier up to a second late.
func takeIndexes(links ...*Link) {
	for i, l := range links {
		taken := func(o *Link) bool { return o.index == l.index }
		for l.index = l.ns.nextIndex(); slices.ContainsFunc(links[:i], taken); {
			l.index = l.ns.nextIndex()
		}
	}
}

// resync moves on past the indexes that programs in the namespace have taken.
func (ns *Namespace) resync() error {
	list, err := ns.LinkStates()
	ns.mu.Lock()
	defer ns.mu.Unlock()
	for _, st := range list {
		ns.lastIndex = max(ns.lastIndex, int32(st.Index))
	}
	return err
}

// defaultName is the first of prefix0, prefix1 … that no link of the namespace
// has, and not other, which one is about to get.
func (ns *Namespace) defaultName(prefix, other string) string {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	for i := 0; ; i++ {
		if name := prefix + strconv.Itoa(i); !ns.ports[name] && name != other {
			ns.ports[name] = true
			return name
		}
	}
}

// take marks a name as given out, so that no default repeats it.
func (ns *Namespace) take(name string) {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	ns.ports[name] = true
}

// untake gives a name back after a link of that name was deleted, renamed or
// could not be made.
func (ns *Namespace) untake(name string) {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	delete(ns.ports, name)
}

// FindLink looks a link up by its name or an alternative one. It waits for
// it until timeout has passed.
func (ns *Namespace) FindLink(ctx context.Context, name string, timeout time.Duration) (*Link, error) {
	if err := checkLinkName(name); err != nil {
		return nil, err
	}
	var found *Link
	look := func() (bool, error) {
		st, err := ns.linkByName(name)
		if isErrno(err, unix.ENODEV) {
			return false, nil
		}
		if err != nil {
			return false, &Error{Thing: linkThing(name, ns), Err: err}
		}
		found = ns.linkOf(st)
		return true, nil
	}
	ok, err := look()
	if !ok && err == nil && timeout > 0 {
		ok, err = ns.waitLinks(ctx, timeout, look)
	}
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, &Error{Thing: linkThing(name, ns), Err: unix.ENODEV, Hint: ns.linkHint(name, timeout)}
	}
	return found, nil
}

// linkHint lists what there is instead of a link that is not there.
func (ns *Namespace) linkHint(name string, waited time.Duration) string {
	hint := ""
	if waited > 0 {
		hint = fmt.Sprintf("waited %s for it; ", waited)
	}
	list, err := ns.linkStates()
	if err != nil {
		return ""
	}
	names := make([]string, len(list))
	for i, st := range list {
		names[i] = st.LongName()
	}
	return hint + ns.Name + " has " + strings.Join(names, ", ")
}

// listen makes a socket that hears of changes in the namespace.
func (ns *Namespace) listen(groups ...int) (events *rtnl.Conn, err error) {
	err = ns.thread.do(func() (err error) { events, err = rtnl.Open(groups...); return err })
	if err != nil {
		return nil, &Error{Thing: "netns " + ns.Name, Err: err}
	}
	return events, nil
}

// waitLinks calls look at every change of the namespace's links until it is
// satisfied or timeout has passed.
func (ns *Namespace) waitLinks(ctx context.Context, timeout time.Duration, look func() (bool, error)) (bool, error) {
	events, err := ns.listen(unix.RTNLGRP_LINK)
	if err != nil {
		return false, err
	}
	defer events.Close()
	deadline := time.Now().Add(timeout)
	for {
		if ok, err := look(); ok || err != nil {
			return ok, err
		}
		left := time.Until(deadline)
		if left <= 0 || ctx.Err() != nil {
			return false, context.Cause(ctx)
		}
		// A tenth of a second at most, so that an interrupt is heard.
		ms := int(min(left, 100*time.Millisecond)/time.Millisecond) + 1
		if err := events.Listen(ms, func(uint16, []byte) {}); err != nil {
			return false, &Error{Thing: "netns " + ns.Name, Err: err}
		}
	}
}
