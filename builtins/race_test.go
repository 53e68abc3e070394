//go:build race

package builtins

func init() { raced = true }
