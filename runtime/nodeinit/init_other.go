//go:build !amd64

package nodeinit

// Binary is the assembled program; nil on machines that have none.
var Binary []byte
