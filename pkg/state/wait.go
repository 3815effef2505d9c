package state

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// Locker takes the migration lock. Every Store is one.
type Locker interface {
	Lock(ctx context.Context, owner Owner) (Lock, error)
}

// Pauses between two attempts of Wait. A pause begins short, so that a lock that is free
// soon is taken soon, and doubles; it varies by half, so that several waiting runs do not
// ask in step.
const (
	firstPause = 250 * time.Millisecond
	longPause  = 3 * time.Second
)

// maxUnanswered is how many attempts in a row may end without an answer while Wait waits:
// a Keeper that elects its leader does not end a wait.
const maxUnanswered = 5

// Wait takes the lock for owner, and tries again for up to timeout while somebody else
// holds it; with 0 it tries once. It calls tell before it begins to wait, and again each
// time when somebody else has taken the lock since. After the timeout the error is the
// last *HeldError. It ends early when ctx does, with an error that wraps ctx's cause, and
// on any other error than a *HeldError at the first attempt. tell may be nil.
func Wait(ctx context.Context, store Locker, owner Owner, timeout time.Duration, tell func(*HeldError)) (Lock, error) {
	end, pause, unanswered := time.Now().Add(timeout), firstPause, 0
	var told *HeldError
	for {
		lock, err := store.Lock(ctx, owner)
		if err == nil {
			return lock, nil
		}
		if ctx.Err() != nil {
			return nil, fmt.Errorf("waiting for the migration lock: %w", context.Cause(ctx))
		}
		left := time.Until(end)
		held, isHeld := errors.AsType[*HeldError](err)
		switch unanswered++; {
		case isHeld:
			unanswered = 0
		case told == nil, unanswered == maxUnanswered:
			return nil, err
		}
		if left <= 0 {
			return nil, err
		}
		if isHeld && (told == nil || !told.Holder.Same(held.Holder)) {
			if told = held; tell != nil {
				tell(held)
			}
		}
		timer := time.NewTimer(min(left, pause/2+rand.N(pause)))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, fmt.Errorf("waiting for the migration lock: %w", context.Cause(ctx))
		case <-timer.C:
		}
		pause = min(2*pause, longPause)
	}
}
