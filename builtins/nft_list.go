package builtins

import (
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var nftList = &builtin{
	Name:    "nft_list",
	Group:   "filter",
	Summary: "List the ruleset of a namespace: tables with their chains, rules, sets, maps and counters by name.",
	Detail: "Tables come by family and name, rules in their order. Values are equal unless somebody changed the ruleset or packets came: how long elements still stay is no difference. What `cut` and other builtins made is listed with what the script made. " +
		"It needs the program nft. As `nft -j list ruleset`.",
	Example: `n = netns("n")
nft(n, """
    table inet filter {
        counter hits { }
        set allowed { type ipv4_addr; elements = { 127.0.0.1 }; }
        chain input {
            type filter hook input priority filter
            ip saddr @allowed counter name hits
        }
    }
""")
check(ping(n, "127.0.0.1"))
t = nft_list(n, table = "filter")[0]
check(t.counters["hits"].packets == 2 and t.sets["allowed"].elements == ["127.0.0.1"])
check(t.chains["input"].rules[0].packets == 2)`,
	Returns: "list[nft_table]",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		p.KeywordsOnly()
		table := decl.Maybe(p, "table", decl.Str, "only tables of this name")
		family := decl.Maybe(p, "family", decl.OneOf("ip", "ip6", "inet", "arp", "bridge", "netdev"), "only tables of this family")
		return func(c *call) (starlark.Value, error) {
			c.Script.ran([]string{"nft"})
			list, err := (*ns).NftTables(c.Context)
			if err != nil {
				return nil, err
			}
			out := []starlark.Value{}
			for _, t := range list {
				if (*table == nil || t.Name == **table) && (*family == nil || t.Family == **family) {
					out = append(out, nftTableKind.Wrap(t))
				}
			}
			return starlark.NewList(out), nil
		}
	},
}

// byName wraps things of a table as a dict from their names.
func byName[T any](k *decl.Kind[*T], list []*T, name func(*T) string) starlark.Value {
	d := starlark.NewDict(len(list))
	for _, x := range list {
		_ = d.SetKey(starlark.String(name(x)), k.Wrap(x)) // a string has a hash
	}
	return d
}

// objectsByName are things that are told as nft's own data.
func objectsByName(list []runtime.NftObject) (starlark.Value, error) {
	d := starlark.NewDict(len(list))
	for _, o := range list {
		v, err := decodeJSON(o.Data)
		if err != nil {
			return nil, err
		}
		if err := d.SetKey(starlark.String(o.Kind+" "+o.Name), v); err != nil {
			return nil, err
		}
	}
	return d, nil
}
