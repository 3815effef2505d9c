//go:build unix

package isolate

import (
	"os/exec"
	"syscall"
)

// killGroup ends the child and everything that it started in its group.
func killGroup(cmd *exec.Cmd) error {
	if cmd.Process == nil {
		return nil
	}
	return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
}
