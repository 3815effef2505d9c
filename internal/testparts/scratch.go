package testparts

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// scratch is a folder for the servers this test process shares between its
// tests. No test owns it, so the next test process removes it: it holds a lock
// that the kernel drops when this process ends.
var scratch = sync.OnceValues(func() (string, error) {
	base := filepath.Join(os.TempDir(), fmt.Sprintf("moose-testparts-%d", os.Getuid()))
	if err := os.MkdirAll(base, 0o700); err != nil {
		return "", fmt.Errorf("making a folder for test servers: %w", err)
	}
	// Held while one process makes or sweeps, so that no folder is seen
	// between its making and its locking.
	turn, err := os.OpenFile(filepath.Join(base, "turn"), os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		defer turn.Close()
		err = syscall.Flock(int(turn.Fd()), syscall.LOCK_EX)
	}
	if err != nil {
		return "", fmt.Errorf("making a folder for test servers: %w", err)
	}
	sweep(base)
	dir, err := os.MkdirTemp(base, "run-")
	if err != nil {
		return "", fmt.Errorf("making a folder for test servers: %w", err)
	}
	lock, err := os.Create(dir + ".lock")
	if err != nil {
		return "", fmt.Errorf("locking %s: %w", dir, err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return "", fmt.Errorf("locking %s: %w", dir, err)
	}
	held = lock
	return dir, nil
})

// held keeps the lock of scratch open for as long as this process lives.
var held *os.File //nolint:unused // keeps the descriptor open

// sweep removes the folders of test processes that have ended.
func sweep(base string) {
	locks, _ := filepath.Glob(filepath.Join(base, "run-*.lock"))
	for _, path := range locks {
		f, err := os.Open(path)
		if err != nil {
			continue
		}
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			os.RemoveAll(path[:len(path)-len(".lock")])
			os.Remove(path)
		}
		f.Close()
	}
}
