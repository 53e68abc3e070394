package builtins

import (
	"fmt"
	"strings"
	"unicode/utf8"

	starjson "go.starlark.net/lib/json"
	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
	"wirelark/runtime"
)

var resultKind = &decl.Kind[*runtime.Result]{
	Name:    "result",
	Summary: "How a command ended. It is true if the command exited with 0.",
	Label: func(r *runtime.Result) string {
		return fmt.Sprintf("%s in %s: %s", short(strings.Join(r.Argv, " "), 60), r.Namespace, r.Ending())
	},
	Truth: func(r *runtime.Result) bool { return r.OK() },
	Fields: []decl.Field[*runtime.Result]{
		decl.F("ok", "bool", "whether it exited with 0", value(func(r *runtime.Result) starlark.Value { return starlark.Bool(r.OK()) })),
		decl.F("code", "int", "its exit code; 128 and the signal's number if a signal ended it", value(func(r *runtime.Result) starlark.Value { return number(r.Code) })),
		decl.F("signal", "str | None", `the signal that ended it: "SIGKILL" …`, value(func(r *runtime.Result) starlark.Value { return orNone(r.Signal) })),
		decl.F("stdout", "str", "what it wrote to its standard output; bytes that are no UTF-8 are replaced by U+FFFD", value(func(r *runtime.Result) starlark.Value { return text(r.Stdout) })),
		decl.F("stderr", "str", "what it wrote to its standard error, likewise", value(func(r *runtime.Result) starlark.Value { return text(r.Stderr) })),
		decl.F("stdout_bytes", "bytes", "what it wrote to its standard output, exactly", value(func(r *runtime.Result) starlark.Value { return starlark.Bytes(r.Stdout) })),
		decl.F("stderr_bytes", "bytes", "what it wrote to its standard error, exactly", value(func(r *runtime.Result) starlark.Value { return starlark.Bytes(r.Stderr) })),
		decl.F("stdout_over", "int", "how many bytes of its standard output were over the limit and are lost", value(func(r *runtime.Result) starlark.Value { return number(r.StdoutOver) })),
		decl.F("stderr_over", "int", "how many bytes of its standard error were over the limit and are lost", value(func(r *runtime.Result) starlark.Value { return number(r.StderrOver) })),
		decl.F("duration", "duration", "how long it ran", value(func(r *runtime.Result) starlark.Value { return span(r.Duration) })),
		decl.F("timed_out", "bool", "whether it was killed at its deadline", value(func(r *runtime.Result) starlark.Value { return starlark.Bool(r.TimedOut) })),
		decl.F("argv", "list[str]", "its words", value(func(r *runtime.Result) starlark.Value { return strings_(r.Argv) })),
		decl.F("netns", "str", "the name of the namespace that it ran in", value(func(r *runtime.Result) starlark.Value { return starlark.String(r.Namespace) })),
		decl.F("lines", "function", "lines() is its standard output as a list of lines, without their ends", value(func(r *runtime.Result) starlark.Value {
			return decl.Method("result.lines", func() (starlark.Value, error) { return strings_(lines(string(text(r.Stdout)))), nil })
		})),
		decl.F("json", "function", "json() is the value that its standard output holds as JSON; integers are exact", value(func(r *runtime.Result) starlark.Value {
			return decl.Method("result.json", func() (starlark.Value, error) { return decodeJSON(r.Stdout) })
		})),
	},
}

// text is a command's output as a string: what is no UTF-8 is replaced.
func text(b []byte) starlark.String {
	if utf8.Valid(b) {
		return starlark.String(b)
	}
	return starlark.String(strings.ToValidUTF8(string(b), "\ufffd"))
}

// lines are the lines of a text; one without an end counts too.
func lines(s string) []string {
	if s == "" {
		return nil
	}
	list := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	for i := range list {
		list[i] = strings.TrimSuffix(list[i], "\r")
	}
	return list
}

func decodeJSON(b []byte) (starlark.Value, error) {
	decode := starjson.Module.Members["decode"]
	v, err := starlark.Call(&starlark.Thread{}, decode, starlark.Tuple{text(b)}, nil)
	if err != nil {
		return nil, fmt.Errorf("the output is no JSON: %s; it begins with %q", strings.TrimPrefix(rootCause(err), "json.decode: "), short(string(b), 60))
	}
	return v, nil
}

// short is a text in one line of at most n runes.
func short(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
