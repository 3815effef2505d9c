//go:build unix && !linux

package demo

import "syscall"

// childAttributes puts a child into a group of its own.
func childAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
