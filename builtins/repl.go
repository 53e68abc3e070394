package builtins

import (
	"context"
	"maps"

	"wirelark/runtime"
)

// Interact runs a file's top level, if there is one, and has a person go on
// from there at a prompt. A failure of the file is reported there and does not
// end it; failed says that there was one, or one at the prompt. What was
// deferred has not run yet: Finish does that.
func Interact(ctx context.Context, s *runtime.Session, opt Options, file bool) (r *Run, failed bool) {
	sc := newScript(ctx, s, opt)
	r = &Run{script: sc}
	names := maps.Clone(sc.env)
	p := &Prompt{banner: "a lab of your own: exit or Ctrl-D ends it, help() says more"}
	if file {
		v := &Vetting{sc: sc, files: map[string]*vetted{}}
		if problems := v.problems(opt.File); len(problems) > 0 {
			r.Errs = []error{&StaticError{problems}}
			return r, true
		}
		t, end := sc.main.thread("main")
		globals, err := sc.runTop(t)
		end()
		maps.Copy(names, globals)
		sc.addLoaded(opt.File, names)
		if p.before, sc.main.failed = sc.main.failed, nil; err != nil {
			p.before = append(p.before, err)
		}
	}
	if ctx.Err() != nil {
		r.Errs, r.stopped = p.before, context.Cause(ctx)
		return r, true
	}
	s.ExpectCommands()
	if err := p.open(sc.main, names); err != nil && ctx.Err() == nil {
		r.Errs = append(p.before, err)
	}
	return r, p.failed
}
