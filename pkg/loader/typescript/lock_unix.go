//go:build unix

package typescript

import (
	"os"
	"syscall"
)

// tryLock takes the lock that goes with the open file.
func tryLock(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
