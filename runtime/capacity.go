package runtime

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
