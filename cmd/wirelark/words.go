package main

import (
	"errors"
	"fmt"
	"os"

	"wirelark/runtime/sandbox"
)

// What the words of flags mean that several verbs have.

func checkColor(word string) error {
	if word != "auto" && word != "always" && word != "never" {
		return fmt.Errorf("--color %s: want auto, always or never", word)
	}
	return nil
}

// wantsColor reports whether what is written to f shall have colours.
func wantsColor(word string, f *os.File) bool { return word == "always" || word == "auto" && colors(f) }

func checkMode(word string) error {
	if word != "auto" && word != "many-ids" && word != "one-id" {
		return fmt.Errorf("--mode %s: want auto, many-ids or one-id", word)
	}
	return nil
}

// forced is the mode that a word asks for, "" for the best that there is. Root
// has many ids whatever it asks for, and may not ask for one.
func forced(word string) (sandbox.Mode, error) {
	root := os.Geteuid() == 0
	switch {
	case word == "one-id" && root:
		return "", errors.New("--mode one-id is for ordinary users: a lab of root has many ids")
	case word == "one-id":
		return sandbox.RootlessOne, nil
	case word == "many-ids" && !root:
		return sandbox.RootlessMany, nil
	}
	return "", nil
}
