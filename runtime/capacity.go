package runtime

import "golang.org/x/sys/unix"

// A lab can outgrow what belongs to the whole machine. Who makes it is told
// before things fail, once.

// counted notes that n more entries of the machine's neighbour table may come
// to be needed: two for each address, since neighbours that talk know each
// other, less those that are permanent and need no room.
func (s *Session) counted(n int) {
	room := s.opt.Neighbours
	s.mu.Lock()
	s.entries += n
	full := room > 0 && s.entries > room && !s.told
	s.told = s.told || full
	s.mu.Unlock()
	if full {
		s.note("this machine's neighbour table, of all namespaces together, has room for %d entries, and the lab has more than %d addresses: where all talk, some will get no answer; "+
			"give permanent entries with neigh(…), or as root: sysctl -w net.ipv4.neigh.default.gc_thresh3=%d net.ipv6.neigh.default.gc_thresh3=%d", room, room/2, 16*room, 16*room)
	}
}

const (
	// manyNodes is how many nodes a session has made when it looks as if it
	// may need room for more open files than a process begins with: 64.
	manyNodes = 12

	// roomForFiles is how many there is room for then: those of a thousand
	// nodes.
	roomForFiles = 4096
)

// makeRoomForFiles makes room in the table of open files before it is needed.
// The kernel makes it twice as large each time that it is full and waits then,
// in a process of several threads, until all processors have passed by: 10 ms,
// in the midst of a script, and again for twice as many nodes. It is not made
// for few: the end of the process has to wait for it, too.
func makeRoomForFiles(fd int) {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) != nil {
		return
	}
	last := min(limit.Cur, roomForFiles) - 1
	if fd, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, int(last)); err == nil {
		_ = unix.Close(fd) // it was open for the room only
	}
}
