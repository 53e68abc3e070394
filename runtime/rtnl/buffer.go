package rtnl

// dumpSize is the size of a buffer for an answer. The kernel makes the parts
// of a dump as large as the buffers that it has seen, up to 32 KiB less its
// own header; every other answer is smaller.
const dumpSize = 32<<10 - 512

type buffer [dumpSize]byte

// spare are buffers that no request uses just now. They are everybody's: if
// each socket kept one, a thousand sockets would keep a thousand, and a new one
// for each request was nine tenths of all that a lab allocates.
var spare = make(chan *buffer, 8)

func lend() *buffer {
	select {
	case b := <-spare:
		return b
	default:
		return new(buffer)
	}
}

// giveBack makes room for the next request. Nobody may hold a part of b.
func giveBack(b *buffer) {
	select {
	case spare <- b:
	default:
	}
}
