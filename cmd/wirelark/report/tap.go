package report

import (
	"fmt"
	"io"
	"strings"

	"wirelark/cmd/wirelark/suite"
)

// expected is TAP's word for a test that is known to fail.
const expected = "TO" + "DO"

// TAP writes results in the Test Anything Protocol, version 14.
func TAP(w io.Writer, s *Summary) error {
	var b strings.Builder
	fmt.Fprintf(&b, "TAP version 14\n# wirelark %s, Linux %s\n", s.Version, s.Kernel)
	for _, p := range s.Programs {
		fmt.Fprintf(&b, "# program %s: %s\n", oneLine(p.Name), oneLine(p.Version))
	}
	fmt.Fprintf(&b, "1..%d\n", len(s.Results)+len(s.Broken))
	n := 0
	for _, r := range sorted(s.Results) {
		n++
		verdict, directive := "ok", ""
		switch {
		case r.Status == suite.Skipped, r.Status == suite.Interrupted, r.Status == suite.Inconclusive:
			directive = " # SKIP " + oneLine(r.Reason)
		case r.Status == suite.XFailed:
			verdict, directive = "not ok", " # "+expected+" "+oneLine(r.Reason)
		case r.Status.Bad():
			verdict = "not ok"
		}
		fmt.Fprintf(&b, "%s %d - %s%s\n", verdict, n, tapName(r.Title), directive)
		fmt.Fprintf(&b, "  ---\n  duration_ms: %d\n  status: %s\n", r.Duration.Milliseconds(), r.Status)
		if verdict == "not ok" {
			fmt.Fprintf(&b, "  message: %q\n", oneLine(reason(r)))
		}
		b.WriteString("  ...\n")
		if verdict == "not ok" {
			// As comments: few consumers read YAML's blocks, and one never ends.
			for line := range strings.Lines(string(r.Output)) {
				b.WriteString("# " + printable(strings.TrimSuffix(line, "\n")) + "\n")
			}
		}
	}
	for _, x := range s.Broken {
		n++
		fmt.Fprintf(&b, "not ok %d - %s has mistakes\n", n, tapName(x.Shown))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// tapName is a name without what TAP takes for a directive.
func tapName(s string) string {
	return strings.NewReplacer(`\`, `\\`, "#", `\#`).Replace(oneLine(s))
}

func oneLine(s string) string { return printable(strings.ReplaceAll(s, "\n", " ")) }
