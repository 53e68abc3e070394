package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// mergeTAP numbers the tests of all parts anew, under one plan.
func mergeTAP(w io.Writer, parts []Part) error {
	var b bytes.Buffer
	version, total := 0, 0
	for _, p := range parts {
		n, v, err := renumber(&b, p.Text, total)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		total, version = total+n, max(version, v)
	}
	head := fmt.Sprintf("1..%d\n", total)
	if version > 0 {
		head = fmt.Sprintf("TAP version %d\n", version) + head
	}
	_, err := io.WriteString(w, head+b.String())
	return err
}

// renumber writes the lines of a report but for its version and plan, its
// tests numbered from the one after first.
func renumber(b *bytes.Buffer, text []byte, first int) (tests, version int, err error) {
	// Here, for they need not be made whenever this program starts.
	tapVersion := regexp.MustCompile(`^TAP version (\d+)\s*$`)
	tapPlan := regexp.MustCompile(`^1\.\.(\d+)\b`)
	tapTest := regexp.MustCompile(`^(not ok|ok)\b(\s+\d+)?`)
	plan, bailed := -1, false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\r\n")
		if m := tapVersion.FindStringSubmatch(line); m != nil {
			version, _ = strconv.Atoi(m[1])
			continue
		}
		if m := tapPlan.FindStringSubmatch(line); m != nil {
			if plan >= 0 {
				return 0, 0, errors.New("has two plans: it holds more than one report")
			}
			if plan, err = strconv.Atoi(m[1]); err != nil {
				return 0, 0, fmt.Errorf("%s: is no plan", line)
			}
			continue
		}
		if m := tapTest.FindStringSubmatch(line); m != nil {
			tests++
			line = fmt.Sprintf("%s %d%s", m[1], first+tests, line[len(m[0]):])
		}
		bailed = bailed || strings.HasPrefix(line, "Bail out!")
		b.WriteString(line + "\n")
	}
	switch {
	case plan < 0:
		return 0, 0, errors.New("is cut off: it has no plan")
	case plan > tests && !bailed:
		return 0, 0, fmt.Errorf("is cut off: it has %d of %d tests", tests, plan)
	case plan < tests:
		return 0, 0, fmt.Errorf("has %d tests, and planned %d", tests, plan)
	}
	return tests, version, nil
}
