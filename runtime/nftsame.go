package runtime

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// Two lists of a ruleset are the same unless somebody changed it or packets
// came: what passing time changes, as how long elements still stay, is no
// difference.

// Same reports whether two tables are.
func (t *NftTable) Same(other *NftTable) bool {
	return reflect.DeepEqual(t.ageless(), other.ageless())
}

// Same reports whether two chains are.
func (c *NftChain) Same(other *NftChain) bool {
	return reflect.DeepEqual(c.ageless(), other.ageless())
}

// Same reports whether two rules are.
func (r *NftRule) Same(other *NftRule) bool {
	return reflect.DeepEqual(r.ageless(), other.ageless())
}

// Same reports whether two sets are.
func (s *NftSet) Same(other *NftSet) bool {
	return reflect.DeepEqual(s.ageless(), other.ageless())
}

func (t *NftTable) ageless() *NftTable {
	c := *t
	c.Chains = each(t.Chains, (*NftChain).ageless)
	c.Sets, c.Maps = each(t.Sets, (*NftSet).ageless), each(t.Maps, (*NftSet).ageless)
	return &c
}

func (c *NftChain) ageless() *NftChain {
	d := *c
	d.Rules = each(c.Rules, (*NftRule).ageless)
	return &d
}

func (r *NftRule) ageless() *NftRule {
	c := *r
	c.Expr = ageless(r.Expr)
	return &c
}

func (s *NftSet) ageless() *NftSet {
	c := *s
	c.Elem = ageless(s.Elem)
	return &c
}

// each is a list of what f makes of the things of another.
func each[T any](list []*T, f func(*T) *T) []*T {
	out := make([]*T, len(list))
	for i, x := range list {
		out[i] = f(x)
	}
	return out
}

// agesIn are the words of nft's JSON for what passing time changes, by the
// object that has them.
var agesIn = map[string]string{"elem": "expires", "last": "used"}

// ageless is nft's data without that.
func ageless(data json.RawMessage) json.RawMessage {
	if !bytes.Contains(data, []byte(`"expires"`)) && !bytes.Contains(data, []byte(`"used"`)) {
		return data
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return data
	}
	dropAges(v)
	out, err := json.Marshal(v)
	if err != nil {
		return data
	}
	return out
}

func dropAges(v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			dropAges(x)
		}
	case map[string]any:
		for name, x := range v {
			if fields, ok := x.(map[string]any); ok {
				delete(fields, agesIn[name])
			}
			dropAges(x)
		}
	}
}
