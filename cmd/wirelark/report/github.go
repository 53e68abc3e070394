package report

import (
	"fmt"
	"io"
	"strings"

	"wirelark/cmd/wirelark/suite"
)

// GitHub writes an annotation for each failure, as a GitHub workflow's log
// takes them.
func GitHub(w io.Writer, s *Summary) error {
	escape := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	var b strings.Builder
	for _, r := range sorted(s.Results) {
		level := "error"
		switch {
		case r.Status == suite.Flaky, r.Status == suite.Inconclusive:
			level = "warning"
		case !r.Status.Bad():
			continue
		}
		failures := r.Outcome.Failures
		if len(failures) == 0 {
			fmt.Fprintf(&b, "::%s file=%s,line=%d,title=%s::%s\n", level, property.Replace(r.Shown), r.Line, property.Replace(r.Title), escape.Replace(reason(r)))
		}
		for _, f := range failures {
			file, line, col := place(f.Pos)
			if file == "" {
				file, line, col = r.Shown, fmt.Sprint(r.Line), "1"
			}
			fmt.Fprintf(&b, "::%s file=%s,line=%s,col=%s,title=%s::%s\n", level, property.Replace(file), line, col, property.Replace(r.Title), escape.Replace(f.Text))
		}
	}
	for _, x := range s.Broken {
		first, _, _ := strings.Cut(x.Text, "\n")
		fmt.Fprintf(&b, "::error file=%s,title=mistakes::%s\n", property.Replace(x.Shown), escape.Replace(first))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// place takes "file:line:col" apart; file is "" if it is no place.
func place(pos string) (file, line, col string) {
	i := strings.LastIndexByte(pos, ':')
	if i < 0 {
		return "", "", ""
	}
	j := strings.LastIndexByte(pos[:i], ':')
	if j < 0 {
		return "", "", ""
	}
	return pos[:j], pos[j+1 : i], pos[i+1:]
}
