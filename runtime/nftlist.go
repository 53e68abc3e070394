package runtime

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Rulesets are read as nft lists them in JSON: the kernel knows instructions
// of a small machine, and only nft tells what they mean.

// An NftTable is a table of nftables with all that is in it.
type NftTable struct {
	Family, Name string
	Handle       int
	Chains       []*NftChain
	Sets, Maps   []*NftSet
	Counters     []*NftCounter
	Flowtables   []NftObject
	Objects      []NftObject // quotas, limits, helpers and whatever else has a name
}

// An NftChain is a chain of a table.
type NftChain struct {
	Name     string
	Handle   int
	Hook     string // "" for one that others jump to
	Type     string `json:"type"`
	Priority int    `json:"prio"`
	Policy   string
	Rules    []*NftRule `json:"-"`
}

// An NftRule is a rule of a chain. Packets and Bytes are nil without a counter.
type NftRule struct {
	Handle         int
	Comment        string
	Expr           json.RawMessage
	Packets, Bytes *uint64 `json:"-"`
}

// An NftSet is a named set, or a map if Map says what its values are.
type NftSet struct {
	Name   string
	Handle int
	Type   json.RawMessage
	Map    json.RawMessage
	Flags  json.RawMessage
	Elem   json.RawMessage
}

// An NftCounter is a counter with a name.
type NftCounter struct {
	Name           string
	Handle         int
	Packets, Bytes uint64
}

// An NftObject is another thing with a name, as nft tells of it.
type NftObject struct {
	Kind, Name string
	Data       json.RawMessage
}

// NftTables reads the whole ruleset, tables by family and name, what is in
// them in nft's order.
func (ns *Namespace) NftTables(ctx context.Context) ([]*NftTable, error) {
	text, err := ns.askNft(ctx, "-j", "list", "ruleset")
	if err != nil {
		return nil, err
	}
	list, err := parseRuleset(text)
	if err != nil {
		return nil, &Error{Thing: "ruleset of " + ns.Name, Err: err}
	}
	return list, nil
}

// askNft gives all that nft tells, which is no step: nothing is changed.
func (ns *Namespace) askNft(ctx context.Context, args ...string) ([]byte, error) {
	c := Command{Argv: append([]string{"nft"}, args...), Limit: 256 << 20}
	if err := ns.prepare(ctx, c); err != nil {
		return nil, err
	}
	res, err := ns.run(ctx, c)
	if err != nil {
		return nil, err
	}
	if !res.OK() || res.StdoutOver > 0 {
		return nil, refuse("ruleset of "+ns.Name, "could not be listed by nft, %s: %s", res.Ending(), strings.TrimSpace(string(res.Stderr)))
	}
	return res.Stdout, nil
}

// parseRuleset reads what nft -j list ruleset wrote.
func parseRuleset(text []byte) ([]*NftTable, error) {
	var doc struct{ Nftables []map[string]json.RawMessage }
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("nft's output: %w", err)
	}
	var list []*NftTable
	for _, object := range doc.Nftables {
		for kind, data := range object {
			if kind == "metainfo" {
				continue
			}
			var head struct{ Family, Name, Table, Chain string }
			if err := json.Unmarshal(data, &head); err != nil {
				return nil, fmt.Errorf("nft's output: %s: %w", kind, err)
			}
			if kind == "table" {
				t := &NftTable{}
				if err := json.Unmarshal(data, t); err != nil {
					return nil, fmt.Errorf("nft's output: %s: %w", kind, err)
				}
				list = append(list, t)
				continue
			}
			i := slices.IndexFunc(list, func(t *NftTable) bool { return t.Family == head.Family && t.Name == head.Table })
			if i < 0 {
				return nil, fmt.Errorf("nft's output: %s %s is of no table", kind, head.Name)
			}
			if err := list[i].add(kind, head.Name, head.Chain, data); err != nil {
				return nil, fmt.Errorf("nft's output: %s %s: %w", kind, head.Name, err)
			}
		}
	}
	for _, t := range list {
		t.count()
	}
	slices.SortFunc(list, func(a, b *NftTable) int { return cmp.Or(cmp.Compare(a.Family, b.Family), cmp.Compare(a.Name, b.Name)) })
	return list, nil
}

// add adds what nft tells of one thing of the table.
func (t *NftTable) add(kind, name, chain string, data json.RawMessage) error {
	switch kind {
	case "chain":
		return keep(&t.Chains, data)
	case "rule":
		i := slices.IndexFunc(t.Chains, func(c *NftChain) bool { return c.Name == chain })
		if i < 0 {
			return fmt.Errorf("chain %s is unknown", chain)
		}
		return keep(&t.Chains[i].Rules, data)
	case "set":
		return keep(&t.Sets, data)
	case "map":
		return keep(&t.Maps, data)
	case "counter":
		return keep(&t.Counters, data)
	case "flowtable":
		t.Flowtables = append(t.Flowtables, NftObject{kind, name, data})
	default:
		t.Objects = append(t.Objects, NftObject{kind, name, data})
	}
	return nil
}

// keep appends what data tells.
func keep[T any](list *[]*T, data json.RawMessage) error {
	x := new(T)
	*list = append(*list, x)
	return json.Unmarshal(data, x)
}

// count gives each rule the count of its first counter, which may be a named
// one of the table.
func (t *NftTable) count() {
	for _, c := range t.Chains {
		for _, r := range c.Rules {
			var list []struct{ Counter json.RawMessage }
			_ = json.Unmarshal(r.Expr, &list) // a statement may be a word
			for _, st := range list {
				var own struct{ Packets, Bytes *uint64 }
				var name string
				switch {
				case st.Counter == nil || r.Packets != nil:
				case json.Unmarshal(st.Counter, &name) == nil:
					if i := slices.IndexFunc(t.Counters, func(n *NftCounter) bool { return n.Name == name }); i >= 0 {
						r.Packets, r.Bytes = &t.Counters[i].Packets, &t.Counters[i].Bytes
					}
				case json.Unmarshal(st.Counter, &own) == nil:
					r.Packets, r.Bytes = own.Packets, own.Bytes
				}
			}
		}
	}
}
