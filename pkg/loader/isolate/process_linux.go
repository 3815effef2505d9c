package isolate

import (
	"os/exec"
	"sync"
	"syscall"
)

// ownGroup puts the child into a process group of its own and has the kernel end
// it when this process dies.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// The prctl operations of linux/prctl.h.
const (
	prGetDumpable = 3
	prSetDumpable = 4
)

var hidden struct {
	sync.Mutex
	runs int
	was  uintptr
}

// hideEnviron keeps a child of the same user from reading this process's secrets
// in /proc/<pid>/environ and /proc/<pid>/mem, for as long as children run: the
// kernel refuses both for a process that is not dumpable, unless the reader may
// trace any process.
func hideEnviron() (restore func()) {
	hidden.Lock()
	defer hidden.Unlock()
	if hidden.runs++; hidden.runs == 1 {
		hidden.was, _, _ = syscall.Syscall(syscall.SYS_PRCTL, prGetDumpable, 0, 0)
		_, _, _ = syscall.Syscall(syscall.SYS_PRCTL, prSetDumpable, 0, 0)
	}
	return func() {
		hidden.Lock()
		defer hidden.Unlock()
		if hidden.runs--; hidden.runs == 0 {
			_, _, _ = syscall.Syscall(syscall.SYS_PRCTL, prSetDumpable, hidden.was, 0)
		}
	}
}
