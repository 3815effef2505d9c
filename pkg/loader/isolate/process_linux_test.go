package isolate

import (
	"syscall"
	"testing"
)

func dumpable() uintptr {
	r, _, _ := syscall.Syscall(syscall.SYS_PRCTL, prGetDumpable, 0, 0)
	return r
}

func TestSecretsAreOutOfReachWhileAChildRuns(t *testing.T) {
	before := dumpable()
	first := hideEnviron()
	second := hideEnviron()
	if got := dumpable(); got != 0 {
		t.Errorf("dumpable %d while children run", got)
	}
	first()
	if got := dumpable(); got != 0 {
		t.Errorf("dumpable %d while one child still runs", got)
	}
	second()
	if got := dumpable(); got != before {
		t.Errorf("dumpable %d afterwards, was %d", got, before)
	}
}
