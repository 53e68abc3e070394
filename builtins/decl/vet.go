package decl

import "go.starlark.net/starlark"

// A Literal is an argument as the text of a call shows it: its name if it is
// named, its value if that is a literal.
type Literal struct {
	Name  string
	Value starlark.Value // nil if only running the script tells
}

// Vet checks the arguments of a call without making it.
func (b *Builtin[S]) Vet(args []Literal) error {
	if b.Native != nil {
		return nil
	}
	var positional starlark.Tuple
	var named []starlark.Tuple
	for _, a := range args {
		v := a.Value
		if v == nil {
			v = unknown{}
		}
		if a.Name == "" {
			positional = append(positional, v)
		} else {
			named = append(named, starlark.Tuple{starlark.String(a.Name), v})
		}
	}
	p := &Params{}
	b.Params(p)
	if err := p.unpack(positional, named); err != nil {
		return &Error{b.Name, err}
	}
	return nil
}

// unknown stands for a value that only running the script tells.
type unknown struct{}

func (unknown) String() string        { return "unknown" }
func (unknown) Type() string          { return "unknown" }
func (unknown) Freeze()               {}
func (unknown) Truth() starlark.Bool  { return false }
func (unknown) Hash() (uint32, error) { return 0, nil }
