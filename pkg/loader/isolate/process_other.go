//go:build unix && !linux

package isolate

import (
	"os/exec"
	"syscall"
)

func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func hideEnviron() (restore func()) { return func() {} }
