package builtins

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"wirelark/runtime/sandbox"
)

var lacks = regexp.MustCompile(`^require: ((\S+): (?:this kernel lacks it|/dev/net/tun may not be opened))`)

// skipMark begins the line that tells of something that was not run: what, a
// tab, and why.
const skipMark = "skipped: "

// lacked reports whether all that went wrong with something is that the kernel
// has not, or does not give everybody, what the script requires, and that this
// may be: the lane of other kernels, which runs the same, allows no more than
// they are known to lack. It tells of it.
func lacked(bad []mishap, lab *sandbox.Lab, what string) bool {
	if len(bad) != 1 {
		return false
	}
	m := lacks.FindStringSubmatch(strings.TrimSpace(bad[0].text))
	if m == nil || lab.Spec.Args[1] != "any" && !slices.Contains(strings.Fields(lab.Spec.Args[1]), m[2]) {
		return false
	}
	fmt.Fprintf(lab.Stdout, "%s%s\t%s\n", skipMark, what, m[1])
	return true
}

// requires reports whether the chunk asks for something that a kernel may lack.
func (c *chunk) requires() bool {
	return slices.ContainsFunc(c.lines, func(l string) bool { return strings.HasPrefix(l, "require(") })
}
