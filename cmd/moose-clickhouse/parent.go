package main

import (
	"context"
	"time"
)

// parentInterval is how often the parent is looked for. The kernel's own
// parent-death signal is not used: it follows the parent's thread, and Go
// programs end threads while they live.
const parentInterval = 200 * time.Millisecond

// withParent ends the context when the process that started this one has
// ended, which shows in a changed parent process id.
func withParent(ctx context.Context, getppid func() int) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	parent := getppid()
	if parent == 1 {
		// Started by init, or the parent was already gone: nothing to watch.
		return ctx, cancel
	}
	go func() {
		tick := time.NewTicker(parentInterval)
		defer tick.Stop()
		for getppid() == parent {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
		cancel()
	}()
	return ctx, cancel
}
