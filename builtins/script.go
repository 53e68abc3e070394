// Package builtins is what scripts can say: one builtin, one file.
package builtins

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

// The shapes of this package's declarations.
type (
	builtin = decl.Builtin[*script]
	call    = decl.Call[*script]
	body    = decl.Func[*script]
	params  = decl.Params
)

// Options says how a script is to be run.
type Options struct {
	File   string            // absolute path of the script
	Root   string            // folder that load("//…") starts from
	Dir    string            // where the user is: messages name files from there
	Args   map[string]string // parameters of main, as the command line gives them
	Trace  bool              // show where in this program a bug of it arose
	Again  string            // the command that runs it once more, for reports
	Locals bool              // reports show the variables of the frame that failed
	Stdout io.Writer         // takes what the script prints
	// Artifacts is the folder that takes the logs of processes, "" for none.
	Artifacts string
	// Update takes what a snapshot shall hold from now on; nil to compare.
	Update func(name, text string) error
	Note   func(string) // takes what the user should know; may be nil
	// Section is told the titles that the script gives with step; may be nil.
	Section func(string)
	// Slow is what each "timeout" is multiplied by; 0 is 1.
	Slow float64
	// Overtime reports whether the reason for which the script was stopped is
	// that its time is up; may be nil.
	Overtime func(reason error) bool
	// Shell opens a shell in the node of a name on the user's terminal and
	// waits for its end; nil if there is no terminal.
	Shell func(ctx context.Context, node string) (code int, err error)
	// Prompt has a person use a prompt; nil if there is no terminal.
	Prompt func(ctx context.Context, p *Prompt) error
}

// dialect is the language: Starlark with sets and control flow at top level.
var dialect = &syntax.FileOptions{Set: true, TopLevelControl: true, GlobalReassign: true}

// A script is what is kept for one script while it runs.
type script struct {
	ctx     context.Context
	session *runtime.Session
	opt     Options
	env     starlark.StringDict
	loads   loader
	probes  probes

	main    *strand
	runners map[string]bool // the builtins that run commands or look at a node's files
	all     []*builtin      // that there are; they may not refer to their own table
	doc     func(name string) (text string, ok bool)
	shown   sync.Map // of files, what name says

	mu        sync.Mutex
	sources   map[string]*source
	last      *runtime.Result
	processes []*started
	awaiting  []awaiting
	marks     map[string]*marked
	test      *test             // that runs, nil for a script
	snapshots map[string]string // what was compared, by file
	commands  map[string]bool   // programs that were started
	shells    []string          // what a shell was given
	lastStep  int               // how many steps there were when last had ended
}

// A Tally counts what a script asserted.
type Tally struct {
	Checks    int
	KnownBugs []string // where each is reported
}

// A Run is a script that has ended.
type Run struct {
	Tally Tally
	Errs  []error // in the order in which they arose; empty if it passed

	script   *script
	reported int           // of Errs
	stopped  error         // why it was told to stop, or nil
	around   *surroundings // of the failure
}

// Execute runs a script and its main. What it deferred has not run yet, so
// that the lab is as it was when the script ended: Finish does the rest.
func Execute(ctx context.Context, s *runtime.Session, opt Options) *Run {
	sc := newScript(ctx, s, opt)
	// What can be seen to be wrong is told before anything is made.
	v := &Vetting{sc: sc, files: map[string]*vetted{}}
	if problems := v.problems(opt.File); len(problems) > 0 {
		return &Run{script: sc, Errs: []error{&StaticError{problems}}}
	}
	return sc.start(sc.run)
}

// start calls run and takes down what became of it.
func (sc *script) start(run func() error) *Run {
	began := time.Now()
	err := run()
	if sc.ctx.Err() == nil {
		err = sc.main.doubt(err)
	} else if sc.opt.Overtime != nil && sc.opt.Overtime(context.Cause(sc.ctx)) {
		if words := sc.stalled("the script's time limit", began); words != "" && err != nil {
			err = &inconclusive{err, words}
		}
	}
	r := &Run{script: sc, Errs: slices.Clone(sc.main.failed), Tally: sc.main.tally}
	if err != nil {
		r.Errs = append(r.Errs, err)
	}
	if sc.ctx.Err() != nil {
		r.stopped = context.Cause(sc.ctx)
	} else {
		r.Errs = append(r.Errs, sc.died()...)
		if len(r.Errs) == 0 { // a script that failed may not have come as far
			r.Errs = sc.unset()
		}
	}
	if len(r.Errs) > 0 {
		r.around = sc.surroundings()
	}
	return r
}

