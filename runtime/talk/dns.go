package talk

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// A DNSResult is what a name server answered.
type DNSResult struct {
	Rcode         string // "NOERROR", "NXDOMAIN" …
	Records       []DNSRecord
	Authoritative bool
	Truncated     bool
	Elapsed       time.Duration
}

// A DNSRecord is one of the answer's.
type DNSRecord struct {
	Name, Type, Data string
	TTL              int // in seconds
}

// DNSTypes are the types of records that can be asked for.
var DNSTypes = map[string]dnsmessage.Type{
	"A": dnsmessage.TypeA, "AAAA": dnsmessage.TypeAAAA, "CNAME": dnsmessage.TypeCNAME, "MX": dnsmessage.TypeMX, "NS": dnsmessage.TypeNS,
	"PTR": dnsmessage.TypePTR, "SOA": dnsmessage.TypeSOA, "SRV": dnsmessage.TypeSRV, "TXT": dnsmessage.TypeTXT,
}

var rcodes = map[dnsmessage.RCode]string{0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"}

var lastID atomic.Uint32 // of a question; no secret in a lab

// QueryDNS asks a name server once, over UDP or TCP.
func QueryDNS(ctx context.Context, ns Namespace, name string, typ dnsmessage.Type, server netip.AddrPort, tcp bool, timeout time.Duration) (*DNSResult, error) {
	if !strings.HasSuffix(name, ".") {
		name += "."
	}
	n, err := dnsmessage.NewName(name)
	if err != nil {
		return nil, fmt.Errorf("%q is no name", name)
	}
	id := uint16(lastID.Add(1))
	q := dnsmessage.Message{Header: dnsmessage.Header{ID: id, RecursionDesired: true}, Questions: []dnsmessage.Question{{Name: n, Type: typ, Class: dnsmessage.ClassINET}}}
	packet, err := q.Pack()
	if err != nil {
		return nil, fmt.Errorf("%q is no name", name)
	}
	start := time.Now()
	ask := askUDP
	if tcp {
		ask = askTCP
	}
	data, err := ask(ctx, ns, packet, server, timeout)
	if err != nil {
		return nil, err
	}
	var m dnsmessage.Message
	if err := m.Unpack(data); err != nil || m.ID != id {
		return nil, &Error{"", "the answer is no DNS message, or to another question", err}
	}
	r := &DNSResult{Rcode: rcodes[m.RCode], Authoritative: m.Authoritative, Truncated: m.Truncated, Elapsed: time.Since(start)}
	if r.Rcode == "" {
		r.Rcode = fmt.Sprintf("RCODE%d", m.RCode)
	}
	for _, a := range m.Answers {
		r.Records = append(r.Records, DNSRecord{a.Header.Name.String(), strings.TrimPrefix(a.Header.Type.String(), "Type"), recordData(a.Body), int(a.Header.TTL)})
	}
	return r, nil
}

func askUDP(ctx context.Context, ns Namespace, packet []byte, server netip.AddrPort, timeout time.Duration) ([]byte, error) {
	u, err := DialUDP(ns, netip.AddrPort{}, server, Options{})
	if err != nil {
		return nil, err
	}
	defer u.Close()
	if err := u.Send(packet, netip.AddrPort{}); err != nil {
		return nil, err
	}
	m, err := u.Receive(ctx, timeout)
	if err != nil {
		return nil, err
	}
	return m.Data, nil
}

func askTCP(ctx context.Context, ns Namespace, packet []byte, server netip.AddrPort, timeout time.Duration) ([]byte, error) {
	t, err := DialTCP(ctx, ns, netip.AddrPort{}, server, timeout, Options{})
	if err != nil {
		return nil, err
	}
	defer t.Close()
	if err := t.Send(ctx, append(binary.BigEndian.AppendUint16(nil, uint16(len(packet))), packet...), timeout); err != nil {
		return nil, err
	}
	return t.read(ctx, timeout, func() ([]byte, error) {
		var size [2]byte
		if _, err := io.ReadFull(t.r, size[:]); err != nil {
			return nil, err
		}
		data := make([]byte, binary.BigEndian.Uint16(size[:]))
		_, err := io.ReadFull(t.r, data)
		return data, err
	})
}

// recordData is a record as a zone file has it.
func recordData(b dnsmessage.ResourceBody) string {
	switch b := b.(type) {
	case *dnsmessage.AResource:
		return netip.AddrFrom4(b.A).String()
	case *dnsmessage.AAAAResource:
		return netip.AddrFrom16(b.AAAA).String()
	case *dnsmessage.CNAMEResource:
		return b.CNAME.String()
	case *dnsmessage.MXResource:
		return fmt.Sprintf("%d %s", b.Pref, b.MX)
	case *dnsmessage.NSResource:
		return b.NS.String()
	case *dnsmessage.PTRResource:
		return b.PTR.String()
	case *dnsmessage.SOAResource:
		return fmt.Sprintf("%s %s %d", b.NS, b.MBox, b.Serial)
	case *dnsmessage.SRVResource:
		return fmt.Sprintf("%d %d %d %s", b.Priority, b.Weight, b.Port, b.Target)
	case *dnsmessage.TXTResource:
		return strings.Join(b.TXT, "")
	}
	return fmt.Sprint(b)
}
