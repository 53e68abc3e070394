package builtins

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

// The types of parameters that several builtins share.
var (
	netnsType = netnsKind.Type()
	linkType  = linkKind.Type()
)

// A device is a link of a namespace, given as a value or by its name.
type device struct {
	link *runtime.Link
	name string
}

var deviceType = decl.Type[device]{Name: "link | str", From: func(v starlark.Value) (device, error) {
	if l, ok := linkKind.Unwrap(v); ok {
		return device{link: l}, nil
	}
	if s, ok := starlark.AsString(v); ok {
		return device{name: s}, nil
	}
	return device{}, decl.Wrong(v, "link or the name of one")
}, Show: func(d device) string { return strconv.Quote(d.name) }}

// in is the link of a namespace that parameter param means.
func (d *device) in(c *call, ns *runtime.Namespace, param string) (*runtime.Link, error) {
	switch {
	case d == nil:
		return nil, nil
	case d.link != nil && d.link.Namespace() != ns:
		return nil, decl.Misusef("%s: %s is in %s, not in %s", param, d.link.Name(), d.link.Namespace().Name, ns.Name)
	case d.link != nil:
		return d.link, d.link.Exists()
	}
	return ns.FindLink(c.Context, d.name, 0)
}

// linkNameType is the name of a link that is to be made.
var linkNameType = decl.Type[string]{Name: decl.Str.Name, From: func(v starlark.Value) (string, error) {
	s, err := decl.Str.From(v)
	if err == nil && s == "" {
		err = decl.Misusef("is empty: leave it out, or write None, for the default")
	}
	return s, err
}, Show: decl.Str.Show}

// An end is what a cable can be plugged into: a namespace, or a bridge.
var endType = decl.Type[runtime.End]{Name: "netns | link", From: func(v starlark.Value) (runtime.End, error) {
	if ns, ok := netnsKind.Unwrap(v); ok {
		return runtime.End{Namespace: ns}, nil
	}
	if l, ok := linkKind.Unwrap(v); ok {
		return runtime.End{Namespace: l.Namespace(), Bridge: l}, nil
	}
	return runtime.End{}, decl.Wrong(v, "netns or bridge")
}, Show: func(runtime.End) string { return "…" }}

var signalType = decl.Type[runtime.Signal]{Name: "str", From: func(v starlark.Value) (runtime.Signal, error) {
	s, err := decl.Str.From(v)
	if err != nil {
		return 0, err
	}
	sig, ok := runtime.SignalByName(s)
	if !ok {
		return 0, decl.Misusef("%q is no signal: write \"TERM\", \"HUP\", \"SIGUSR1\" …", s)
	}
	return sig, nil
}, Show: func(runtime.Signal) string { return `"TERM"` }}

// mtuType is the range that the kernel takes for Ethernet.
var mtuType = decl.Int(68, 65535)

// networkType is an address, or a prefix that holds addresses.
var networkType = decl.Type[netip.Prefix]{Name: "str", From: func(v starlark.Value) (netip.Prefix, error) {
	p, err := decl.Prefix.From(v)
	if err == nil && p != p.Masked() {
		err = decl.Misusef("%q has bits set behind its prefix length: write %q", p.String(), p.Masked().String())
	}
	return p, err
}, Show: decl.Prefix.Show}

// destination is a prefix or "default", whose family its next hop decides.
var destination = decl.Type[netip.Prefix]{Name: "str", From: func(v starlark.Value) (netip.Prefix, error) {
	if s, ok := starlark.AsString(v); ok && s == "default" {
		return netip.Prefix{}, nil
	}
	return networkType.From(v)
}, Show: func(p netip.Prefix) string { return strconv.Quote(p.String()) }}

// A nextHop is one next hop as a script gives it.
type nextHop struct {
	via    netip.Addr
	dev    *device
	weight int
}

// hopsType is one next hop or a list of them, each an address, or a tuple of
// an address (or None), a weight and a link, in any order after the first.
var hopsType = decl.Type[[]nextHop]{Name: "str | list[str | (str, int)]", From: func(v starlark.Value) ([]nextHop, error) {
	list, ok := v.(*starlark.List)
	if !ok {
		h, err := hopFrom(v)
		return []nextHop{h}, err
	}
	if list.Len() == 0 {
		return nil, decl.Misusef("is an empty list: a route needs a next hop")
	}
	hops := make([]nextHop, list.Len())
	for i := range hops {
		h, err := hopFrom(list.Index(i))
		if err != nil {
			return nil, decl.Misusef("[%d]: %s", i, err)
		}
		hops[i] = h
	}
	return hops, nil
}, Show: func([]nextHop) string { return "None" }}

