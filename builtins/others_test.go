package builtins

import (
	"slices"
	"strings"
	"testing"

	"go.starlark.net/syntax"
)

const manyTests = `n = 1

def test_a():
    pass

def test_b(): pass
mark(test_b, tags = "x")
def helper(): test_named()
def test_named(): pass; m = 2

def test_c():

    # with a comment
    check(n)
mark(test_c, tags = ["y",
  "z"])
z = 3; y = (4,
 5)
def test_d(): pass
`

// TestOthersAreLeftOut: whole lines, but for what something else names, and for
// lines that are shared.
func TestOthersAreLeftOut(t *testing.T) {
	src := &source{path: "x.star", text: []byte(manyTests), lines: strings.Split(manyTests, "\n")}
	f, err := dialect.Parse(src.path, src.text, 0)
	if err != nil {
		t.Fatal(err)
	}
	owners := ownersOf(f)
	for function, want := range map[string][][2]int{
		"test_a": {{6, 7}, {11, 16}, {19, 19}},
		"test_b": {{3, 4}, {11, 16}, {19, 19}},
		"test_c": {{3, 7}, {19, 19}},
		"test_d": {{3, 7}, {11, 16}},
	} {
		o := othersOf(src, f, owners, function)
		if !slices.Equal(o.Lines, want) {
			t.Errorf("%s: got %v, want %v", function, o.Lines, want)
		}
		left, err := dialect.Parse(src.path, src.without(o).text, 0)
		if err != nil {
			t.Fatal(err)
		}
		whole, _ := dialect.Parse(src.path, src.text, 0)
		keepTest(left, function)
		keepTest(whole, function)
		places := func(f *syntax.File) (list []string) {
			for _, stmt := range f.Stmts {
				start, _ := stmt.Span()
				list = append(list, start.String())
			}
			return list
		}
		if got, want := places(left), places(whole); !slices.Equal(got, want) {
			t.Errorf("%s: got statements at %v, want %v", function, got, want)
		}
	}
	changed := &source{path: "x.star", text: []byte("# new\n" + manyTests)}
	if got := changed.without(othersOf(src, f, owners, "test_a")); got != changed {
		t.Error("lines of a file that has changed were left out")
	}
}
