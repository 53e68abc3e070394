package decl

import (
	"time"

	"go.starlark.net/starlark"
)

// limits notes the parameter that bounds how long the call may take. It is
// called "timeout" everywhere, so that all of them can be stretched, and what
// came of each can be judged, in one place.
func limits[T any](p *Params, name string, v *T) {
	if d, ok := any(v).(*time.Duration); ok && name == "timeout" {
		p.timeout = d
	}
}

// timed calls a body, with as much more time as the call allows, and tells of
// a call that took all of it.
func timed[S any](p *Params, c *Call[S], name string, body Func[S]) (starlark.Value, error) {
	if p.timeout == nil {
		return body(c)
	}
	if c.Slow > 0 {
		*p.timeout = time.Duration(float64(*p.timeout) * c.Slow)
	}
	began := time.Now()
	v, err := body(c)
	if c.Late != nil && time.Since(began) >= *p.timeout {
		c.Late(Late{name, *p.timeout, began, v, err})
	}
	return v, err
}
