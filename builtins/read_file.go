package builtins

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"

	"wirelark/builtins/decl"
)

var readFile = &builtin{
	Name:    "read_file",
	Group:   "data",
	Summary: "Read a file of the project.",
	Detail:  "The path is relative to the file that calls, as in load; //… is from the project's root. A path that leads out of the project is refused. What a command wrote there is seen.",
	Example: `print(len(read_file("//README.md")) > 0)`,
	Returns: "str",
	Params: func(p *params) body {
		path := decl.Arg(p, "path", decl.Str, "the file")
		return func(c *call) (starlark.Value, error) {
			file, err := c.Script.locate(callPos(c.Thread).Filename(), *path)
			if err != nil {
				return nil, err
			}
			text, err := readText(file)
			if err != nil {
				return nil, fmt.Errorf("%q %w", *path, err)
			}
			return starlark.String(text), nil
		}
	},
}

// maxText is the size of the largest file that is read into a script.
const maxText = 64 << 20

func readText(file string) (string, error) {
	if strings.HasPrefix(file, stdRoot) {
		b, err := readSource(file)
		return string(b), err
	}
	st, err := os.Stat(filepath.Clean(file))
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "", errors.New("may not be read")
	case err != nil:
		return "", errors.New("cannot be read")
	case !st.Mode().IsRegular():
		return "", errors.New("is no file")
	case st.Size() > maxText:
		return "", fmt.Errorf("has %d bytes: at most %d can be read", st.Size(), maxText)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", errors.New("may not be read")
	}
	if !utf8.Valid(b) {
		return "", errors.New("is no text in UTF-8")
	}
	return string(b), nil
}
