//go:build !linux

package embedded

import "syscall"

// childAttributes puts a child into its own group, so that a Ctrl-C in the
// terminal reaches only this process.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
