// Package vm runs this program under another kernel: in a virtual machine whose
// files are the host's, read-only, and which goes without a trace.
//
//	host    starts QEMU, shows what the guest says, passes signals on
//	guest   is this program again, as pid 1 of the other kernel
//
// The two talk over a virtio port. Nothing else leads out of the machine: it
// has no network.
package vm

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
)

// A job is what the host hands the guest, as a file of its first file system.
type job struct {
	Args     []string // of this program, argv[0] first; or of Program
	Program  string   // absolute path; "" for this program
	Env      []string
	Dir      string
	Modules  []string          // files under /modules, in load order
	Shares   map[string]string // by mount tag, the host's folders that can be written
	Shown    []string          // folders and files that must be seen, wherever they lie
	Settings string            // the folder that its first file system has a copy of, or ""
	Large    []string          // the files that are not in that
	Virtual  bool              // time is
}

// jobFile is where the guest finds it, and initPath what the kernel starts.
const (
	jobFile  = "/job.json"
	initPath = "/init"
)

// The letters of what host and guest say.
const (
	toReady  = 'r' // the guest's files are there, the program starts
	toOut    = 'o' // its standard output
	toErr    = 'e' // its standard error
	toBeat   = 'b' // the guest lives
	toEnd    = 'x' // the program has ended: an ending
	toSignal = 's' // from the host: a signal for the program
)

// An ending is how the program ended.
type ending struct {
	Code int
	Err  string // why it did not start, or ""
}

// portName is the name of the virtio port.
const portName = "wirelark"

// mostFrame is how long a frame may be.
const mostFrame = 64 << 10

// writeFrame says something. Frames are written whole.
func writeFrame(w io.Writer, letter byte, data []byte) error {
	for first := true; first || len(data) > 0; first = false {
		n := min(len(data), mostFrame)
		b := binary.LittleEndian.AppendUint32([]byte{letter}, uint32(n))
		if _, err := w.Write(append(b, data[:n]...)); err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

// readFrame hears it.
func readFrame(r io.Reader) (letter byte, data []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.LittleEndian.Uint32(head[1:])
	if n > mostFrame {
		return 0, nil, fmt.Errorf("a frame of %d bytes", n)
	}
	data = make([]byte, n)
	_, err = io.ReadFull(r, data)
	return head[0], data, err
}

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // it holds nothing that JSON does not
	}
	return b
}

func decode(data []byte, v *ending) error { return json.Unmarshal(data, v) }
