package runtime

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// sharedRoot is a folder of the lab's that every node shows: the only one that
// all may write in.
const sharedRoot = "/dev/shm"

// SharedDir makes an empty folder that all nodes share.
func (s *Session) SharedDir(ctx context.Context) (string, error) {
	s.mu.Lock()
	s.shared++
	dir := filepath.Join(sharedRoot, fmt.Sprintf("%s-shared-%d", filepath.Base(s.dir), s.shared))
	s.mu.Unlock()
	err := s.step(ctx, nil, "mkdir -m 1777 "+dir, func() error {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
		s.ledger.owe("folder "+dir, func(context.Context) error { return os.RemoveAll(dir) })
		return os.Chmod(dir, 0o777|os.ModeSticky)
	})
	if err != nil {
		return "", &Error{Thing: "folder " + dir, Err: err}
	}
	return dir, nil
}
