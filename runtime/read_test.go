package runtime

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// What the kernel has is read back by iproute2 and from /proc.

// object is one object of a program's JSON.
type object map[string]any

// str is a field as text: "" if it is missing, true as "true".
func (o object) str(key string) string {
	if o[key] == nil {
		return ""
	}
	return fmt.Sprint(o[key])
}

// ip runs iproute2 in a node and returns what it printed as JSON.
func ip(t testing.TB, ns *Namespace, words string) []object {
	t.Helper()
	out := run(t, ns, append([]string{"ip", "-d", "-j"}, strings.Fields(words)...)...)
	if strings.TrimSpace(out) == "" {
		return nil
	}
	var list []object
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatalf("ip %s: %v in %s", words, err, out)
	}
	return list
}

// ipLink is one interface as iproute2 shows it.
func ipLink(t testing.TB, ns *Namespace, name string) object {
	t.Helper()
	list := ip(t, ns, "link show dev "+name)
	if len(list) != 1 {
		t.Fatalf("got %d interfaces of the name %s in %s, want 1", len(list), name, ns.Name)
	}
	return list[0]
}

// info is the part of a link that its kind defines.
func (o object) info() object {
	li, _ := o["linkinfo"].(map[string]any)
	data, _ := li["info_data"].(map[string]any)
	return data
}

// port is the part of a link that its being a bridge's port defines.
func (o object) port() object {
	li, _ := o["linkinfo"].(map[string]any)
	data, _ := li["info_slave_data"].(map[string]any)
	return data
}

// want compares fields of an object.
func (o object) want(t testing.TB, fields map[string]string) {
	t.Helper()
	for k, want := range fields {
		if got := o.str(k); got != want {
			t.Errorf("%s: got %q, want %q", k, got, want)
		}
	}
}

// linkNames are the names of a node's interfaces but for the loopback, sorted
// by index.
func linkNames(t testing.TB, ns *Namespace) string {
	t.Helper()
	var names []string
	for _, o := range ip(t, ns, "link show") {
		if o.str("ifname") != "lo" {
			names = append(names, o.str("ifname"))
		}
	}
	return strings.Join(names, " ")
}

// ipAddrs are a link's addresses as iproute2 shows them, link-local ones of
// the kernel's own left out.
func ipAddrs(t testing.TB, ns *Namespace, link string) []object {
	t.Helper()
	var list []object
	for _, o := range ip(t, ns, "addr show dev "+link) {
		infos, _ := o["addr_info"].([]any)
		for _, i := range infos {
			a := object(i.(map[string]any))
			if local := a.str("local"); !strings.HasPrefix(local, "fe80:") || !strings.Contains(local, "ff:fe") {
				list = append(list, a)
			}
		}
	}
	return list
}

// addrText is addresses as prefixes, in order.
func addrText(list []object) string {
	var words []string
	for _, a := range list {
		words = append(words, a.str("local")+"/"+a.str("prefixlen"))
	}
	return strings.Join(words, " ")
}

// ipRoutes are the routes that iproute2 shows, one a line.
func ipRoutes(t testing.TB, ns *Namespace, words string) []string {
	t.Helper()
	res, err := ns.Run(t.Context(), Command{Argv: append([]string{"ip"}, strings.Fields(words)...)})
	if err != nil || res.Code != 0 && !strings.Contains(string(res.Stderr), "table does not exist") {
		t.Fatalf("ip %s: %v, %v", words, res, err)
	}
	out := strings.TrimSpace(string(res.Stdout))
	if out == "" {
		return nil
	}
	lines := strings.Split(out, "\n")
	for i := range lines {
		lines[i] = strings.Join(strings.Fields(lines[i]), " ")
	}
	return lines
}

// proc reads a file of /proc/sys as a program of the node sees it.
func proc(t testing.TB, ns *Namespace, path string) string {
	t.Helper()
	return strings.TrimSpace(run(t, ns, "cat", "/proc/sys/"+path))
}

// count is how many entries a folder has.
func count(t testing.TB, dir string) int {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}
