package builtins

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"unsafe"

	"go.starlark.net/starlark"
)

// A failure's local variables. The interpreter forgets those of a frame when
// it leaves it, and an error tells only where it arose. So a thread that is
// watched notes after each of its steps what the variables of the frame hold
// that it is in; where an error is taken from the interpreter, they are what
// they were when it arose.

// A variable is a name of a frame and its value.
type variable struct {
	name  string
	value starlark.Value
}

// variables are those of a frame that have a value: its function's own, in the
// order of the source, then those that it takes from the function around it.
func variables(fr starlark.DebugFrame, list []variable) []variable {
	for i := range fr.NumLocals() {
		if b, v := fr.Local(i); v != nil {
			if v = uncelled(v); v != nil {
				list = append(list, variable{b.Name, v})
			}
		}
	}
	if fn, ok := fr.Callable().(*starlark.Function); ok {
		for i := range fn.NumFreeVars() {
			if b, v := fn.FreeVar(i); v != nil {
				list = append(list, variable{b.Name, v})
			}
		}
	}
	return list
}

// cellType is the name of what the interpreter keeps the value of a variable
// in that another function captures.
const cellType = "cell"

// uncelled is what a variable holds, nil if nothing was assigned to it yet. The
// interpreter tells the value of a captured variable to nobody but to the
// function that captures it; a cell is looked into only if it has the one
// field that is known of it.
func uncelled(v starlark.Value) starlark.Value {
	if v.Type() != cellType {
		return v
	}
	p := reflect.ValueOf(v)
	if p.Kind() != reflect.Pointer || p.Elem().Kind() != reflect.Struct || p.Elem().NumField() != 1 ||
		p.Elem().Type().Field(0).Type != reflect.TypeFor[starlark.Value]() {
		return nil
	}
	return *(*starlark.Value)(unsafe.Pointer(p.Pointer()))
}

// A watcher notes the variables of a thread's frames, outermost first.
type watcher struct{ frames []watchedFrame }

type watchedFrame struct {
	fn   *starlark.Function
	vars []variable
}

// watchKey is under which a thread holds its watcher.
const watchKey = "watcher"

// watchLocals makes a thread note its variables.
func watchLocals(t *starlark.Thread) {
	w := &watcher{}
	t.SetLocal(watchKey, w)
	t.SetMaxExecutionSteps(1) // OnMaxSteps is called at each step from then on
	t.OnMaxSteps = w.step
}

// step is called before each step of the interpreter.
func (w *watcher) step(t *starlark.Thread) {
	fr, depth := t.DebugFrame(0), t.CallStackDepth()
	for len(w.frames) < depth {
		w.frames = append(w.frames, watchedFrame{})
	}
	f := &w.frames[depth-1]
	f.fn, _ = fr.Callable().(*starlark.Function)
	f.vars = variables(fr, f.vars[:0])
}

// A framed error is one with the variables of the frame that it arose in.
type framed struct {
	err    error
	title  string
	locals []operand
	more   int // that are not shown
}

func (f *framed) Error() string { return f.err.Error() }
func (f *framed) Unwrap() error { return f.err }

// Limits of what a report shows of variables.
const (
	shownLocals  = 20
	localsLength = 120
)

// framed adds to an error of a thread what is known of the variables where it
// arose; it must be called before the thread runs on.
func (sc *script) framed(t *starlark.Thread, err error) error {
	w, _ := t.Local(watchKey).(*watcher)
	var has *framed
	if w == nil || err == nil || errors.As(err, &has) {
		return err
	}
	stack, _ := deepest(err)
	for i, f := range slices.Backward(stack) {
		if f.Pos.Filename() == builtinFile || f.Pos.Line == 0 || i >= len(w.frames) || w.frames[i].fn == nil || w.frames[i].fn.Name() != f.Name {
			continue
		}
		return sc.frame(w.frames[i], err)
	}
	return err
}

// frame is an error with the variables of its frame. What is called and not
// looked at, such as functions, is left out.
func (sc *script) frame(at watchedFrame, err error) error {
	list, title := at.vars, "locals of "+at.fn.Name()
	if at.fn.Name() == "<toplevel>" {
		list, title = sc.fileVariables(at.fn, list), "variables of the file"
	}
	f := &framed{err: err, title: title}
	for _, v := range list {
		if _, ok := v.value.(starlark.Callable); ok {
			continue
		}
		if len(f.locals) == shownLocals {
			f.more++
			continue
		}
		f.locals = append(f.locals, operand{v.name, short(v.value.String(), localsLength)})
	}
	return f
}

// fileVariables are those of a file's top level, in the order of the source:
// globals, what it loaded, and what a comprehension there runs over.
func (sc *script) fileVariables(top *starlark.Function, own []variable) []variable {
	globals := top.Globals()
	for _, v := range own {
		globals[v.name] = v.value
	}
	var list []variable
	if tree, err := sc.tree(top.Position().Filename()); err == nil {
		for _, name := range defined(tree) {
			if v := globals[name]; v != nil {
				list = append(list, variable{name, v})
				delete(globals, name)
			}
		}
	}
	for _, name := range globals.Keys() {
		list = append(list, variable{name, globals[name]})
	}
	return list
}

// locals writes the variables of the frame that an error arose in.
func (rep *report) locals(err error) {
	var f *framed
	if !errors.As(err, &f) || len(f.locals) == 0 || codeOf(err) == CodeUnable {
		return
	}
	rep.line("  " + f.title + ":")
	width := 0
	for _, o := range f.locals {
		width = max(width, min(len([]rune(o.text)), 20))
	}
	for _, o := range f.locals {
		rep.line(fmt.Sprintf("    %-*s = %s", width, o.text, o.value))
	}
	if f.more > 0 {
		rep.line(fmt.Sprintf("    … and %d more", f.more))
	}
}
