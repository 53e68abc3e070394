// Package nattable says what a NAT of a known behaviour consists of: a table
// of nftables' own, told in nft's language and as the kernel's instructions.
package nattable

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/nftables"
	"golang.org/x/sys/unix"
)

// A Table is all that a NAT consists of.
type Table struct {
	Name   string
	sets   []set
	chains []chain
}

// A set is what is kept of mappings: with data, a map.
type set struct {
	name string
	key  nftables.SetDatatype
	data *nftables.SetDatatype
}

// How long a mapping of UDP is kept from the last packet that left, which is
// what RFC 4787 recommends, and how many at most.
const (
	mappingTime = 5 * time.Minute
	maxMappings = 65535
)

// A chain is where a hook's packets come to or, without a place, a rule's jump.
type chain struct {
	name  string
	at    *place
	rules [][]clause
}

// A place is where and when a chain has its turn, also in nft's words.
type place struct {
	typ      string
	hook     uint32
	priority int32
	words    string
}

var (
	arrives = place{"nat", unix.NF_INET_PRE_ROUTING, -100, "hook prerouting priority dstnat"}
	isOurs  = place{"filter", unix.NF_INET_LOCAL_IN, 0, "hook input priority filter"}
	goesOn  = place{"filter", unix.NF_INET_FORWARD, 0, "hook forward priority filter"}
	leaves  = place{"nat", unix.NF_INET_POST_ROUTING, 100, "hook postrouting priority srcnat"}
	hasLeft = place{"filter", unix.NF_INET_POST_ROUTING, 110, "hook postrouting priority srcnat + 10"}
)

func (t *Table) chain(name string, at *place, rules ...[]clause) {
	t.chains = append(t.chains, chain{name, at, rules})
}

// Text is the table in nft's language, in the place of the one that was there.
func (t *Table) Text() string {
	var w strings.Builder
	w.WriteString(t.GoneText())
	fmt.Fprintf(&w, "table ip %s {\n", t.Name)
	for _, s := range t.sets {
		word, typ := "set", s.key.Name
		if s.data != nil {
			word, typ = "map", typ+" : "+s.data.Name
		}
		fmt.Fprintf(&w, "\t%s %s { type %s; flags dynamic,timeout; timeout %dm; size %d; }\n", word, s.name, typ, int(mappingTime.Minutes()), maxMappings)
	}
	for _, c := range t.chains {
		fmt.Fprintf(&w, "\tchain %s {", c.name)
		if c.at != nil {
			fmt.Fprintf(&w, " type %s %s", c.at.typ, c.at.words)
		}
		w.WriteString("\n")
		for _, rule := range c.rules {
			texts := make([]string, len(rule))
			for i, part := range rule {
				texts[i] = part.text
			}
			w.WriteString("\t\t" + strings.Join(texts, " ") + "\n")
		}
		w.WriteString("\t}\n")
	}
	w.WriteString("}\n")
	return w.String()
}

// GoneText is what deletes the table in nft's language, also if there is none.
func (t *Table) GoneText() string {
	return fmt.Sprintf("table ip %[1]s\ndelete table ip %[1]s\n", t.Name)
}
