package statetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

func testTakeRelease(t *testing.T, b bench) {
	s, other := b.open(t, long), b.open(t, long)
	for range 3 {
		lock := mustLock(t, s, "a")
		if err := lock.Check(t.Context()); err != nil {
			t.Fatalf("Check: %v", err)
		}
		if !b.place.ReadLock(t) {
			t.Fatal("Moose would not see our lock")
		}
		if err := lock.Release(t.Context()); err != nil {
			t.Fatalf("Release: %v", err)
		}
		if err := lock.Release(t.Context()); err != nil {
			t.Fatalf("second Release: %v", err)
		}
		if cause := context.Cause(lock.Context()); !errors.Is(cause, state.ErrReleased) {
			t.Errorf("the context ended with %v, want ErrReleased", cause)
		}
		if err := lock.Check(t.Context()); err == nil {
			t.Error("Check after Release succeeded")
		}
		if h, err := other.Holder(t.Context()); h != nil || err != nil {
			t.Fatalf("Holder after Release = %v, %v", h, err)
		}
	}
}

func mustBeHeld(t *testing.T, s state.Store, id string) *state.HeldError {
	t.Helper()
	lock, err := s.Lock(t.Context(), owner(id))
	if err == nil {
		_ = lock.Release(context.Background())
		t.Fatalf("%s got a lock that is held", id)
	}
	var held *state.HeldError
	if !errors.As(err, &held) {
		t.Fatalf("Lock(%s): %v, want a *HeldError", id, err)
	}
	if held.Store != s.Describe() || held.Look == "" || held.Remove == "" {
		t.Errorf("the error leaves something open: %+v", held)
	}
	return held
}

func testHeld(t *testing.T, b bench) {
	s, other := b.open(t, long), b.open(t, long)
	lock := mustLock(t, s, "a")
	held := mustBeHeld(t, other, "b")
	if held.Holder.Owner != owner("a") {
		t.Errorf("held by %+v, want %+v", held.Holder.Owner, owner("a"))
	}
	if held.Holder.Started.IsZero() || held.Now.IsZero() {
		t.Errorf("the error does not say since when: %+v", held)
	}
	if left := held.Holder.Expires.Sub(held.Now); left <= 0 || left > long {
		t.Errorf("it expires in %v, want within %v", left, long)
	}
	for _, want := range []string{"machine-a", "actor-a", "4711", "https://ci.example/run/a", "UTC"} {
		if !strings.Contains(held.Error(), want) {
			t.Errorf("the message does not name %q: %v", want, held)
		}
	}
	h, err := other.Holder(t.Context())
	if err != nil || h == nil || h.Owner != owner("a") {
		t.Errorf("Holder = %+v, %v; want a", h, err)
	}
	if err := lock.Check(t.Context()); err != nil {
		t.Errorf("the refused attempt disturbed the holder: %v", err)
	}
}

func testNoOwner(t *testing.T, b bench) {
	s := b.open(t, long)
	if _, err := s.Lock(t.Context(), state.Owner{Machine: "m"}); err == nil {
		t.Error("Lock without an owner's ID succeeded")
	}
}

func testSameOwner(t *testing.T, b bench) {
	s := b.open(t, long)
	mustLock(t, s, "a")
	mustBeHeld(t, s, "a")
}

func testMooseLock(t *testing.T, b bench) {
	s := b.open(t, long)
	now := time.Now().UTC()
	b.place.PlantLock(t, "moose-machine", now, now.Add(long))
	held := mustBeHeld(t, s, "a")
	if b.place.RemembersMachine && held.Holder.Machine != "moose-machine" {
		t.Errorf("held by %+v, want moose-machine", held.Holder)
	}
	if left := held.Holder.Expires.Sub(held.Now); left <= 0 || left > long+time.Second {
		t.Errorf("it expires in %v, want within %v", left, long)
	}
	b.place.RemoveLock(t)
	mustLock(t, s, "a")
}

