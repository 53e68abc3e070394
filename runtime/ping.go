package runtime

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// A PingSpec is a series of ICMP echo requests.
type PingSpec struct {
	Dst      netip.Addr
	Zone     *Link // for a link-local destination; also the link to send over
	Source   netip.Addr
	Count    int
	Interval time.Duration
	Timeout  time.Duration // how long each reply may take
	Size     int           // bytes after the ICMP header
	TTL      int           // or hop limit; 0 for the kernel's
	DF       *bool         // never fragment, or always allow it; nil for the kernel's path MTU discovery
}

// A PingResult is what came of it.
type PingResult struct {
	Spec       PingSpec
	Sent       int
	Replies    []PingReply // in order of arrival, duplicates not included
	Duplicates int
	Errors     []PingError // ICMP errors and refusals of our own kernel, in order
}

// A PingReply is one echo reply.
type PingReply struct {
	Seq  int
	Time time.Duration
	TTL  int
	From netip.Addr
	Size int
}

// A PingError says that a request was answered by something else, or could
// not be sent.
type PingError struct {
	Seq  int
	Name string     // "host unreachable", "time exceeded", "packet too big" …
	From netip.Addr // who said so; invalid if our own kernel
	MTU  int        // with "packet too big"
}

// Ping sends echo requests from the namespace, natively: no program runs.
func (ns *Namespace) Ping(ctx context.Context, p PingSpec) (*PingResult, error) {
	if err := ns.checkPing(p); err != nil {
		return nil, err
	}
	if err := ns.session.Ready(ctx); err != nil {
		return nil, err
	}
	var res *PingResult
	err := ns.session.step(ctx, ns, p.words(), func() (err error) {
		res, err = ns.ping(ctx, p)
		return err
	})
	return res, err
}

// checkPing refuses what makes no sense whatever the kernel thinks of it.
func (ns *Namespace) checkPing(p PingSpec) error {
	switch {
	case p.Source.IsValid() && p.Source.Is4() != p.Dst.Is4():
		return refuse("source "+p.Source.String(), "is of another family than %s", p.Dst)
	case p.Zone != nil && p.Zone.Namespace() != ns:
		return refuse(p.Zone.thing(), "is in another namespace than %s", ns.Name)
	case p.Zone == nil && p.Dst.Is6() && (p.Dst.IsLinkLocalUnicast() || p.Dst.IsLinkLocalMulticast()):
		return refuse("destination "+p.Dst.String(), "is link-local: say over which interface")
	case p.Count < 1 || p.Count > 65535:
		return refuse(fmt.Sprintf("count %d", p.Count), "is out of range: 1 to 65535")
	case p.Size < 0 || p.Size > 65535:
		return refuse(fmt.Sprintf("size %d", p.Size), "is out of range: 0 to 65535 bytes")
	case p.TTL < 0 || p.TTL > 255:
		return refuse(fmt.Sprintf("ttl %d", p.TTL), "is out of range: 1 to 255")
	}
	return nil
}

func (ns *Namespace) ping(ctx context.Context, p PingSpec) (*PingResult, error) {
	e := &echoer{ns: ns, p: p, res: &PingResult{Spec: p}, sent: map[int]time.Time{}, answered: map[int]bool{}}
	err := ns.thread.do(e.open)
	if err != nil {
		return nil, &Error{Thing: "ping " + p.Dst.String() + " from " + ns.Name, Err: err}
	}
	defer unix.Close(e.fd)
	next := time.Now()
	for seq := 1; seq <= p.Count; seq++ {
		if err := e.receive(ctx, next, false); err != nil {
			return nil, err
		}
		e.send(seq)
		next = time.Now().Add(p.Interval)
	}
	if err := e.receive(ctx, time.Now().Add(p.Timeout), true); err != nil {
		return nil, err
	}
	return e.res, nil
}
