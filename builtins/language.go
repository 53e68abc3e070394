package builtins

import (
	starjson "go.starlark.net/lib/json"
	starmath "go.starlark.net/lib/math"
	"go.starlark.net/starlark"
)

// Functions and modules of the language itself, as the reference lists them.
var (
	print_ = &builtin{
		Name: "print", Group: "data", Native: starlark.Universe["print"], Signature: "print(*values, sep = \" \") -> None",
		Summary: "Write values to the standard output, which belongs to the script, and end the line.",
		Example: `print("rtt", duration("5ms"))`,
	}
	json_ = &builtin{
		Name: "json", Group: "data", Native: starjson.Module, Signature: "json.decode(text), json.encode(value), json.indent(text), json.encode_indent(value)",
		Summary: "Read and write JSON; integers are exact, however large.",
		Example: `check(json.decode("[18446744073709551617]")[0] == 18446744073709551617)`,
	}
	math_ = &builtin{
		Name: "math", Group: "data", Native: starmath.Module, Signature: "math.round(x), math.floor(x), math.ceil(x), math.pow(x, y), math.sqrt(x), math.log(x), math.pi …",
		Summary: "Functions of numbers.",
		Example: `check(math.ceil(1.2) == 2)`,
	}
)