func testExpiredMooseLock(t *testing.T, b bench) {
	s := b.open(t, long)
	now := time.Now().UTC()
	b.place.PlantLock(t, "moose-machine", now.Add(-10*time.Minute), now.Add(-5*time.Minute))
	if h, err := s.Holder(t.Context()); h != nil || err != nil {
		t.Errorf("Holder = %v, %v; want none", h, err)
	}
	lock := mustLock(t, s, "a")
	if err := lock.Check(t.Context()); err != nil {
		t.Errorf("Check: %v", err)
	}
	mustBeHeld(t, s, "b")
}

func testCorruptLock(t *testing.T, b bench) {
	s := b.open(t, long)
	b.place.CorruptLock(t)
	held := mustBeHeld(t, s, "a")
	if held.Holder.Problem == "" || !strings.Contains(held.Error(), held.Remove) {
		t.Errorf("the error does not say what is wrong or how to remove it: %v", held)
	}
	h, err := s.Holder(t.Context())
	if err != nil || h == nil || h.Problem == "" {
		t.Errorf("Holder = %+v, %v; want one with a problem", h, err)
	}
	b.place.RemoveLock(t)
	mustLock(t, s, "a")
}

func testRenewal(t *testing.T, b bench) {
	s, other := b.open(t, short), b.open(t, short)
	lock := mustLock(t, s, "a")
	for end := time.Now().Add(2 * short); time.Now().Before(end); time.Sleep(short / 8) {
		if err := lock.Check(t.Context()); err != nil {
			t.Fatalf("Check: %v", err)
		}
		mustBeHeld(t, other, "b")
	}
	if err := lock.Context().Err(); err != nil {
		t.Errorf("the context ended: %v", context.Cause(lock.Context()))
	}
	if err := lock.Release(t.Context()); err != nil {
		t.Errorf("Release: %v", err)
	}
}

// mustBeLost demands all that a lost lock promises.
func mustBeLost(t *testing.T, lock state.Lock) {
	t.Helper()
	if err := lock.Check(t.Context()); !errors.Is(err, state.ErrLockLost) {
		t.Errorf("Check of a lost lock: %v, want ErrLockLost", err)
	}
	select {
	case <-lock.Context().Done():
	case <-time.After(10 * time.Second):
		t.Fatal("the context of a lost lock goes on")
	}
	if cause := context.Cause(lock.Context()); !errors.Is(cause, state.ErrLockLost) {
		t.Errorf("the context ended with %v, want ErrLockLost", cause)
	}
	if err := lock.Release(t.Context()); !errors.Is(err, state.ErrLockLost) {
		t.Errorf("Release of a lost lock: %v, want ErrLockLost", err)
	}
}

func testRemoved(t *testing.T, b bench) {
	s := b.open(t, short)
	checked := mustLock(t, s, "a")
	b.place.RemoveLock(t)
	mustBeLost(t, checked)

	// Without a call to Check the renewal finds out.
	lock := mustLock(t, s, "b")
	b.place.RemoveLock(t)
	select {
	case <-lock.Context().Done():
	case <-time.After(2 * short):
		t.Fatal("nobody noticed that the lock was removed")
	}
	mustBeLost(t, lock)
}

func testTaken(t *testing.T, b bench) {
	s, other := b.open(t, long), b.open(t, long)
	lock := mustLock(t, s, "a")
	b.place.RemoveLock(t)
	thief := mustLock(t, other, "b")
	mustBeLost(t, lock)
	if err := thief.Check(t.Context()); err != nil {
		t.Errorf("the release of a lost lock removed another's: %v", err)
	}
	if h, err := s.Holder(t.Context()); err != nil || h == nil || h.ID != "b" {
		t.Errorf("Holder = %+v, %v; want b", h, err)
	}
}

func testReleaseAfterCancel(t *testing.T, b bench) {
	s := b.open(t, short)
	ctx, cancel := context.WithCancel(t.Context())
	lock, err := s.Lock(ctx, owner("a"))
	if err != nil {
		t.Fatalf("Lock: %v", err)
	}
	cancel()
	if lock.Context().Err() == nil {
		t.Error("the lock's context outlives the caller's")
	}
	time.Sleep(short + short/4)
	if err := lock.Check(t.Context()); err != nil {
		t.Errorf("the lock was not renewed until its release: %v", err)
	}
	if err := lock.Release(t.Context()); err != nil {
		t.Errorf("Release: %v", err)
	}
	mustLock(t, s, "b")
}
