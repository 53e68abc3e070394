package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The rules of the house that a machine can keep: which part of the tree may
// do what, and why. They are for the program and its tests; bench and torture,
// which measure and kill the program from outside, are neither.

// only says which parts of the tree alone may import a package: folders or
// single files, a space between them. What is not named is free to all.
var only = map[string]string{
	"runtime":                        "runtime/thread.go", // the standard library's
	"github.com/vishvananda/netns":   "runtime/thread.go",
	"github.com/vishvananda/netlink": "runtime",
	"github.com/google/nftables":     "runtime",
	"golang.zx2c4.com/wireguard":     "runtime",
	"golang.org/x/sys/unix":          "runtime",
	"golang.org/x/net":               "runtime",
	"golang.org/x/term":              "cmd runtime/sandbox",
	"os/exec":                        "runtime/process.go runtime/vm",
	"go.starlark.net":                "builtins",
	"mvdan.cc/sh":                    "builtins",
	"github.com/spf13/pflag":         "cmd",
}

// never says what a part of the tree may not import of our own: builtins
// speaks Starlark, runtime speaks kernel, and each layer knows those below it.
var never = map[string]string{
	"runtime":       "wirelark/builtins wirelark/cmd",
	"builtins":      "wirelark/cmd wirelark/runtime/sandbox",
	"builtins/decl": "wirelark/scripts",
}

// A file is one of ours.
type file struct {
	path string
	text []byte
	fset *token.FileSet
	tree *ast.File
}

func (f *file) test() bool { return strings.HasSuffix(f.path, "_test.go") }

func (f *file) at(n ast.Node) token.Position {
	pos := f.fset.Position(n.Pos())
	pos.Filename = f.path
	return pos
}

// goFiles parses all Go files of the tree.
func goFiles(t *testing.T) []*file {
	t.Helper()
	var files []*file
	walk(t, func(path string, text []byte) {
		if !strings.HasSuffix(path, ".go") || within(path, "bench torture") {
			return
		}
		f := &file{path: path, text: text, fset: token.NewFileSet()}
		var err error
		if f.tree, err = parser.ParseFile(f.fset, path, text, parser.ParseComments|parser.SkipObjectResolution); err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	})
	return files
}

// walk calls each with every file of the tree, and its path in it.
func walk(t *testing.T, each func(path string, text []byte)) {
	t.Helper()
	tree := os.DirFS("../..")
	err := fs.WalkDir(tree, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (p == ".git" || p == "bin"):
			return fs.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		text, err := fs.ReadFile(tree, p)
		if err == nil {
			each(p, text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// within reports whether p is one of the parts or lies under it.
func within(p, parts string) bool {
	return slices.ContainsFunc(strings.Fields(parts), func(dir string) bool {
		return p == dir || strings.HasPrefix(p, path.Clean(dir)+"/")
	})
}

// TestImportsKeepToTheirLayer: tests may import what they need, but for
// names: the standard runtime is never imported as runtime outside its file.
func TestImportsKeepToTheirLayer(t *testing.T) {
	for _, f := range goFiles(t) {
		for _, imp := range f.tree.Imports {
			p, _ := strconv.Unquote(imp.Path.Value)
			if f.test() {
				if p == "runtime" && (imp.Name == nil || imp.Name.Name != "goruntime") && f.path != "runtime/thread_test.go" {
					t.Errorf(`%s: in tests, the standard library's runtime is goruntime "runtime"`, f.at(imp))
				}
				continue
			}
			for pkg, parts := range only {
				// "runtime" itself is meant, not runtime/debug.
				if (p == pkg || pkg != "runtime" && within(p, pkg)) && !within(f.path, parts) {
					t.Errorf("%s: only %s may import %s", f.at(imp), parts, pkg)
				}
			}
			for part, pkgs := range never {
				if within(f.path, part) && within(p, pkgs) {
					t.Errorf("%s: %s may not import %s, which stands above it", f.at(imp), part, p)
				}
			}
			if p == "wirelark/runtime" && imp.Name != nil && imp.Name.Name != "_" {
				t.Errorf("%s: our runtime is imported by its own name", f.at(imp))
			}
		}
	}
}

// netlinkVerb are functions that act on whatever namespace the calling thread
// happens to be in. Methods of a Handle know theirs.
var netlinkVerb = regexp.MustCompile(`^(Link|Addr|Route|Rule|Neigh|Bridge|Qdisc|Class|Filter|Xfrm|Conntrack|FouDel|FouAdd|FouList|Netns|Set|Macvlan|Vxlan|Generic|Devlink|Chain)[A-Z]?`)

func TestNetlinkOnlyByHandles(t *testing.T) {
	for _, f := range goFiles(t) {
		ast.Inspect(f.tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if id, ok := sel.X.(*ast.Ident); ok && id.Name == "netlink" && netlinkVerb.MatchString(sel.Sel.Name) {
				t.Errorf("%s: netlink.%s acts on the namespace of whatever thread runs it: use a Handle", f.at(call), sel.Sel.Name)
			}
			return true
		})
	}
}

// TestOneExit: os.Exit skips what others deferred, so only a program's main
// calls it, which defers nothing.
func TestOneExit(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.test() {
			continue
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				return f.tree.Name.Name != "main" || n.Name.Name != "main" || n.Recv != nil
			case *ast.SelectorExpr:
				id, ok := n.X.(*ast.Ident)
				if ok && (id.Name == "os" && n.Sel.Name == "Exit" || id.Name == "log" && strings.HasPrefix(n.Sel.Name, "Fatal")) {
					t.Errorf("%s: only main may end the process: return an error or a code", f.at(n))
				}
			}
			return true
		})
	}
}

func TestNoInitButTheThreads(t *testing.T) {
	for _, f := range goFiles(t) {
		for _, d := range f.tree.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if ok && fn.Recv == nil && fn.Name.Name == "init" && f.path != "runtime/thread.go" {
				t.Errorf("%s: only runtime/thread.go has an init: call a function by name instead", f.at(fn))
			}
		}
	}
}

func TestEveryPackageHasOneDoc(t *testing.T) {
	docs := map[string][]string{}
	for _, f := range goFiles(t) {
		if f.test() {
			continue
		}
		dir := path.Dir(f.path)
		if docs[dir] == nil {
			docs[dir] = []string{}
		}
		if f.tree.Doc != nil {
			docs[dir] = append(docs[dir], path.Base(f.path))
		}
	}
	for dir, list := range docs {
		if len(list) != 1 {
			t.Errorf("%s: got package docs in %q, want exactly one", dir, list)
		}
	}
}

// maxLines is how long a file of one idea gets.
const maxLines = 300

func TestFilesAreShort(t *testing.T) {
	for _, f := range goFiles(t) {
		if n := bytes.Count(f.text, []byte("\n")); n > maxLines {
			t.Errorf("%s: %d lines, at most %d: it holds more than one idea", f.path, n, maxLines)
		}
	}
}
