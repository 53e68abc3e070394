package runtime

import (
	"errors"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

func quote(s string) string { return strconv.Quote(s) }

func isErrno(err error, no unix.Errno) bool { return errors.Is(err, no) }

// shellQuote writes a word so that a shell reads it as one word.
func shellQuote(s string) string {
	if s != "" && strings.IndexFunc(s, func(r rune) bool {
		return !(r == '.' || r == '/' || r == ':' || r == '-' || r == '_' || r == '=' || r == ',' || r == '+' || r == '@' || r == '%' ||
			'0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z')
	}) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// shellJoin writes words as one shell command.
func shellJoin(words []string) string {
	q := make([]string, len(words))
	for i, w := range words {
		q[i] = shellQuote(w)
	}
	return strings.Join(q, " ")
}

// onOff writes a flag as iproute2 does.
func onOff(v bool) string {
	if v {
		return "on"
	}
	return "off"
}

// A bitName is what a bit of the kernel's is called.
type bitName struct {
	bit  uint32
	name string
}

// bitNames are the names of those bits of a table that are set.
func bitNames(table []bitName, bits uint32) (names []string) {
	for _, b := range table {
		if bits&b.bit != 0 {
			names = append(names, b.name)
		}
	}
	return names
}
