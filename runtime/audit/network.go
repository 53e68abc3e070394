package audit

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// network lists links, addresses, routes of all tables, rules, and the nft
// rules, of the thread's network namespace.
func network() ([]part, error) {
	h, err := netlink.NewHandle(unix.NETLINK_ROUTE)
	if err != nil {
		return nil, fmt.Errorf("netlink: %w", err)
	}
	defer h.Close()
	links, err := dump(h.LinkList)
	if err != nil {
		return nil, fmt.Errorf("links: %w", err)
	}
	addrs, err := dump(func() ([]netlink.Addr, error) { return h.AddrList(nil, netlink.FAMILY_ALL) })
	if err != nil {
		return nil, fmt.Errorf("addresses: %w", err)
	}
	routes, err := dump(func() ([]netlink.Route, error) {
		// Table 0 in a filter by table: all tables.
		return h.RouteListFiltered(netlink.FAMILY_ALL, &netlink.Route{}, netlink.RT_FILTER_TABLE)
	})
	if err != nil {
		return nil, fmt.Errorf("routes: %w", err)
	}
	var rules []netlink.Rule
	for _, family := range []int{netlink.FAMILY_V4, netlink.FAMILY_V6} {
		list, err := dump(func() ([]netlink.Rule, error) { return h.RuleList(family) })
		if err != nil && !errors.Is(err, unix.EAFNOSUPPORT) {
			return nil, fmt.Errorf("rules: %w", err)
		}
		rules = append(rules, list...)
	}

	name := map[int]string{}
	l, a, r, u := map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}
	for _, link := range links {
		at := link.Attrs()
		name[at.Index] = at.Name
		l[fmt.Sprintf("%s (%d)", at.Name, at.Index)] = fmt.Sprintf("%s mtu %d mac %s flags %s master %d alias %q altnames %v",
			link.Type(), at.MTU, at.HardwareAddr, at.Flags, at.MasterIndex, at.Alias, at.AltNames)
	}
	for _, addr := range addrs {
		a[fmt.Sprintf("%s on %s", addr.IPNet, name[addr.LinkIndex])] = fmt.Sprintf("label %q scope %d peer %v", addr.Label, addr.Scope, addr.Peer)
	}
	for _, route := range routes {
		if route.Flags&unix.RTM_F_CLONED != 0 {
			continue // learnt of a path, not set by anybody
		}
		r[route.String()] = ""
	}
	for _, rule := range rules {
		u[fmt.Sprintf("%d of family %d: %s", rule.Priority, rule.Family, rule.String())] = ""
	}
	return []part{{"link", l}, {"address", a}, {"route", r}, {"rule", u}, {"nft rules", nft()}}, nil
}

// dump asks again while the kernel says that what it listed changed meanwhile.
func dump[T any](list func() ([]T, error)) ([]T, error) {
	for tries := 0; ; tries++ {
		got, err := list()
		if tries < 20 && (errors.Is(err, netlink.ErrDumpInterrupted) || errors.Is(err, unix.EINTR)) {
			continue
		}
		return got, err
	}
}

// nft is the whole ruleset without its counters, one item for each table;
// nothing where the program is missing or may not read.
func nft() map[string]string {
	path := nftPath()
	if path == "" {
		return nil
	}
	text, err := output(path, "--stateless", "list", "ruleset")
	if err != nil {
		return nil
	}
	tables := map[string]string{}
	for table := range strings.SplitSeq(text, "\ntable ") {
		table = strings.TrimPrefix(strings.TrimSpace(table), "table ")
		if head, body, ok := strings.Cut(table, "{"); ok {
			tables["in table "+strings.TrimSpace(head)] = strings.Join(strings.Fields(body), " ")
		}
	}
	return tables
}

// nftPath is where nft is, or "". An ordinary user's PATH may leave out the
// folders of root's programs.
func nftPath() string {
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/sbin") {
		if p := filepath.Join(dir, "nft"); unix.Access(p, unix.X_OK) == nil {
			return p
		}
	}
	return ""
}

// output runs a program for at most ten seconds and returns what it says.
func output(path string, args ...string) (string, error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return "", err
	}
	defer null.Close()
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer r.Close()
	p, err := os.StartProcess(path, append([]string{path}, args...), &os.ProcAttr{Files: []*os.File{null, w, null}})
	w.Close()
	if err != nil {
		return "", err
	}
	defer time.AfterFunc(10*time.Second, func() { _ = p.Kill() }).Stop()
	b, err := io.ReadAll(r)
	st, werr := p.Wait()
	if werr == nil && !st.Success() {
		werr = errors.New(st.String())
	}
	return string(b), errors.Join(err, werr)
}

// sockets are the names of abstract unix sockets, each with how many there
// are: a listener and those that were accepted share a name.
func (sc Scope) sockets() map[string]string {
	count := map[string]int{}
	for _, line := range fileLines("/proc/thread-self/net/unix") {
		f := strings.Fields(line)
		if len(f) < 8 || !strings.HasPrefix(f[7], "@") || sc.File != nil && !sc.File(f[7]) {
			continue
		}
		count[f[7]]++
	}
	out := map[string]string{}
	for name, n := range count {
		out[name] = fmt.Sprint(n)
	}
	return out
}

// modules are the names of the loaded kernel modules.
func modules() []string {
	var out []string
	for _, line := range fileLines("/proc/modules") {
		name, _, _ := strings.Cut(line, " ")
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}