func hopFrom(v starlark.Value) (nextHop, error) {
	tuple, ok := v.(starlark.Tuple)
	if !ok {
		tuple = starlark.Tuple{v}
	}
	h := nextHop{weight: 1}
	if len(tuple) == 0 || len(tuple) > 3 {
		return h, decl.Misusef("got %d values, want an address, its weight and its link", len(tuple))
	}
	if tuple[0] != starlark.None {
		a, err := decl.Addr.From(tuple[0])
		if err != nil {
			return h, err
		}
		h.via = a
	}
	for _, x := range tuple[1:] {
		if _, isInt := x.(starlark.Int); isInt {
			n, err := decl.Int(1, 256).From(x)
			if err != nil {
				return h, decl.Misusef("weight: %s", err)
			}
			h.weight = n
			continue
		}
		d, err := deviceType.From(x)
		if err != nil {
			return h, decl.Misusef("got %s, want a weight or a link", decl.TypeName(x))
		}
		h.dev = &d
	}
	if !h.via.IsValid() && h.dev == nil {
		return h, decl.Misusef("names neither an address nor a link")
	}
	return h, nil
}

// A ratio is a share: "15%" or 0.15.
var ratio = decl.Type[float64]{Name: "ratio", From: func(v starlark.Value) (float64, error) {
	switch v := v.(type) {
	case starlark.String:
		digits, ok := strings.CutSuffix(strings.TrimSpace(string(v)), "%")
		f, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
		if !ok || err != nil || !(f >= 0 && f <= 1e6) {
			return 0, decl.Misusef("%s is no ratio: write \"15%%\" or 0.15", v)
		}
		return f / 100, nil
	case starlark.Float:
		if !(v >= 0 && v <= 1e4) {
			return 0, decl.Misusef("%s is no ratio: write \"15%%\" or 0.15", v)
		}
		return float64(v), nil
	case starlark.Int:
		if n, ok := v.Int64(); ok && n == 0 {
			return 0, nil
		}
		return 0, decl.Misusef("%s has a doubtful unit: write \"%s%%\", or a float such as 0.15", v, v)
	}
	return 0, decl.Wrong(v, "ratio, like \"15%\" or 0.15")
}, Show: func(f float64) string { return strconv.Quote(fmt.Sprintf("%g%%", f*100)) }}

// A family chooses addresses of one family, or of both.
type family struct{ n **int }

func familyOf(p *params) family { return familyArg(p, "4 or 6; both if it is left out") }

func familyArg(p *params, doc string) family {
	return family{decl.Maybe(p, "family", decl.Type[int]{Name: "int", From: func(v starlark.Value) (int, error) {
		x, ok := v.(starlark.Int)
		if !ok {
			return 0, decl.Wrong(v, "int")
		}
		n, _ := x.Int64()
		if n != 4 && n != 6 {
			return 0, decl.Misusef("%s is no family: write 4 or 6", x)
		}
		return int(n), nil
	}, Show: strconv.Itoa}, doc)}
}

func (f family) has(a netip.Addr) bool {
	return *f.n == nil || a.Is4() == (**f.n == 4)
}

// orZero is the value of a parameter that may be left out.
func orZero[T any](p *T) T {
	if p == nil {
		return *new(T)
	}
	return *p
}

// narrow is a number that may be left out, as a type that holds it.
func narrow[N uint8 | uint16 | uint32](n *int) *N {
	if n == nil {
		return nil
	}
	x := N(*n)
	return &x
}

// none is what a builtin returns that only acts.
func none(err error) (starlark.Value, error) {
	if err != nil {
		return nil, err
	}
	return starlark.None, nil
}

// one is what a builtin returns for which the runtime gives a thing of a kind,
// or an error: one(linkKind)(ns.FindLink(…)).
func one[T comparable](k *decl.Kind[T]) func(T, error) (starlark.Value, error) {
	return func(x T, err error) (starlark.Value, error) {
		if err != nil {
			return nil, err
		}
		return k.Wrap(x), nil
	}
}

// all is one for a list: all(flowKind)(ns.Flows(…)).
func all[T any](k *decl.Kind[*T]) func([]T, error) (starlark.Value, error) {
	return func(list []T, err error) (starlark.Value, error) {
		if err != nil {
			return nil, err
		}
		return listOf(k, list), nil
	}
}

// only keeps what f wants.
func only[T any](list []T, f func(T) bool) []T {
	var out []T
	for _, x := range list {
		if f(x) {
			out = append(out, x)
		}
	}
	return out
}
