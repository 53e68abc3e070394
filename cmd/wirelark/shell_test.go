package main

import (
	"strings"
	"testing"
	"time"

	"wirelark/runtime"
	"wirelark/runtime/sandbox"
)

func lab(id string, nodes ...string) *sandbox.Living {
	return &sandbox.Living{ID: id, State: sandbox.Running, Nodes: nodes}
}

// TestFindNode: a node is named by as much as tells it from the others.
func TestFindNode(t *testing.T) {
	one := []*sandbox.Living{lab("bcdf", "h1", "h10", "router")}
	two := []*sandbox.Living{lab("bcdf", "h1", "h2"), lab("bxyz", "h2", "r")}
	stopped := []*sandbox.Living{lab("bcdf", "h1"), {ID: "xxxx", State: sandbox.Silent}}
	for _, row := range []struct {
		labs []*sandbox.Living
		text string
		want string // LAB/NODE, or what is wrong
	}{
		{one, "h1", "bcdf/h1"},
		{one, "h10", "bcdf/h10"},
		{one, "r", "bcdf/router"},
		{one, "bcdf/h1", "bcdf/h1"},
		{one, "b/ro", "bcdf/router"},
		{one, "h", "node h may be bcdf/h1 or bcdf/h10"},
		{one, "ruoter", "there is no node ruoter: did you mean bcdf/router?"},
		{one, "x", "there is no node x: there is bcdf/h1, bcdf/h10, bcdf/router"},
		{one, "bcdg/h1", "there is no lab bcdg: did you mean bcdf?"},
		{one, "xx/h1", "there is no lab xx: there is bcdf"},
		{one, "/h1", "which lab? there is bcdf"},
		{one, "", "which node? there are bcdf/h1, bcdf/h10, bcdf/router"},
		{one, "bcdf/", "which node? there are bcdf/h1, bcdf/h10, bcdf/router"},
		{two, "h1", "bcdf/h1"},
		{two, "h2", "node h2 may be bcdf/h2 or bxyz/h2"},
		{two, "bx/h2", "bxyz/h2"},
		{two, "b/h2", "lab b may be bcdf or bxyz"},
		{two, "bx/h1", "there is no node h1: did you mean bxyz/h2?"},
		{stopped, "h1", "bcdf/h1"},
		{stopped, "xxxx/h1", "lab xxxx does not answer"},
		{stopped[1:], "h1", "there is no node h1: no lab has nodes"},
		{nil, "h1", "no lab lives; wirelark run --keep FILE holds one"},
	} {
		got := ""
		l, node, err := findNode(row.labs, row.text)
		if err != nil {
			got = err.Error()
		} else {
			got = l.ID + "/" + node
		}
		if got != row.want {
			t.Errorf("%q: got %q, want %q", row.text, got, row.want)
		}
	}
}

// TestLongListsAreCut: a message is no list of a thousand nodes.
func TestLongListsAreCut(t *testing.T) {
	l := lab("bcdf")
	for range 1000 {
		l.Nodes = append(l.Nodes, "node")
	}
	_, _, err := findNode([]*sandbox.Living{l}, "x")
	if err == nil || strings.Count(err.Error(), "bcdf/node") != mostShown || !strings.HasSuffix(err.Error(), ", …") {
		t.Errorf("got %v, want %d of them", err, mostShown)
	}
}

func TestLabTable(t *testing.T) {
	now := time.Unix(1000, 0)
	first := lab("bcdf", "h1", "h2")
	first.Script, first.Started = "/home/u/labs/x.star", now.Add(-90*time.Second)
	got := labTable([]*sandbox.Living{first, {ID: "xxxx", State: sandbox.Silent}}, "/home/u", now)
	want := "LAB   SCRIPT       AGE    STATE    NODES\n" +
		"bcdf  labs/x.star  1m30s  running  h1 h2\n" +
		"xxxx  -            -      silent   -\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestNodeThatIsGone since its name was looked up.
func TestNodeThatIsGone(t *testing.T) {
	_, err := hostOf(runtime.NewSession(runtime.Options{})).Shell("h1", runtime.ShellSpec{})
	if err == nil || err.Error() != "there is no node h1 any more" {
		t.Errorf("got %v, want that it is gone", err)
	}
}
