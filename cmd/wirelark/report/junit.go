package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"wirelark/cmd/wirelark/suite"
)

// The elements of a JUnit report, as the schema of the Jenkins xUnit plug-in
// has them.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		Properties []junitProperty `xml:"properties>property,omitempty"`
		Cases      []junitCase     `xml:"testcase"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		Time    string        `xml:"time,attr"`
		Skipped *junitMessage `xml:"skipped,omitempty"`
		Error   *junitMessage `xml:"error,omitempty"`
		Failure *junitMessage `xml:"failure,omitempty"`
		Out     string        `xml:"system-out,omitempty"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes results as JUnit's XML, a test suite for each file.
func JUnit(w io.Writer, s *Summary) error {
	doc := junitSuites{Name: "wirelark", Time: seconds(s.Duration)}
	properties := []junitProperty{{"kernel", s.Kernel}, {"wirelark", s.Version}}
	for _, p := range s.Programs {
		properties = append(properties, junitProperty{plain("program:" + p.Name), plain(p.Version)})
	}
	byFile := map[string]int{}
	of := func(file string) *junitSuite {
		i, ok := byFile[file]
		if !ok {
			i = len(doc.Suites)
			byFile[file] = i
			doc.Suites = append(doc.Suites, junitSuite{Name: file, Properties: properties})
		}
		return &doc.Suites[i]
	}
	times := map[string]time.Duration{}
	for _, r := range sorted(s.Results) {
		u := of(r.Shown)
		c := junitCase{Name: plain(strings.TrimPrefix(r.Title, r.Shown+"::")), Class: plain(r.Shown), Time: seconds(r.Duration)}
		text := plain(string(r.Output))
		switch {
		case r.Status.Undecided():
			c.Skipped = &junitMessage{Message: plain(string(r.Status) + ": " + r.Reason)}
			u.Skipped++
		case r.Status.Bad():
			c.Failure = &junitMessage{Message: plain(reason(r)), Type: string(r.Status), Text: text}
			u.Failures++
		default:
			c.Out = text
			if r.Status == suite.Flaky {
				c.Out = plain("flaky: "+r.Reason+"\n") + c.Out
			}
		}
		u.Tests++
		u.Cases = append(u.Cases, c)
		times[r.Shown] += r.Duration
	}
	for _, b := range s.Broken {
		u := of(b.Shown)
		u.Tests++
		u.Errors++
		u.Cases = append(u.Cases, junitCase{Name: "file", Class: plain(b.Shown), Time: "0.000", Error: &junitMessage{Message: "the file has mistakes", Type: "static", Text: plain(b.Text)}})
	}
	for i := range doc.Suites {
		u := &doc.Suites[i]
		u.Time = seconds(times[u.Name])
		u.Name = plain(u.Name)
		doc.Tests, doc.Failures, doc.Errors = doc.Tests+u.Tests, doc.Failures+u.Failures, doc.Errors+u.Errors
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// reason is why a test failed, in a line.
func reason(r *suite.Result) string {
	if r.Reason != "" {
		return r.Reason
	}
	if len(r.Outcome.Failures) > 0 {
		f := r.Outcome.Failures[0]
		if f.Pos != "" {
			return f.Pos + ": " + f.Text
		}
		return f.Text
	}
	return "the lab ended before the test did"
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// plain is a text without what XML cannot hold; control characters are shown.
func plain(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\ufffd")
	}
	return strings.Map(func(r rune) rune {
		if r == '\ufffe' || r == '\uffff' {
			return '\ufffd'
		}
		return r
	}, strings.ReplaceAll(printable(strings.ReplaceAll(s, "\n", "\x00")), `\x00`, "\n"))
}
