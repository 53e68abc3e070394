package runtime

import (
	"fmt"
	"math"

	"golang.org/x/sys/unix"
)

// checkRoute refuses what makes no sense whatever the kernel thinks of it.
func (ns *Namespace) checkRoute(r RouteSpec) error {
	thing := fmt.Sprintf("route %s in %s", dstText(r.Dst), ns.Name)
	if _, ok := routeKinds[r.Kind]; !ok && r.Kind != "" {
		return refuse("route kind "+quote(r.Kind), "is unknown")
	}
	if _, ok := routeProtos[r.Proto]; !ok && r.Proto != "" {
		return refuse("routing protocol "+quote(r.Proto), "is unknown")
	}
	if !r.Dst.IsValid() {
		return refuse("route in "+ns.Name, "has no destination")
	}
	for _, n := range []struct {
		word string
		v    int
	}{{"metric", r.Metric}, {"table", r.Table}, {"mtu", r.MTU}} {
		if n.v < 0 || n.v > math.MaxUint32 {
			return refuse(thing, "has a %s out of range: %d", n.word, n.v)
		}
	}
	if r.Source.IsValid() && r.Source.Is4() != r.Dst.Addr().Is4() {
		return refuse("source "+r.Source.String(), "is of another family than %s", r.Dst)
	}
	if r.Encap != nil && r.Encap.Type == "seg6local" && r.Dst.Addr().Is4() {
		return refuse(thing, "cannot be %s: what SRv6 does with packets it does with those of IPv6", r.Encap.Action)
	}
	for _, h := range r.Hops {
		if h.Link != nil && h.Link.Namespace() != ns {
			return refuse(h.Link.thing(), "is in another namespace than %s", ns.Name)
		}
		if h.Weight < 0 || h.Weight > 256 {
			return refuse(thing, "has a weight out of range: %d is not in 1 to 256", h.Weight)
		}
	}
	return checkScope(r.Scope)
}

func (ns *Namespace) routeError(err error, r RouteSpec, verb string) error {
	thing := fmt.Sprintf("route %s in %s", dstText(r.Dst), ns.Name)
	hint := ""
	switch {
	case verb == "del" && (isErrno(err, unix.ESRCH) || isErrno(err, unix.ENOENT)):
		return &Error{Thing: thing, Err: unix.ESRCH}
	case isErrno(err, unix.EEXIST):
		hint = "give it another metric, or replace = True"
	case len(r.Hops) > 0 && (isErrno(err, unix.ENETUNREACH) || isErrno(err, unix.EHOSTUNREACH) || isErrno(err, unix.EINVAL)):
		for _, h := range r.Hops {
			if why := ns.hopFault(h); why != "" && !r.OnLink {
				return &Error{Thing: thing, Err: &reworded{Refusal("cannot go via " + h.Via.String() + why), err}}
			}
		}
	case isErrno(err, unix.ENETDOWN):
		return &Error{Thing: thing, Err: err}
	}
	return &Error{Thing: thing, Err: err, Hint: hint}
}

// reworded is a reason in words in place of the kernel's; the errno is kept.
type reworded struct {
	Refusal
	cause error
}

func (r *reworded) Error() string { return r.Refusal.Error() }

func (r *reworded) Unwrap() []error { return []error{r.Refusal, r.cause} }

// hopFault says why a next hop cannot be reached, as far as the addresses of
// the namespace tell; "" if they do not.
func (ns *Namespace) hopFault(h Hop) string {
	if !h.Via.IsValid() {
		return ""
	}
	if h.Via.Is6() && h.Via.IsLinkLocalUnicast() && h.Link == nil {
		return " alone: a link-local next hop needs dev"
	}
	states, err := ns.linkStates()
	if err != nil {
		return ""
	}
	up := map[string]bool{}
	for _, st := range states {
		up[st.LongName()] = st.Up()
	}
	list, err := ns.Addrs()
	if err != nil {
		return ""
	}
	down := ""
	for _, have := range list {
		switch {
		case have.Prefix.Addr() == h.Via:
			return ": it is an address of " + ns.Name + " itself"
		case !have.Prefix.Masked().Contains(h.Via) && have.Peer != h.Via:
		case !up[have.Link]:
			down = have.Link
		case h.Link == nil || h.Link.Name() == have.Link:
			return ""
		}
	}
	switch {
	case down != "":
		return fmt.Sprintf(": interface %s, whose network it is in, is down", down)
	case h.Link != nil:
		return fmt.Sprintf(": %s has no address in its network", h.Link.thing())
	}
	return fmt.Sprintf(": no interface of %s has an address in its network", ns.Name)
}
