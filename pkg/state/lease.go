package state

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Lease is what an adapter does on the server for one acquired lock. Every
// method looks at the server's state and clock, and returns an error that wraps
// ErrLockLost when the lock there is not ours any more or has expired.
type Lease interface {
	// Renew extends the lock to a full TTL from the server's now.
	Renew(ctx context.Context) error
	// Check looks, and changes nothing.
	Check(ctx context.Context) error
	// Release removes the lock when it is ours.
	Release(ctx context.Context) error
}

// Hold keeps a lease renewed and returns it as a Lock. since is the local time
// before the acquiring exchange with the server began, so since+TTL is never
// later than the server's expiry. timing has its defaults filled in.
func Hold(ctx context.Context, lease Lease, timing Timing, since time.Time) Lock {
	h := &held{lease: lease, timing: timing, done: make(chan struct{})}
	h.ctx, h.cancel = context.WithCancelCause(ctx)
	h.keeping, h.stop = context.WithCancel(context.WithoutCancel(ctx))
	h.until = h.deadline(since)
	h.expiry = time.AfterFunc(h.until.Sub(timing.Now()), h.expire)
	go h.keep()
	return h
}

type held struct {
	lease   Lease
	timing  Timing
	ctx     context.Context
	cancel  context.CancelCauseFunc
	keeping context.Context // lives while the lease is renewed
	stop    context.CancelFunc
	expiry  *time.Timer
	done    chan struct{} // closed when renewal has ended

	mu       sync.Mutex
	until    time.Time // the deadline
	lost     error     // why the lock was lost
	last     error     // the last renewal's failure
	released bool

	releasing sync.Mutex
}

// deadline is a twentieth of the TTL before the server's expiry: clocks do not
// tick equally fast, and a statement in flight needs time to be stopped.
func (h *held) deadline(since time.Time) time.Time {
	return since.Add(h.timing.TTL - h.timing.TTL/20)
}

func (h *held) Context() context.Context { return h.ctx }

func (h *held) keep() {
	defer close(h.done)
	timer := time.NewTimer(h.timing.Every)
	defer timer.Stop()
	for {
		select {
		case <-h.keeping.Done():
			return
		case <-timer.C:
		}
		start := h.timing.Now()
		ctx, cancel := context.WithTimeout(h.keeping, h.timing.Call)
		err := h.lease.Renew(ctx)
		cancel()
		switch {
		case h.keeping.Err() != nil:
			return
		case err == nil:
			h.renewed(start)
			timer.Reset(h.timing.Every)
		case errors.Is(err, ErrLockLost):
			h.lose(err)
			return
		default:
			h.mu.Lock()
			h.last = err
			h.mu.Unlock()
			timer.Reset(max(h.timing.Every/10, 10*time.Millisecond))
		}
	}
}

func (h *held) renewed(start time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last = nil
	if h.lost == nil {
		h.until = h.deadline(start)
		h.expiry.Reset(h.until.Sub(h.timing.Now()))
	}
}

func (h *held) expire() {
	h.mu.Lock()
	last := h.last
	h.mu.Unlock()
	if last == nil {
		h.lose(fmt.Errorf("%w: it could not be renewed in time", ErrLockLost))
		return
	}
	h.lose(fmt.Errorf("%w: it could not be renewed in time: %w", ErrLockLost, last))
}

func (h *held) lose(err error) {
	h.mu.Lock()
	if h.lost == nil && !h.released {
		h.lost = err
	}
	h.mu.Unlock()
	h.expiry.Stop()
	h.stop()
	h.cancel(err)
}

func (h *held) state() (lost error, released bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.lost, h.released
}

func (h *held) Check(ctx context.Context) error {
	if lost, released := h.state(); lost != nil || released {
		if lost == nil {
			lost = ErrReleased
		}
		return lost
	}
	ctx, cancel := context.WithTimeout(ctx, h.timing.Call)
	defer cancel()
	err := h.lease.Check(ctx)
	if errors.Is(err, ErrLockLost) {
		h.lose(err)
		return err
	}
	if err != nil {
		return fmt.Errorf("asking whether the migration lock is still ours: %w", err)
	}
	// A process that was stopped goes on before its timer does.
	h.mu.Lock()
	late := !h.timing.Now().Before(h.until)
	h.mu.Unlock()
	if late {
		h.expire()
	}
	if lost, _ := h.state(); lost != nil {
		return lost
	}
	return nil
}

func (h *held) Release(ctx context.Context) error {
	h.releasing.Lock()
	defer h.releasing.Unlock()
	if _, released := h.state(); released {
		return nil
	}
	h.stop()
	<-h.done
	h.expiry.Stop()
	lost, _ := h.state()
	err := h.lease.Release(ctx)
	h.cancel(ErrReleased)
	switch {
	case lost != nil:
		return lost
	case errors.Is(err, ErrLockLost):
		h.lose(err)
		return err
	case err != nil:
		return fmt.Errorf("releasing the migration lock: %w", err)
	}
	h.mu.Lock()
	h.released = true
	h.mu.Unlock()
	return nil
}
