package embedded

import "syscall"

// childAttributes puts a child into its own group, so that a Ctrl-C in the
// terminal reaches only this process, and has the kernel kill it with us.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
