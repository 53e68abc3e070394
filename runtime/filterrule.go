package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
	"github.com/google/nftables/userdata"
	"golang.org/x/sys/unix"
)

// Rules by name are in a table of our own, so that a script's own tables stay
// as it made them: inet wirelark, with a chain for each hook.

// A FilterRule is a rule that a script made by name.
type FilterRule struct {
	Chain, Text, Comment string
	ns                   *Namespace
	handle               uint64
}

// Namespace is where the rule is.
func (r *FilterRule) Namespace() *Namespace { return r.ns }

// Handle is the number by which nft deletes it.
func (r *FilterRule) Handle() uint64 { return r.handle }

func (r *FilterRule) thing() string {
	return fmt.Sprintf("rule %q of chain %s in %s", r.Text, r.Chain, r.ns.Name)
}

// A hooked chain is where a hook's packets come to.
type hooked struct {
	typ      nftables.ChainType
	hook     *nftables.ChainHook
	priority nftables.ChainPriority
	word     string // the priority's
}

var hookedChains = map[string]hooked{
	"input":       {nftables.ChainTypeFilter, nftables.ChainHookInput, *nftables.ChainPriorityFilter, "filter"},
	"forward":     {nftables.ChainTypeFilter, nftables.ChainHookForward, *nftables.ChainPriorityFilter, "filter"},
	"output":      {nftables.ChainTypeFilter, nftables.ChainHookOutput, *nftables.ChainPriorityFilter, "filter"},
	"prerouting":  {nftables.ChainTypeNAT, nftables.ChainHookPrerouting, *nftables.ChainPriorityNATDest, "dstnat"},
	"postrouting": {nftables.ChainTypeNAT, nftables.ChainHookPostrouting, *nftables.ChainPriorityNATSource, "srcnat"},
}

// ownChain is one of our table's chains; with a policy, if it shall be set.
func ownChain(name string, policy *nftables.ChainPolicy) *nftables.Chain {
	h := hookedChains[name]
	table := &nftables.Table{Family: nftables.TableFamilyINet, Name: ownTable}
	return &nftables.Chain{Name: name, Table: table, Type: h.typ, Hooknum: h.hook, Priority: &h.priority, Policy: policy}
}

// ownChainText makes the chain in nft's language, without a policy if it
// shall be left as it is: a new chain's is accept.
func ownChainText(name, policy string) string {
	h := hookedChains[name]
	if policy != "" {
		policy = " policy " + policy + ";"
	}
	return fmt.Sprintf("add table inet %[1]s; add chain inet %[1]s %[2]s { type %[3]s hook %[2]s priority %[4]s;%[5]s }", ownTable, name, h.typ, h.word, policy)
}

// Filter appends a rule to the chain of a hook: "accept", "drop" or "reject".
func (ns *Namespace) Filter(ctx context.Context, verdict, hook string, m Match, comment string) (*FilterRule, error) {
	end, action := []expr.Any{&expr.Verdict{Kind: expr.VerdictAccept}}, verdict
	switch verdict {
	case "drop":
		end = []expr.Any{&expr.Verdict{Kind: expr.VerdictDrop}}
	case "reject":
		end = []expr.Any{&expr.Reject{Type: unix.NFT_REJECT_ICMPX_UNREACH, Code: unix.NFT_REJECT_ICMPX_PORT_UNREACH}}
		action = "reject with icmpx port-unreachable" // the word alone means something else where a family is matched
	}
	return ns.addRule(ctx, hook, m, action, comment, end)
}

