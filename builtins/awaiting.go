package builtins

import (
	"fmt"

	"go.starlark.net/starlark"

	"wirelark/runtime"
)

// An awaiting namespace keeps sysctls for links that may come.
type awaiting struct {
	ns    *runtime.Namespace
	stack starlark.CallStack
}

func (sc *script) awaits(ns *runtime.Namespace, stack starlark.CallStack) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	sc.awaiting = append(sc.awaiting, awaiting{ns, stack})
}

// unset are the sysctls that were kept for links that never came: such a name
// may be misspelt.
func (sc *script) unset() (errs []error) {
	for _, a := range sc.awaiting {
		for _, key := range a.ns.UnusedSysctls() {
			errs = append(errs, &located{a.stack, fmt.Errorf("netns: sysctl %s in %s was never set: no builtin made, moved or renamed a link to that name; set what programs make with sysctl", key, a.ns.Name)})
		}
	}
	return errs
}
