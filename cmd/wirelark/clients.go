package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"wirelark/builtins/decl"
	"wirelark/runtime"
	"wirelark/runtime/sandbox"
)

// serveClients answers other terminals, as long as the lab lives.
func (e *running) serveClients(ctx context.Context, s *runtime.Session) {
	for {
		select {
		case conn := <-e.lab.Clients():
			go e.serveClient(ctx, s, conn) // ends with the client
		case <-ctx.Done():
			return
		}
	}
}

func (e *running) serveClient(ctx context.Context, s *runtime.Session, conn *net.UnixConn) {
	defer conn.Close()
	b, fds, err := sandbox.ReadPacket(conn)
	files := make([]*os.File, len(fds))
	for i, fd := range fds {
		files[i] = os.NewFile(uintptr(fd), "client")
		defer files[i].Close()
	}
	var r sandbox.Request
	if err != nil || json.Unmarshal(b, &r) != nil {
		return
	}
	// A client that does not read its answer has itself to blame.
	if r.Node == "" {
		_ = sandbox.WritePacket(conn, sandbox.Answer{Lab: e.info(s)})
		return
	}
	refuse := func(err error) { _ = sandbox.WritePacket(conn, sandbox.Answer{Refused: err.Error()}) }
	i := slices.IndexFunc(s.Namespaces(), func(ns *runtime.Namespace) bool { return ns.Name == r.Node })
	if i < 0 {
		refuse(runtime.Refusal("the lab has no node " + r.Node))
		return
	}
	ns := s.Namespaces()[i]
	c := ns.Shell(r.Term)
	if len(r.Argv) > 0 {
		c.Argv = r.Argv
	}
	var a *runtime.Attached
	var master *os.File
	if r.Terminal {
		a, master, err = ns.AttachTerminal(ctx, c, r.Rows, r.Cols)
	} else if len(files) == 3 {
		a, err = ns.Attach(ctx, c, files...)
	} else {
		err = runtime.Refusal("the request brings no files to run it on")
	}
	if err != nil {
		refuse(err)
		return
	}
	var brought []int
	if master != nil {
		brought = []int{int(master.Fd())}
	}
	err = sandbox.WritePacket(conn, sandbox.Answer{}, brought...)
	if master != nil {
		master.Close() // the client's is the only one: its end hangs the shell up
	}
	for _, f := range files {
		f.Close()
	}
	gone := make(chan struct{})
	go func() { // ends with the client
		_, _ = io.Copy(io.Discard, conn)
		close(gone)
	}()
	ended := make(chan int, 1)
	go func() { ended <- a.Wait() }() // ends with the program
	if err == nil {
		select {
		case code := <-ended:
			_ = sandbox.WritePacket(conn, sandbox.Answer{Code: &code})
			return
		case <-gone:
		}
	}
	a.HangUp()
	<-ended
}

// info tells of the lab.
func (e *running) info(s *runtime.Session) *sandbox.LabInfo {
	info := &sandbox.LabInfo{Script: e.lab.Spec.Script, Age: time.Since(e.start).Seconds(), State: "running", Mode: string(e.lab.Spec.Mode), Nodes: []string{}}
	if e.kept.Load() {
		info.State = "kept"
	}
	for _, ns := range s.Namespaces() {
		info.Nodes = append(info.Nodes, ns.Name)
	}
	// One packet carries it: of more nodes than fit, the first.
	for size := 0; len(info.Nodes) > 0; info.Nodes = info.Nodes[:len(info.Nodes)/2] {
		size = 0
		for _, n := range info.Nodes {
			size += len(n) + 3
		}
		if size < 30000 {
			break
		}
	}
	return info
}

// findNode is the lab and the node that "[LAB/]NODE" means.
func findNode(labs []*sandbox.Door, word string) (*sandbox.Door, string, error) {
	id, node, both := strings.Cut(word, "/")
	if !both {
		id, node = "", word
	}
	var found []*sandbox.Door
	var nodes, ids []string
	for _, l := range labs {
		ids = append(ids, l.ID)
		if both && l.ID != id {
			continue
		}
		nodes = append(nodes, l.Nodes...)
		if slices.Contains(l.Nodes, node) {
			found = append(found, l)
		}
	}
	switch {
	case len(labs) == 0:
		return nil, "", runtime.Refusal("no lab of yours is alive: keep one with wirelark run --keep")
	case len(found) == 1:
		return found[0], node, nil
	case len(found) > 1:
		words := make([]string, len(found))
		for i, l := range found {
			words[i] = l.ID + "/" + node
		}
		return nil, "", runtime.Refusal("several labs have a node " + node + ": write " + strings.Join(words, " or "))
	case both && !slices.Contains(ids, id):
		return nil, "", runtime.Refusal("there is no lab " + id + ": there are " + strings.Join(ids, ", "))
	}
	if near := decl.Nearest(node, nodes); near != "" {
		return nil, "", runtime.Refusal("there is no node " + node + " (did you mean " + near + "?)")
	}
	return nil, "", runtime.Refusal("there is no node " + node + ": there are " + strings.Join(nodes, ", "))
}
