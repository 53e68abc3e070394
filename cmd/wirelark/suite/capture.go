package suite

import "os"

// kept is how much of a test's output is kept: as much of its beginning and of
// its end.
const kept = 256 << 10

// capture reads all of a test's output until its last writer is gone.
type capture struct {
	head, tail []byte
	lost       int64
	done       chan struct{}
}

// newCapture makes a capture and the file to write to.
func newCapture() (*capture, *os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	c := &capture{done: make(chan struct{})}
	go func() { // ends when the writers have gone
		defer close(c.done)
		defer r.Close()
		chunk := make([]byte, 32<<10)
		for {
			n, err := r.Read(chunk)
			c.keep(chunk[:n])
			if err != nil {
				return
			}
		}
	}()
	return c, w, nil
}

func (c *capture) keep(p []byte) {
	n := min(len(p), kept-len(c.head))
	c.head = append(c.head, p[:n]...)
	c.tail = append(c.tail, p[n:]...)
	if over := len(c.tail) - kept; over > kept {
		c.tail = append([]byte(nil), c.tail[over:]...)
		c.lost += int64(over)
	}
}

// take is what was written, without lost bytes in its middle.
func (c *capture) take() (text []byte, lost int64) {
	<-c.done
	if over := len(c.tail) - kept; over > 0 {
		c.tail = c.tail[over:]
		c.lost += int64(over)
	}
	return append(c.head, c.tail...), c.lost
}
