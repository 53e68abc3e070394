package runtime

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
)

// A Step is one effect on the machine.
type Step struct {
	Number    int
	Namespace string // its name, or "" where the step concerns none
	Command   string // the equivalent iproute2, sysctl or shell command
	Also      string // further commands of the same effect that set a node's defaults
	Section   string // the title of the script's step() it belongs to
	Err       error  // why it failed, or nil
	Outcome   string // how a command ended, "" if with exit code 0

	at fmt.Stringer // nil for nowhere
}

// Pos is where in the script the step was made: "lab.star:3:5".
func (st *Step) Pos() string {
	if st.at == nil {
		return ""
	}
	return st.at.String()
}

// Shell is the step as root would type it outside of the namespace, with what
// belongs to it besides.
func (st *Step) Shell() string {
	s := st.Command
	switch tool, rest, _ := strings.Cut(st.Command, " "); {
	case st.Namespace == "":
	case tool == "ip" || tool == "bridge" || tool == "tc":
		s = tool + " -n " + st.Namespace + " " + rest
	default:
		s = "ip netns exec " + st.Namespace + " " + st.Command
	}
	if st.Also != "" {
		s += "; " + st.Also
	}
	return s
}

// String is the step as -x prints it.
func (st *Step) String() string {
	if st.Namespace == "" {
		return st.Command
	}
	return st.Namespace + ": " + st.Command
}

// A journal records steps in the order in which they were begun.
type journal struct {
	mu      sync.Mutex
	steps   []*Step
	section string
	trace   func(*Step)
	file    io.Writer // takes a line for each step that has ended; may be nil
}

func (j *journal) begin(ctx context.Context, ns, command string) *Step {
	j.mu.Lock()
	st := &Step{Number: len(j.steps) + 1, at: position(ctx), Namespace: ns, Command: command, Section: j.section}
	j.steps = append(j.steps, st)
	trace := j.trace
	j.mu.Unlock()
	if trace != nil {
		trace(st)
	}
	return st
}

// Steps is what the session has done so far, oldest first: copies, because
// steps that are under way still change.
func (s *Session) Steps() []*Step {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	list := make([]*Step, len(s.journal.steps))
	for i, st := range s.journal.steps {
		c := *st
		list[i] = &c
	}
	return list
}

// StepCount is how many steps the session has begun.
func (s *Session) StepCount() int {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	return len(s.journal.steps)
}

// BeginSection gives the steps that follow a title.
func (s *Session) BeginSection(title string) {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	s.journal.section = title
}

// Section is the title that BeginSection gave last, "" before the first.
func (s *Session) Section() string {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	return s.journal.section
}

// step runs f as one step of the journal, whose equivalent is command.
func (s *Session) step(ctx context.Context, ns *Namespace, command string, f func() error) error {
	name := ""
	if ns != nil {
		name = ns.Name
	}
	return s.journal.run(s.journal.begin(ctx, name, command), f)
}

// run does what a step stands for and keeps how it ended.
func (j *journal) run(st *Step, f func() error) error {
	err := f()
	j.mu.Lock()
	st.Err = err
	if j.file != nil {
		_, _ = j.file.Write(st.line()) // who keeps it tells of an error
	}
	j.mu.Unlock()
	return err
}

// outcome notes how a command ended.
func (j *journal) outcome(st *Step, words string) {
	j.mu.Lock()
	st.Outcome = words
	j.mu.Unlock()
}

// also adds to a step what its effect comprises besides its command.
func (j *journal) also(st *Step, commands string) {
	j.mu.Lock()
	st.Also = commands
	more := &Step{Number: st.Number, at: st.at, Command: commands, Section: st.Section}
	j.mu.Unlock()
	if j.trace != nil {
		j.trace(more)
	}
}

type positionKey struct{}

// At returns a context whose steps are recorded as made at pos, which is put
// into words only when somebody reads them.
func At(ctx context.Context, pos fmt.Stringer) context.Context {
	return context.WithValue(ctx, positionKey{}, pos)
}

func position(ctx context.Context) fmt.Stringer {
	pos, _ := ctx.Value(positionKey{}).(fmt.Stringer)
	return pos
}
