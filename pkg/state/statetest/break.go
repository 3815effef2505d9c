package statetest

import (
	"errors"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// look returns the store as one that can remove a lock, and who holds the lock.
func look(t *testing.T, s state.Store) (state.Breaker, state.Holder) {
	t.Helper()
	breaker, ok := s.(state.Breaker)
	if !ok {
		t.Fatalf("%T cannot remove a lock", s)
	}
	h, err := s.Holder(t.Context())
	if err != nil || h == nil {
		t.Fatalf("Holder = %+v, %v; want one", h, err)
	}
	return breaker, *h
}

func mustBreak(t *testing.T, s state.Store) state.Holder {
	t.Helper()
	breaker, holder := look(t, s)
	if err := breaker.Break(t.Context(), holder); err != nil {
		t.Fatalf("Break(%+v): %v", holder, err)
	}
	if h, err := s.Holder(t.Context()); h != nil || err != nil {
		t.Fatalf("Holder after Break = %+v, %v; want none", h, err)
	}
	return holder
}

func testBreak(t *testing.T, b bench) {
	s, other := b.open(t, long), b.open(t, long)
	lock := mustLock(t, s, "a")
	holder := mustBreak(t, other)
	if holder.Owner != owner("a") || holder.Seen.IsZero() || !holder.Seen.Before(holder.Expires) {
		t.Errorf("removed the lock of %+v", holder)
	}
	mustBeLost(t, lock)

	// What was looked at is gone: nobody else's lock is removed.
	if err := other.(state.Breaker).Break(t.Context(), holder); !errors.Is(err, state.ErrChanged) {
		t.Errorf("Break of a free lock: %v, want ErrChanged", err)
	}
	next := mustLock(t, s, "b")
	if err := other.(state.Breaker).Break(t.Context(), holder); !errors.Is(err, state.ErrChanged) {
		t.Errorf("Break of another's lock: %v, want ErrChanged", err)
	}
	if err := next.Check(t.Context()); err != nil {
		t.Errorf("the lock of b: %v", err)
	}
}

func testBreakRenewed(t *testing.T, b bench) {
	s := b.open(t, short)
	lock := mustLock(t, s, "a")
	breaker, holder := look(t, s)
	time.Sleep(short/3 + short/6) // it is renewed after a third
	if err := breaker.Break(t.Context(), holder); !errors.Is(err, state.ErrChanged) {
		t.Errorf("Break of a lock that was renewed since: %v, want ErrChanged", err)
	}
	if _, again := look(t, s); !again.Same(holder) {
		t.Errorf("a renewal made %+v of %+v", again, holder)
	}
	if err := lock.Check(t.Context()); err != nil {
		t.Errorf("Check: %v", err)
	}
}

func testBreakMoose(t *testing.T, b bench) {
	s := b.open(t, long)
	now := time.Now().UTC()
	b.place.PlantLock(t, "moose-machine", now, now.Add(long))
	mustBreak(t, s)
	b.place.CorruptLock(t)
	if holder := mustBreak(t, s); holder.Problem == "" {
		t.Errorf("removed %+v, want one that cannot be read", holder)
	}
	mustLock(t, s, "a")
}
