package report

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// A Verdict is what became of a test, as a report has it.
type Verdict struct{ Test, Status string }

// Verdicts reads them from a report of JUnit, in its order.
func Verdicts(text []byte) ([]Verdict, error) {
	var doc junitSuites
	if err := xml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("is no report of JUnit: %w", err)
	}
	var list []Verdict
	for _, u := range doc.Suites {
		for _, c := range u.Cases {
			v := Verdict{c.Class + "::" + c.Name, "passed"}
			if c.Name == c.Class {
				v.Test = c.Name
			}
			switch {
			case c.Failure != nil:
				v.Status = c.Failure.Type
			case c.Error != nil:
				v.Status = "error"
			case c.Skipped != nil:
				v.Status, _, _ = strings.Cut(c.Skipped.Message, ":")
			}
			list = append(list, v)
		}
	}
	return list, nil
}