// addRule appends a rule that counts what it matches.
func (ns *Namespace) addRule(ctx context.Context, chain string, m Match, action, comment string, end []expr.Any) (*FilterRule, error) {
	r := &FilterRule{Chain: chain, Text: m.text() + "counter " + action, Comment: comment, ns: ns}
	thing := "rule in " + ns.Name
	if err := m.check(thing); err != nil {
		return nil, err
	}
	command := ownChainText(chain, "") + fmt.Sprintf("; add rule inet %s %s %s", ownTable, chain, r.Text)
	var user []byte
	if comment != "" {
		if len(comment) > 127 || strings.ContainsAny(comment, "\"\n\x00") {
			return nil, refuse(thing, "has a comment that nft cannot show: at most 127 bytes, one line and no quotes")
		}
		user = userdata.AppendString(nil, userdata.TypeComment, comment)
		command += fmt.Sprintf(" comment \"%s\"", comment)
	}
	err := ns.session.step(ctx, ns, "nft "+shellQuote(command), func() error {
		return ns.ruleset(r.thing(), func(conn *nftables.Conn) error {
			c := ownChain(chain, nil)
			before, _ := conn.GetRules(c.Table, c) // none before the chain is made
			conn.AddTable(c.Table)
			conn.AddChain(c)
			conn.AddRule(&nftables.Rule{Table: c.Table, Chain: c, Exprs: slices.Concat(m.exprs(), []expr.Any{&expr.Counter{}}, end), UserData: user})
			if err := conn.Flush(); isErrno(err, unix.ENOENT) {
				return unix.EOPNOTSUPP // of what the rule consists of, the kernel lacks a part
			} else if err != nil {
				return err
			}
			after, err := conn.GetRules(c.Table, c)
			if err == nil && len(after) <= len(before) {
				err = Refusal("was deleted by somebody else at once")
			}
			if err != nil {
				return err
			}
			r.handle = after[len(after)-1].Handle
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// ruleset runs do with nftables' socket of the namespace.
func (ns *Namespace) ruleset(thing string, do func(*nftables.Conn) error) error {
	err := ns.thread.do(func() error {
		conn, err := nftables.New(nftables.AsLasting())
		if err != nil {
			return err
		}
		defer conn.CloseLasting()
		return do(conn)
	})
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errThreadGone):
		return &Error{Thing: "netns " + ns.Name, Err: err}
	case isNoSuchFamily(err):
		return lacksNftables()
	}
	return &Error{Thing: thing, Err: err}
}

func lacksNftables() error {
	return lacksOfNft("nftables with NAT and connection tracking", "CONFIG_NF_TABLES_INET, CONFIG_NFT_NAT, since Linux 5.2")
}

// lacksOfNft says that this kernel has not a part of nftables.
func lacksOfNft(what, config string) *Unable {
	u := kernelLacks(what, "as root: modprobe nf_tables")
	u.Why += " (" + config + ")"
	return u
}

// Count is how many packets and bytes the rule has matched.
func (r *FilterRule) Count() (packets, bytes uint64, err error) {
	err = r.ns.ruleset(r.thing(), func(conn *nftables.Conn) error {
		c := ownChain(r.Chain, nil)
		list, err := conn.GetRules(c.Table, c)
		if err != nil {
			return unix.ENOENT // the library keeps no errno of its answers
		}
		for _, rule := range list {
			if rule.Handle != r.handle {
				continue
			}
			for _, e := range rule.Exprs {
				if n, ok := e.(*expr.Counter); ok {
					packets, bytes = n.Packets, n.Bytes
				}
			}
			return nil
		}
		return unix.ENOENT
	})
	return packets, bytes, err
}

// Del deletes the rule.
func (r *FilterRule) Del(ctx context.Context) error {
	command := fmt.Sprintf("nft delete rule inet %s %s handle %d", ownTable, r.Chain, r.handle)
	return r.ns.session.step(ctx, r.ns, command, func() error {
		return r.ns.ruleset(r.thing(), func(conn *nftables.Conn) error {
			c := ownChain(r.Chain, nil)
			if err := conn.DelRule(&nftables.Rule{Table: c.Table, Chain: c, Handle: r.handle}); err != nil {
				return err
			}
			return conn.Flush()
		})
	})
}

// SetPolicy says what becomes of a hook's packets that no rule decides on.
func (ns *Namespace) SetPolicy(ctx context.Context, hook, policy string) error {
	p := nftables.ChainPolicyAccept
	if policy == "drop" {
		p = nftables.ChainPolicyDrop
	}
	return ns.session.step(ctx, ns, "nft "+shellQuote(ownChainText(hook, policy)), func() error {
		return ns.ruleset("policy of hook "+hook+" in "+ns.Name, func(conn *nftables.Conn) error {
			c := ownChain(hook, &p)
			conn.AddTable(c.Table)
			conn.AddChain(c)
			return conn.Flush()
		})
	})
}
