package sandbox

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"wirelark/runtime"
)

func itoa(n int) string { return strconv.Itoa(n) }

// program is what the engines of these tests run, by the first argument.
func program(ctx context.Context, l *Lab) int {
	if len(l.Spec.Args) == 0 {
		return 0
	}
	switch arg := l.Spec.Args[1:]; l.Spec.Args[0] {
	case "sh": // a shell command, in the engine's own namespaces
		c := exec.Command("/bin/sh", "-c", arg[0])
		c.Stdout, c.Stderr = l.Stdout, l.Stderr
		if err := c.Run(); err != nil {
			if c.ProcessState != nil {
				return c.ProcessState.ExitCode()
			}
			fmt.Fprintln(l.Stderr, err)
			return 99
		}
		return 0
	case "exit":
		n, _ := strconv.Atoi(arg[0])
		return n
	case "reach":
		fmt.Fprint(l.Stdout, tryToReach(arg))
		return 0
	case "status": // a line of progress, replaced by output, until told to stop
		l.Status("1 of 2: " + arg[0])
		fmt.Fprintln(l.Stdout, "output")
		l.Status("2 of 2")
		<-ctx.Done()
		fmt.Fprintln(l.Stderr, "told:", context.Cause(ctx))
		return 130
	case "wait": // until told to stop
		fmt.Fprintln(l.Stdout, "READY")
		<-ctx.Done()
		fmt.Fprintln(l.Stderr, "told:", context.Cause(ctx))
		return 130
	case "serve": // visitors, until told to stop
		return serveVisitors(ctx, l)
	case "write": // a file, then wait to be told to stop
		if err := os.WriteFile("y", []byte("written\n"), 0o644); err != nil {
			fmt.Fprintln(l.Stderr, err)
			return 99
		}
		fmt.Fprintln(l.Stdout, "READY")
		<-ctx.Done()
		return 130
	case "keep": // goes on after the script has ended, until told to stop
		l.Keep(nil)
		fmt.Fprintln(l.Stdout, "READY")
		select {
		case <-ctx.Done():
			fmt.Fprintln(l.Stderr, "told:", context.Cause(ctx))
		case <-time.After(l.Spec.Timeout + time.Second/2):
		}
		return 0
	case "finish": // as the script does whose time limit has passed
		<-ctx.Done()
		fmt.Fprintln(l.Stderr, "told:", context.Cause(ctx))
		return 1
	case "deaf": // takes no notice
		fmt.Fprintln(l.Stdout, "READY")
		select {}
	case "flood": // more than any pipe holds, until told to stop
		for line := make([]byte, 4096); ctx.Err() == nil; {
			if _, err := l.Stdout.Write(line); err != nil {
				return 1
			}
		}
		return 130
	case "panic":
		var m map[string]int
		m["x"] = 1
	case "fatal": // not to be recovered from
		defer func() { _ = recover() }()
		var mu sync.Mutex
		mu.Unlock()
	case "memory":
		var all [][]byte
		for {
			b := make([]byte, 64<<20)
			for i := 0; i < len(b); i += 4096 {
				b[i] = 1
			}
			all = append(all, b)
			_ = all
		}
	case "noise": // something that writes where only a dying runtime does
		os.Stderr.WriteString("noise\n")
		return 0
	}
	fmt.Fprintln(l.Stderr, "no such program:", l.Spec.Args[0])
	return 98
}

func TestLabRunsItsProgram(t *testing.T) {
	asEach(t, func(t *testing.T, u person) {
		sh(t, u, nil, "id -u; echo problem >&2; exit 7").is(t, ended{7, "0\n", "problem\n"})
	})
}

// TestExitCodePasses: also those that look like a signal's.
func TestExitCodePasses(t *testing.T) {
	for _, code := range []int{0, 1, 2, 3, 4, 77, 137, 255} {
		u := people(t)[0]
		s := project(t, u)
		s.Args = []string{"exit", itoa(code)}
		run(t, u, s).is(t, ended{code, "", ""})
	}
}

// serveVisitors is what cmd/wirelark does for a script with the node n.
func serveVisitors(ctx context.Context, l *Lab) int {
	s := runtime.NewSession(runtime.Options{RunDir: RunDir, Project: l.Spec.Project, WorkDir: l.Spec.Project, OneID: l.OneID()})
	ns, err := s.NewNamespace(ctx, "n", runtime.NamespaceOptions{})
	if err != nil {
		fmt.Fprintln(l.Stderr, err)
		return 99
	}
	l.Serve(Host{
		Nodes: func() []string { return []string{"n"} },
		Shell: func(node string, c runtime.ShellSpec) (*runtime.Shell, error) {
			if node != "n" {
				return nil, fmt.Errorf("there is no node %s any more", node)
			}
			return ns.Shell(c)
		},
	})
	fmt.Fprintln(l.Stdout, "READY")
	<-ctx.Done()
	fmt.Fprintln(l.Stderr, "told:", context.Cause(ctx))
	_ = s.Close(context.Background())
	return 130
}
