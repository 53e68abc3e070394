package builtins

import (
	"fmt"
	"testing"

	"go.starlark.net/starlark"
)

// mainOf runs a main with what the command line gives it.
func mainOf(t *testing.T, def string, args map[string]string) (string, error) {
	t.Helper()
	globals, err := starlark.ExecFileOptions(dialect, &starlark.Thread{}, "x.star", def, nil)
	if err != nil {
		t.Fatal(err)
	}
	fn := globals["main"].(*starlark.Function)
	kwargs, err := mainArgs(fn, args)
	if err != nil {
		return "", err
	}
	v, err := starlark.Call(&starlark.Thread{}, fn, nil, kwargs)
	return fmt.Sprint(v), err
}

func TestMainIsGivenItsParameters(t *testing.T) {
	const all = "def main(i = 1, f = 1.5, s = \"x\", b = True, l = [1], d = {}, n = None, t = (1, 2)):\n  return (i, f, s, b, l, d, n, t)\n"
	for _, c := range []struct {
		def  string
		args map[string]string
		want string
	}{
		{all, nil, `(1, 1.5, "x", True, [1], {}, None, (1, 2))`},
		{all, map[string]string{"i": "-7", "f": "2", "s": "a b", "b": "no", "l": "[2, \"y\"]", "d": "{\"k\": 1}", "n": "word", "t": "(3,)"}, `(-7, 2.0, "a b", False, [2, "y"], {"k": 1}, "word", (3,))`},
		{all, map[string]string{"i": "0x10", "s": "", "b": "True"}, `(16, 1.5, "", True, [1], {}, None, (1, 2))`},
		{"def main(a):\n  return a\n", map[string]string{"a": "5"}, `"5"`},
		{"def main(*, a = 1):\n  return a\n", map[string]string{"a": "5"}, `5`},
		{"def main():\n  return 0\n", nil, `0`},
		{"def main(big = 1):\n  return big\n", map[string]string{"big": "18446744073709551617"}, `18446744073709551617`},
	} {
		if got, err := mainOf(t, c.def, c.args); err != nil || got != c.want {
			t.Errorf("%s %v: got %s, %v, want %s", c.def, c.args, got, err, c.want)
		}
	}
}

func TestMainRefusesWhatItDoesNotTake(t *testing.T) {
	for _, c := range []struct{ def, name, value, want string }{
		{"def main(mtu = 1500): pass", "mut", "1", "main has no parameter mut (did you mean mtu?)"},
		{"def main(mtu = 1500, count = 1): pass", "zzzz", "1", "main has no parameter zzzz: it has mtu, count"},
		{"def main(): pass", "a", "1", "main has no parameter a: it takes none"},
		{"def main(mtu): pass", "", "", "main needs mtu: write mtu=VALUE behind the file"},
		{"def main(*args): pass", "", "", "main takes args: the parameters of a script are named one by one, each with a default or without"},
		{"def main(a = 1, **kwargs): pass", "a", "1", "main takes kwargs: the parameters of a script are named one by one, each with a default or without"},
		{"def main(mtu = 1500): pass", "mtu", "big", "mtu=big: want an int, as 1500 is"},
		{"def main(mtu = 1500): pass", "mtu", "1.5", "mtu=1.5: got float, want int, as 1500 is"},
		{"def main(mtu = 1500): pass", "mtu", "", "mtu=: want an int, as 1500 is"},
		{"def main(mtu = 1500): pass", "mtu", "int(\"1\")", "mtu=int(\"1\"): want an int, as 1500 is"},
		{"def main(mtu = 1500): pass", "mtu", "1 + 1", "mtu=1 + 1: want an int, as 1500 is"},
		{"def main(l = [1]): pass", "l", "[x for x in [1]]", "l=[x for x in [1]]: want a list, as [1] is"},
		{"def main(x = 1.5): pass", "x", "a", "x=a: want a float, as 1.5 is"},
		{"def main(b = True): pass", "b", "maybe", "b=maybe: want True or False"},
		{"def main(l = [1]): pass", "l", "1,2", "l=1,2: got tuple, want list, as [1] is"},
		{"def main(l = [1]): pass", "l", "[", "l=[: want a list, as [1] is"},
	} {
		args := map[string]string{}
		if c.name != "" {
			args[c.name] = c.value
		}
		_, err := mainOf(t, c.def+"\n", args)
		var usage *UsageError
		if err == nil || err.Error() != c.want {
			t.Errorf("%s %v: got %v, want %s", c.def, args, err, c.want)
		} else if usage, _ = err.(*UsageError); usage == nil || codeOf(err) != CodeUsage {
			t.Errorf("%s: got %T, want a mistake of usage", c.def, err)
		}
	}
}

// FuzzMainArgs: no word of a command line makes it panic, or run code.
func FuzzMainArgs(f *testing.F) {
	for _, s := range []string{"", "1", "[", "1 + 1", "print(1)", "\"a\"", "{}", "x", "'''", "\x00", "1e999", "-", "[i for i in [1]]", "lambda: 1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, word string) {
		for _, def := range []starlark.Value{nil, starlark.None, starlark.True, starlark.MakeInt(1), starlark.Float(1), starlark.String(""), starlark.NewList(nil), starlark.NewDict(0), starlark.Tuple{}} {
			v, err := argValue(word, def)
			if err == nil && def != nil && def != starlark.None && v.Type() != def.Type() {
				t.Errorf("%q for %s: got %s", word, def.Type(), v.Type())
			}
		}
	})
}
