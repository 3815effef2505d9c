package parts

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// fileLock is an exclusive advisory lock; the kernel drops it when the process
// ends, however it ends.
type fileLock struct{ file *os.File }

// lock waits for the lock on path until ctx ends.
func (s *Store) lock(ctx context.Context, path, label string) (*fileLock, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("opening the lock of %s: %w", label, err)
	}
	var done func(error)
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil || !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			break
		}
		if done == nil {
			done = s.report("waiting for another process that fetches " + label)
		}
		select {
		case <-ctx.Done():
			err = ctx.Err()
		case <-time.After(50 * time.Millisecond):
			continue
		}
		break
	}
	if done != nil {
		done(err)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("locking %s: %w", label, err)
	}
	return &fileLock{f}, nil
}

func (l *fileLock) release() { l.file.Close() }
