// Package std is the standard library of scripts, written in Starlark.
package std

import "embed"

// Files are the library's files.
//
//go:embed *.star
var Files embed.FS

// Names lists the library's files.
func Names() []string {
	list, err := Files.ReadDir(".")
	if err != nil {
		panic(err) // the files are part of the program
	}
	names := make([]string, len(list))
	for i, f := range list {
		names[i] = f.Name()
	}
	return names
}
