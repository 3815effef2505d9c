package demo

import "syscall"

// childAttributes puts a child into a group of its own and has the kernel kill
// it with this process.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
