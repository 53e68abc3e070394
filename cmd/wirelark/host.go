package main

import (
	"context"
	"fmt"

	"wirelark/builtins"
	"wirelark/runtime"
	"wirelark/runtime/sandbox"
)

// hostOf lets those who visit a lab use what its session has.
func hostOf(s *runtime.Session) sandbox.Host {
	return sandbox.Host{
		Nodes: func() []string {
			names := []string{}
			for _, ns := range s.Namespaces() {
				names = append(names, ns.Name)
			}
			return names
		},
		Shell: func(node string, c runtime.ShellSpec) (*runtime.Shell, error) {
			for _, ns := range s.Namespaces() {
				if ns.Name == node {
					return ns.Shell(c)
				}
			}
			return nil, fmt.Errorf("there is no node %s any more", node)
		},
	}
}

// shellOnFail opens a shell where a script failed, before its lab is unmade.
func (e *running) shellOnFail(ctx context.Context, r *builtins.Run) {
	if len(r.Errs) == 0 || !r.Ran() || ctx.Err() != nil || r.Code() == builtins.CodeUnable && r.Inconclusive() == "" {
		return
	}
	node := r.Node()
	if node == "" {
		e.note("--shell-on-fail: the lab has no node")
		return
	}
	if _, err := e.lab.Shell(ctx, node); err != nil && ctx.Err() == nil {
		e.note("--shell-on-fail: " + err.Error())
	}
}
