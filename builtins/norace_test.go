//go:build !race

package builtins

// raced is whether races are looked for, which makes all slow: chunks are then
// run without the lines that must fail.
const raced = false
