package sandbox

import (
	"os"
	"testing"
)

// TestSeatNeedsItsFiles: who asks for a prompt brings a terminal, or three files.
func TestSeatNeedsItsFiles(t *testing.T) {
	f, err := os.Open("/dev/null")
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = seatOf(request{Prompt: true}, []*os.File{f})
	if err == nil || err.Error() != "a prompt needs a terminal or three files" {
		t.Errorf("got %v, want that it needs them", err)
	}
	if f.Close() == nil {
		t.Error("got a file that is still open")
	}
}

// TestSeatIsRaw: the keys of its terminal come one by one.
func TestSeatIsRaw(t *testing.T) {
	s, master, err := seatOf(request{Prompt: true, Terminal: true, Kind: "xterm", Rows: 30, Cols: 70}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	defer master.Close()
	if cols, rows := s.Size(); cols != 70 || rows != 30 {
		t.Errorf("got %d columns and %d rows, want 70 and 30", cols, rows)
	}
	// A line is not waited for, and Ctrl-C is a key as others.
	if _, err := master.WriteString("a\x03"); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 10)
	for got := ""; got != "a\x03"; {
		n, err := s.In.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		got += string(buf[:n])
	}
	// Who waits for a key is let go when it is closed.
	ended := make(chan error, 1)
	go func() {
		_, err := s.In.Read(buf)
		ended <- err
	}()
	s.close()
	if err := <-ended; err == nil {
		t.Error("got a key, want the end")
	}
	if cols, rows := s.Size(); cols != 0 || rows != 0 {
		t.Errorf("got %d columns and %d rows of a terminal that is gone, want none", cols, rows)
	}
}
