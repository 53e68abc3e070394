package builtins

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime/talk"
)

var dnsQuery = &builtin{
	Name:    "dns_query",
	Group:   "probe",
	Summary: "Ask a name server once.",
	Detail:  "No program is needed. An answer with whatever code is a value; it fails if none comes. Without `server`, the one that the node's /etc/resolv.conf names first is asked. As the program dig.",
	Example: `n = netns("n")
check_fails(lambda: dns_query(n, "x.test", server = "127.0.0.1", timeout = "1s"), "refused")`,
	Returns: "dns_result",
	Params: func(p *params) body {
		ns := decl.Arg(p, "ns", netnsType, "the namespace")
		name := decl.Arg(p, "name", decl.Str, "the name")
		p.KeywordsOnly()
		typ := decl.Or(p, "type", decl.OneOf(slices.Sorted(maps.Keys(talk.DNSTypes))...), "A", "the type of records")
		server := decl.Maybe(p, "server", nameServer, "the server's address, with a port unless that is 53")
		tcp := decl.Or(p, "tcp", decl.Bool, false, "whether to ask over TCP")
		timeout := decl.Or(p, "timeout", decl.Duration, socketTimeout, "how long to wait")
		return func(c *call) (starlark.Value, error) {
			return one(dnsKind)((*ns).QueryDNS(c.Context, *name, *typ, orZero(*server), *tcp, *timeout))
		}
	},
}

// nameServer is an address, with a port or without.
var nameServer = decl.Type[netip.AddrPort]{Name: "str", From: func(v starlark.Value) (netip.AddrPort, error) {
	if a, err := decl.Addr.From(v); err == nil {
		return netip.AddrPortFrom(a, 53), nil
	}
	return peerType.From(v)
}, Show: endpoint.Show}

var dnsKind = &decl.Kind[*talk.DNSResult]{
	Name:    "dns_result",
	Summary: "What a name server answered. It is true if there are answers.",
	Label:   func(r *talk.DNSResult) string { return fmt.Sprintf("%s, %d records", r.Rcode, len(r.Records)) },
	Truth:   func(r *talk.DNSResult) bool { return r.Rcode == "NOERROR" && len(r.Records) > 0 },
	Fields: []decl.Field[*talk.DNSResult]{
		decl.F("rcode", "str", `"NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED" …`, value(func(r *talk.DNSResult) starlark.Value { return starlark.String(r.Rcode) })),
		decl.F("answers", "list[str]", "the data of the records, as in a zone file", value(func(r *talk.DNSResult) starlark.Value {
			out := make([]string, len(r.Records))
			for i, rec := range r.Records {
				out[i] = rec.Data
			}
			return strings_(out)
		})),
		decl.F("records", "list[dns_record]", "the records", value(func(r *talk.DNSResult) starlark.Value { return listOf(dnsRecordKind, r.Records) })),
		decl.F("authoritative", "bool", "whether the server answers for the zone", value(func(r *talk.DNSResult) starlark.Value { return starlark.Bool(r.Authoritative) })),
		decl.F("truncated", "bool", "whether not all fitted in", value(func(r *talk.DNSResult) starlark.Value { return starlark.Bool(r.Truncated) })),
		decl.F("elapsed", "duration", "how long it took", value(func(r *talk.DNSResult) starlark.Value { return span(r.Elapsed) })),
	},
}

var dnsRecordKind = &decl.Kind[*talk.DNSRecord]{
	Name:    "dns_record",
	Summary: "A record of a name server's answer.",
	Label:   func(r *talk.DNSRecord) string { return fmt.Sprintf("%s %s %s", r.Name, r.Type, r.Data) },
	Fields: []decl.Field[*talk.DNSRecord]{
		decl.F("name", "str", "whose it is", value(func(r *talk.DNSRecord) starlark.Value { return starlark.String(r.Name) })),
		decl.F("type", "str", `"A", "AAAA", "CNAME" …`, value(func(r *talk.DNSRecord) starlark.Value { return starlark.String(r.Type) })),
		decl.F("data", "str", "its data, as in a zone file", value(func(r *talk.DNSRecord) starlark.Value { return starlark.String(r.Data) })),
		decl.F("ttl", "int", "how many seconds it may be kept", value(func(r *talk.DNSRecord) starlark.Value { return number(r.TTL) })),
	},
}
