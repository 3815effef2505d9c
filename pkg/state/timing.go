package state

import (
	"context"
	"fmt"
	"time"
)

// DefaultTTL is how long a lock lives without renewal: Moose's
// LOCK_TIMEOUT_SECS (300 s).
const DefaultTTL = 5 * time.Minute

// DefaultCall bounds one exchange with the server. Without a bound a ClickHouse
// whose Keeper is unreachable keeps an INSERT for 143 s.
const DefaultCall = 10 * time.Second

// Timing says how long a lock lives and how it is kept alive. The zero value
// means the defaults.
type Timing struct {
	// TTL is the lock's life without renewal, DefaultTTL when zero.
	TTL time.Duration
	// Every is the pause between renewals, a third of TTL when zero.
	Every time.Duration
	// Call bounds one exchange with the server; when zero the smaller of
	// DefaultCall and a third of TTL.
	Call time.Duration
	// Clock is the machine's, the real one when nil. Only differences between its times
	// count: when a lock ends is judged by the server's clock.
	Clock Clock
}

// Clock tells the time of the machine.
type Clock interface{ Now() time.Time }

// Now is the time of the machine.
func (t Timing) Now() time.Time {
	if t.Clock != nil {
		return t.Clock.Now()
	}
	return time.Now()
}

// WithDefaults fills in what is zero. It returns an error when the parts do
// not fit: a lock must be renewable before it ends.
func (t Timing) WithDefaults() (Timing, error) {
	if t.TTL == 0 {
		t.TTL = DefaultTTL
	}
	if t.Every == 0 {
		t.Every = t.TTL / 3
	}
	if t.Call == 0 {
		t.Call = min(DefaultCall, t.TTL/3)
	}
	if t.Every <= 0 || t.Call <= 0 || t.TTL < 100*time.Millisecond || t.Every+t.Call > t.TTL {
		return Timing{}, fmt.Errorf("lock timing does not fit: renewed every %s with calls of up to %s, but the lock lives %s; "+
			"the first two together must be shorter than the third", t.Every, t.Call, t.TTL)
	}
	return t, nil
}

// Bound ends the returned context after d without giving it a deadline.
// Some clients turn a deadline into a server setting, which a read-only user
// may not change.
func Bound(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(d, func() {
		cancel(fmt.Errorf("no answer within %s: %w", d, context.DeadlineExceeded))
	})
	return ctx, func() {
		timer.Stop()
		cancel(context.Canceled)
	}
}
