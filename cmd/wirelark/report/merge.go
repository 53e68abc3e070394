package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
)

// A Part is the report of a shard.
type Part struct {
	Name string // the file's
	Text []byte
}

// kinds are the reports that can be merged. A report is of the first kind that
// it begins like.
var kinds = []struct {
	name   string
	begins string // a regular expression
	merge  func(w io.Writer, parts []Part) error
}{
	{"JUnit", `^<`, mergeJUnit},
	{"go test -json", `^\{`, mergeEvents},
	{"TAP", `^(TAP version \d+|1\.\.\d+|ok|not ok)\b`, mergeTAP},
}

// Merge writes the reports of shards as one of the same kind. That the shards
// are of one suite, and are all, it cannot know.
func Merge(w io.Writer, parts []Part) error {
	first := -1
	for i := range parts {
		p := &parts[i]
		p.Text = bytes.TrimPrefix(p.Text, []byte("\ufeff"))
		k, err := kindOf(p.Text)
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", p.Name, err)
		case first < 0:
			first = k
		case k != first:
			return fmt.Errorf("%s is %s and %s is %s: only reports of one kind can be merged", parts[0].Name, kinds[first].name, p.Name, kinds[k].name)
		}
	}
	return kinds[first].merge(w, parts)
}

// Mergeable reports whether a text is a report.
func Mergeable(text []byte) bool { _, err := kindOf(text); return err == nil }

func kindOf(text []byte) (int, error) {
	text = bytes.TrimSpace(text)
	if len(text) == 0 {
		return 0, errors.New("is empty")
	}
	for i, k := range kinds {
		if regexp.MustCompile(k.begins).Match(text) {
			return i, nil
		}
	}
	return 0, errors.New("is no report: what --junit, --tap and --json write can be merged")
}
