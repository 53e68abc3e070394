// Package decl is how a builtin is declared: its name, its parameters, what
// it says of itself, and what it does, in one value. Everything else that
// needs to know a builtin's shape (the unpacking of a call, the reference
// page, the editor stub, the help text, the static check) is read off that
// value.
package decl

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"go.starlark.net/starlark"

	"wirelark/runtime"
)

// A Builtin is one function that scripts can call. S is what the host keeps
// for each script.
type Builtin[S any] struct {
	Name    string
	Group   string // of the reference page: "make", "set" …
	Summary string // one sentence, in the imperative: "Connect two namespaces…"
	Detail  string // what a user must also know: units, defaults' reasons, failures
	Example string // a script that runs, or ""
	Returns string // a type's name
	Common  bool   // scripts have functions of that name too
	Params  func(p *Params) Func[S]

	// Native is a function or a module of the language itself. Such an entry
	// has no Params; Signature heads its entry in the reference.
	Native    starlark.Value
	Signature string
}

// A Func is the body of a builtin: it runs when every parameter has its value.
type Func[S any] func(c *Call[S]) (starlark.Value, error)

// A Call is one call of a builtin.
type Call[S any] struct {
	Script  S
	Session *runtime.Session
	Thread  *starlark.Thread
	Context context.Context // carries the position of the call, for the journal

	// Slow is what the parameter "timeout" is multiplied by; 0 is 1.
	Slow float64
	// Late is told of a call that took as long as its "timeout" allows, and
	// when it began; may be nil.
	Late func(l Late)
}

// A Late is a call that took as long as its "timeout" allows, and what came of
// it.
type Late struct {
	Builtin string
	Limit   time.Duration
	Began   time.Time
	Value   starlark.Value
	Err     error
}

// An Error is what a builtin failed with, and its name.
type Error struct {
	Builtin string
	Err     error
}

// Error is the builtin's name and what went wrong; the name once, where a thing
// is called the same: "netns a already exists".
func (e *Error) Error() string {
	text := e.Err.Error()
	if strings.HasPrefix(text, e.Builtin+" ") {
		return text
	}
	return e.Builtin + ": " + text
}

func (e *Error) Unwrap() error { return e.Err }

// A Misuse is a call that the script's author must mend: a wrong type, an
// unknown parameter. Waiting does not make it right.
type Misuse struct{ Text string }

func (m *Misuse) Error() string { return m.Text }

// Named says which parameter a Misuse is about, where its body found it.
func Named(param string, err error) error {
	if m, ok := err.(*Misuse); ok {
		return &Misuse{param + ": " + m.Text}
	}
	return err
}

// Misusef makes a Misuse, for types that are declared elsewhere.
func Misusef(format string, args ...any) error { return misuse(format, args...) }

func misuse(format string, args ...any) error { return &Misuse{fmt.Sprintf(format, args...)} }

// A Bug is a panic of this program in a builtin.
type Bug struct {
	Value string
	Stack []byte
}

func (b *Bug) Error() string { return "internal error, please report it: " + b.Value }

// Bind makes b callable by a script, with begin making each call.
func (b *Builtin[S]) Bind(begin func(t *starlark.Thread) *Call[S]) starlark.Value {
	if b.Native != nil {
		return b.Native
	}
	var free atomic.Pointer[[]slot] // slots that a call is done with
	return starlark.NewBuiltin(b.Name, func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (v starlark.Value, err error) {
		defer func() {
			if r := recover(); r != nil {
				err = &Error{b.Name, &Bug{fmt.Sprint(r), debug.Stack()}}
			}
		}()
		slots := free.Swap(nil)
		if slots == nil {
			slots = new([]slot)
		}
		p := &Params{slots: *slots}
		body := b.Params(p)
		err = p.unpack(args, kwargs)
		clear(p.slots)
		*slots, p.slots = p.slots[:0], nil
		free.Store(slots)
		if err != nil {
			return nil, &Error{b.Name, err}
		}
		c := begin(t)
		v, err = timed(p, c, b.Name, body)
		if err != nil {
			return nil, &Error{b.Name, err}
		}
		return v, nil
	})
}

// List is the builtin's parameters, in order.
func (b *Builtin[S]) List() []Param {
	if b.Params == nil {
		return nil
	}
	p := &Params{told: true}
	b.Params(p)
	return p.list
}
