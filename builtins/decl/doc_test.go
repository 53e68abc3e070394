package decl

import (
	"strings"
	"testing"

	"go.starlark.net/starlark"
)

func TestHead(t *testing.T) {
	const want = `sample(first: str, second: int = 5, *, wait: duration | None = None, names: str | list[str] = [], ends: int | (int | None, int | None) | None = None, mode: str = "slow") -> str`
	if got := sample().Head(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestTextFitsATerminal(t *testing.T) {
	b := sample()
	b.Detail = strings.Repeat("A word and another. ", 30)
	b.Example = "sample(\"a\")\n"
	text := b.Text()
	for line := range strings.Lines(text) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 80 {
			t.Errorf("got a line of %d: %s", n, line)
		}
	}
	for _, want := range []string{
		"sample(\n    first: str,\n    second: int = 5,\n    *,\n    wait: duration | None = None,\n", "    ends: int | (int | None, int | None) | None = None,\n    mode: str = \"slow\",\n) -> str\n",
		"\n  first         the first\n", "\nExample:\n\n    sample(\"a\")\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("got\n%s\nwant %q in it", text, want)
		}
	}
}

func TestMarkdown(t *testing.T) {
	b := sample()
	b.Detail, b.Example = "More.", "sample(\"a\")"
	got := b.Markdown()
	want := "### sample\n\n```python\n" + b.Head() + "\n```\n\nTry.\n\n- `first`: the first\n- `second`: the second\n- `wait`: how long\n- `names`: some names\n- `ends`: at either end\n- `mode`: which way\n\nMore.\n\n```python\nsample(\"a\")\n```\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestStub(t *testing.T) {
	got := sample().Stub()
	want := "def sample(first: str, second: int = ..., *, wait: str | int | float | Duration | None = ..., names: str | list[str] = ..., ends: int | tuple[int | None, int | None] | None = ..., mode: str = ...) -> str:\n" +
		"    \"\"\"Try.\n\n    Args:\n        first: the first\n        second: the second; 5 if left out\n"
	if !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant it to begin\n%s", got, want)
	}
}

func TestStubTypes(t *testing.T) {
	for typ, want := range map[string]string{
		"str": "str", "list[route_entry]": "list[RouteEntry]", "(link, link)": "tuple[Link, Link]", "value": "Any", "function": "Any", "str | None": "str | None", "ping_result": "PingResult", "dict": "dict",
	} {
		if got := stubType(typ); got != want {
			t.Errorf("%s: got %s, want %s", typ, got, want)
		}
	}
	for unit, want := range map[string]string{"ratio": "str | float", "rate | None": "str | None", "size": "str | int"} {
		if got := stubArgument(unit); got != want {
			t.Errorf("got %s for %s, want %s", got, unit, want)
		}
	}
}

func TestNativeIsHandedOut(t *testing.T) {
	b := &Builtin[int]{Name: "len", Summary: "Count.", Native: starlark.Universe["len"], Signature: "len(x) -> int"}
	if v := b.Bind(nil); v != starlark.Universe["len"] {
		t.Errorf("got %v, want the language's own", v)
	}
	if got := b.Head(); got != "len(x) -> int" {
		t.Errorf("got head %q", got)
	}
	if err := b.Vet([]Literal{{}, {}}); err != nil || b.List() != nil {
		t.Errorf("got %v, want that nothing is known of it", err)
	}
	if got := b.Stub(); !strings.HasPrefix(got, "len: Any\n") {
		t.Errorf("got %q", got)
	}
}