// Finish calls what the script deferred, and adds what failed in it. The
// script is over then; the lab is not yet unmade.
func (r *Run) Finish() {
	sc := r.script
	recorded := len(sc.main.failed)
	deferred := sc.runDeferred()
	r.Errs = append(append(r.Errs, sc.main.failed[recorded:]...), deferred...)
	r.Tally = sc.main.tally
}

// execute runs all of a script.
func (sc *script) execute() *Run {
	r := sc.start(sc.run)
	r.Finish()
	return r
}

func newScript(ctx context.Context, s *runtime.Session, opt Options) *script {
	sc := &script{ctx: ctx, session: s, opt: opt, sources: map[string]*source{}, all: All, doc: Doc}
	sc.main = &strand{script: sc, ctx: ctx}
	sc.env = sc.predeclared()
	return sc
}

// predeclared is the environment of every file of the script.
func (sc *script) predeclared() starlark.StringDict {
	env := make(starlark.StringDict, len(All)+2)
	sc.runners = map[string]bool{}
	for _, b := range All {
		env[b.Name] = b.Bind(sc.begin)
		sc.runners[b.Name] = b.Group == "run"
	}
	sc.probes.declare(env)
	return env
}

// begin makes a call of a builtin.
func (sc *script) begin(t *starlark.Thread) *call {
	s := strandOf(t)
	return &call{Script: sc, Session: sc.session, Thread: t, Context: runtime.At(s.ctx, whence{sc, callPos(t)}), Slow: sc.opt.Slow, Late: s.noteLate}
}

// A whence is where in the script something was done.
type whence struct {
	script *script
	pos    syntax.Position
}

func (p whence) String() string { return p.script.short(p.pos).String() }

// callPos is where in the script the builtin that runs was called.
func callPos(t *starlark.Thread) syntax.Position {
	for i := range t.CallStackDepth() {
		if f := t.CallFrame(i); f.Pos.Filename() != builtinFile {
			return f.Pos
		}
	}
	return syntax.Position{}
}

// builtinFile is what the interpreter gives as the file of a builtin.
const builtinFile = "<builtin>"

// thread makes a thread of a strand, that ends when the script is told to stop.
func (s *strand) thread(name string) (t *starlark.Thread, end func() bool) {
	sc, ctx := s.script, s.ctx
	t = &starlark.Thread{Name: name, Load: sc.load, Print: func(_ *starlark.Thread, text string) {
		_, _ = io.WriteString(sc.opt.Stdout, text+"\n")
	}}
	t.SetLocal(strandKey, s)
	if sc.opt.Locals {
		watchLocals(t)
	}
	return t, context.AfterFunc(ctx, func() { t.Cancel(context.Cause(ctx).Error()) })
}

// run executes the file's top level and its main.
func (sc *script) run() error {
	t, end := sc.main.thread("main")
	defer end()
	globals, err := sc.runTop(t)
	if err != nil {
		return err
	}
	fn, ok := globals["main"].(*starlark.Function)
	if !ok {
		if len(sc.opt.Args) > 0 {
			return &UsageError{fmt.Sprintf("%s takes no parameters: it defines no main", sc.name(sc.opt.File))}
		}
		return nil
	}
	kwargs, err := mainArgs(fn, sc.opt.Args)
	if err != nil {
		return err
	}
	_, err = sc.callFrom(t, fn, nil, kwargs)
	return err
}

// callFrom calls a function of the script from outside of the interpreter.
func (sc *script) callFrom(t *starlark.Thread, fn starlark.Callable, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	v, err := starlark.Call(t, fn, args, kwargs)
	return v, sc.framed(t, err)
}

// runTop executes the file's top level.
func (sc *script) runTop(t *starlark.Thread) (starlark.StringDict, error) {
	src, err := sc.read(sc.opt.File)
	if err != nil {
		return nil, err
	}
	prog, err := sc.compile(src)
	if err != nil {
		return nil, err
	}
	globals, err := prog.Init(t, sc.env)
	return globals, sc.framed(t, err)
}

// A UsageError is a mistake on the command line.
type UsageError struct{ Text string }

func (e *UsageError) Error() string { return e.Text }

// runDeferred calls what the script deferred, newest first, past failures. It
// has a context of its own: what stopped the script does not stop the cleanup.
func (sc *script) runDeferred() []error {
	var errs []error
	s := sc.main
	if s.ctx.Err() != nil {
		s.ctx = context.WithoutCancel(s.ctx)
	}
	for {
		n := len(s.deferred)
		if n == 0 {
			return errs
		}
		fn := s.deferred[n-1]
		s.deferred = s.deferred[:n-1]
		t, end := s.thread("deferred")
		if _, err := s.script.callFrom(t, fn, nil, nil); err != nil {
			errs = append(errs, err)
		}
		end()
	}
}
