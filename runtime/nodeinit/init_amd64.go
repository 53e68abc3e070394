package nodeinit

import _ "embed"

// Binary is the assembled program; nil on machines that have none.
//
//go:embed init_amd64.bin
var Binary []byte
