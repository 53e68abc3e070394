package report

import (
	"bytes"
	"slices"
	"testing"

	"wirelark/builtins"
	"wirelark/cmd/wirelark/suite"
)

// TestVerdictsAreThoseOfTheReport reads what JUnit wrote.
func TestVerdictsAreThoseOfTheReport(t *testing.T) {
	test := func(name string) *suite.Test {
		return &suite.Test{Test: builtins.Test{Function: name, Name: name}, Shown: "x_test.star"}
	}
	s := &Summary{Broken: []suite.Broken{{Shown: "b_test.star"}}}
	var want []Verdict
	for i, status := range []suite.Status{suite.Passed, suite.Failed, suite.Skipped, suite.Inconclusive, suite.XFailed} {
		x := test("test_" + string(rune('a'+i)))
		x.Line = i
		s.Results = append(s.Results, &suite.Result{Test: x, Title: x.ID(), Status: status, Reason: "why: so"})
		want = append(want, Verdict{x.ID(), string(status)})
	}
	whole := &suite.Test{Shown: "whole.star"}
	s.Results = append(s.Results, &suite.Result{Test: whole, Title: whole.ID(), Status: suite.Passed})
	want = append([]Verdict{{"whole.star", "passed"}}, want...) // its file comes first
	want = append(want, Verdict{"b_test.star::file", "error"})
	var b bytes.Buffer
	if err := JUnit(&b, s); err != nil {
		t.Fatal(err)
	}
	got, err := Verdicts(b.Bytes())
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	if _, err := Verdicts([]byte("{}")); err == nil || err.Error() != "is no report of JUnit: EOF" {
		t.Errorf("of a report of another kind it says %v", err)
	}
}
