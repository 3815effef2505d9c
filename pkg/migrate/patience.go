package migrate

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// DefaultGrace is how long a statement in flight may go on after a run was asked to stop.
const DefaultGrace = 5 * time.Second

// ErrParked is the cause when a statement was left to the server, since the run was asked
// to stop and the statement took longer than the time that was left.
var ErrParked = errors.New("the run was stopped while the statement was under way; ClickHouse may still carry it out")

// ErrAsked is the cause when a run stopped between two statements, as it was asked to.
var ErrAsked = errors.New("the run was stopped before its next statement")

// patience is a context that outlives another one by a grace while work is under way: when
// the other one ends, no statement is begun, but the one in flight is not torn off at once.
type patience struct {
	asked  context.Context
	cancel context.CancelCauseFunc
	grace  time.Duration
	unhook func() bool

	mu      sync.Mutex
	working bool
	timer   *time.Timer
}

func newPatience(asked context.Context, grace time.Duration) (context.Context, *patience) {
	if grace <= 0 {
		grace = DefaultGrace
	}
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(asked))
	p := &patience{asked: asked, cancel: cancel, grace: grace}
	p.unhook = context.AfterFunc(asked, p.stop)
	return ctx, p
}

func (p *patience) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.working {
		p.cancel(context.Cause(p.asked))
		return
	}
	p.timer = time.AfterFunc(p.grace, func() { p.cancel(ErrParked) })
}

// work begins, or ends, the part in which statements are sent.
func (p *patience) work(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.working = on
	if !on && p.asked.Err() != nil {
		p.cancel(context.Cause(p.asked))
	}
}

// check is an error once the run was asked to stop.
func (p *patience) check() error {
	if p.asked.Err() != nil {
		return fmt.Errorf("%w: %w", ErrAsked, context.Cause(p.asked))
	}
	return nil
}

func (p *patience) close() {
	p.unhook()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
	}
	p.cancel(context.Canceled)
}
