package report

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Of a JUnit report that is merged, only what has to be added up is read; the
// rest of suites and cases stays as it is, so that nothing is lost of what others
// wrote in them.
type (
	anyReport struct {
		XMLName xml.Name
		Attrs   []xml.Attr `xml:",any,attr"`
		Suites  []anySuite `xml:"testsuite"`
	}
	anySuite struct {
		XMLName xml.Name   `xml:"testsuite"`
		Attrs   []xml.Attr `xml:",any,attr"`
		Nodes   []anyNode  `xml:",any"`
	}
	anyNode struct {
		XMLName xml.Name
		Attrs   []xml.Attr `xml:",any,attr"`
		Text    string     `xml:",innerxml"`
	}
)

// counted are the attributes that are added up; those of the first report that
// has another stand.
var counted = []string{"tests", "failures", "errors", "skipped", "disabled", "assertions", "time"}

func mergeJUnit(w io.Writer, parts []Part) error {
	doc := anyReport{XMLName: xml.Name{Local: "testsuites"}}
	byName := map[string]int{}
	timed := false // the reports say how long they took
	for _, p := range parts {
		r, err := readJUnit(p.Text)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		for _, a := range r.Attrs {
			if a.Name.Local == "name" || a.Name.Local == "time" {
				timed = timed || a.Name.Local == "time"
				if err := add(&doc.Attrs, a); err != nil {
					return fmt.Errorf("%s: %w", p.Name, err)
				}
			}
		}
		for _, s := range r.Suites {
			name := valueOf(s.Attrs, "name")
			i, known := byName[name]
			if !known {
				i = len(doc.Suites)
				byName[name] = i
				doc.Suites = append(doc.Suites, anySuite{})
			}
			for _, a := range s.Attrs {
				if err := add(&doc.Suites[i].Attrs, a); err != nil {
					return fmt.Errorf("%s: suite %s: %w", p.Name, name, err)
				}
			}
			doc.Suites[i].Nodes = append(doc.Suites[i].Nodes, s.Nodes...)
		}
	}
	for i := range doc.Suites {
		doc.Suites[i].Nodes = inOrder(doc.Suites[i].Nodes)
		for _, a := range doc.Suites[i].Attrs {
			if slices.Contains(counted, a.Name.Local) && !(a.Name.Local == "time" && timed) {
				if err := add(&doc.Attrs, a); err != nil {
					return err
				}
			}
		}
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	_, err := io.WriteString(w, xml.Header)
	return errors.Join(err, e.Encode(doc), second(io.WriteString(w, "\n")))
}

func second(_ int, err error) error { return err }

// readJUnit reads a report that is whole.
func readJUnit(text []byte) (*anyReport, error) {
	d := xml.NewDecoder(bytes.NewReader(text))
	r := &anyReport{}
	err := d.Decode(r)
	if err == nil {
		for { // what stands behind it
			var t xml.Token
			if t, err = d.Token(); err != nil {
				break
			}
			if _, more := t.(xml.StartElement); more {
				return nil, errors.New("holds more than one report")
			}
		}
	}
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &syntax) && syntax.Msg == "unexpected EOF":
		return nil, fmt.Errorf("is cut off in line %d", syntax.Line)
	case errors.As(err, &syntax):
		return nil, fmt.Errorf("line %d: %s", syntax.Line, syntax.Msg)
	case err != io.EOF:
		return nil, err
	}
	switch r.XMLName.Local {
	case "testsuites":
		return r, nil
	case "testsuite": // some write it alone
		s := anySuite{}
		if err := xml.Unmarshal(text, &s); err != nil {
			return nil, err
		}
		return &anyReport{Suites: []anySuite{s}}, nil
	}
	return nil, fmt.Errorf("is XML but no JUnit report: it begins with <%s>", r.XMLName.Local)
}

func valueOf(attrs []xml.Attr, name string) string {
	for _, a := range attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// add adds an attribute to those of the merged element.
func add(to *[]xml.Attr, a xml.Attr) error {
	count := slices.Contains(counted, a.Name.Local)
	n, err := strconv.ParseFloat(strings.ReplaceAll(a.Value, ",", ""), 64)
	if count && err != nil {
		return fmt.Errorf("%s=%q is no number", a.Name.Local, a.Value)
	}
	for i := range *to {
		b := &(*to)[i]
		if b.Name != a.Name {
			continue
		}
		if count {
			m, _ := strconv.ParseFloat(strings.ReplaceAll(b.Value, ",", ""), 64) // it was added before
			b.Value = sum(a.Name.Local, m+n)
		}
		return nil
	}
	if count {
		a.Value = sum(a.Name.Local, n)
	}
	*to = append(*to, a)
	return nil
}

func sum(name string, n float64) string {
	if name == "time" {
		return fmt.Sprintf("%.3f", n)
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// inOrder puts the parts of a suite where the schema wants them: one element
// with all properties, each once, the cases, what the suite wrote.
func inOrder(nodes []anyNode) []anyNode {
	var out []anyNode
	var properties []string
	rank := func(n anyNode) int {
		return slices.Index([]string{"properties", "testcase", "testsuite", "system-out", "system-err"}, n.XMLName.Local)
	}
	for _, n := range nodes {
		n.XMLName.Space = ""
		if n.XMLName.Local != "properties" {
			out = append(out, n)
			continue
		}
		if text := strings.TrimSpace(n.Text); !slices.Contains(properties, text) {
			properties = append(properties, text)
		}
	}
	if properties != nil {
		out = append(out, anyNode{XMLName: xml.Name{Local: "properties"}, Text: strings.Join(properties, "\n")})
	}
	slices.SortStableFunc(out, func(a, b anyNode) int { return cmp.Compare(rank(a), rank(b)) })
	return out
}
