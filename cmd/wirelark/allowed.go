package main

import (
	"fmt"
	"os"
	"strings"
)

// readAllowed reads the reasons that are allowed for a skip: the beginning of
// each, a line each; lines that begin with # say why.
func readAllowed(path string) ([]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("may not be read, or is no file")
	}
	var list []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			list = append(list, line)
		}
	}
	return list, nil
}
