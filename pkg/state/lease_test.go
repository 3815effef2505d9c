package state_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// fakeLease is a lease whose server answers as told.
type fakeLease struct {
	renew, check, release func(ctx context.Context) error
	renewals, releases    atomic.Int32
}

func call(ctx context.Context, f func(context.Context) error) error {
	if f == nil {
		return nil
	}
	return f(ctx)
}

func (f *fakeLease) Renew(ctx context.Context) error {
	f.renewals.Add(1)
	return call(ctx, f.renew)
}
func (f *fakeLease) Check(ctx context.Context) error { return call(ctx, f.check) }
func (f *fakeLease) Release(ctx context.Context) error {
	f.releases.Add(1)
	return call(ctx, f.release)
}

func defaults(t *testing.T) state.Timing {
	timing, err := state.Timing{}.WithDefaults()
	if err != nil {
		t.Fatal(err)
	}
	return timing
}

// hang answers only when the caller gives up.
func hang(ctx context.Context) error {
	<-ctx.Done()
	return context.Cause(ctx)
}

func TestHoldRenewsEveryThird(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeLease{}
		lock := state.Hold(t.Context(), f, defaults(t), time.Now())
		time.Sleep(time.Hour + time.Second)
		if n := f.renewals.Load(); n != 36 {
			t.Errorf("renewed %d times in an hour, want 36 (every 100 s)", n)
		}
		if lock.Context().Err() != nil {
			t.Errorf("lost: %v", context.Cause(lock.Context()))
		}
		if err := lock.Release(t.Context()); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Hour)
		if n := f.renewals.Load(); n != 36 {
			t.Errorf("renewed after the release: %d times", n)
		}
	})
}

func TestHoldEndsBeforeTheServersExpiry(t *testing.T) {
	unreachable := errors.New("connection refused")
	for name, renew := range map[string]func(context.Context) error{
		"refused": func(context.Context) error { return unreachable },
		"hanging": hang,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				lock := state.Hold(t.Context(), &fakeLease{renew: renew}, defaults(t), start)
				<-lock.Context().Done()
				if took := time.Since(start); took != 285*time.Second {
					t.Errorf("the context ended after %v, want 285 s of the lock's 300 s", took)
				}
				cause := context.Cause(lock.Context())
				if !errors.Is(cause, state.ErrLockLost) {
					t.Errorf("cause = %v, want ErrLockLost", cause)
				}
				if name == "refused" && !errors.Is(cause, unreachable) {
					t.Errorf("cause = %v, want to know why it was not renewed", cause)
				}
				if err := lock.Check(t.Context()); !errors.Is(err, state.ErrLockLost) {
					t.Errorf("Check = %v although the server is content", err)
				}
				if err := lock.Release(t.Context()); !errors.Is(err, state.ErrLockLost) {
					t.Errorf("Release = %v", err)
				}
			})
		})
	}
}

func TestHoldSurvivesAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		f := &fakeLease{renew: func(ctx context.Context) error {
			if time.Since(start) < 200*time.Second {
				return hang(ctx)
			}
			return nil
		}}
		lock := state.Hold(t.Context(), f, defaults(t), start)
		time.Sleep(time.Hour)
		if lock.Context().Err() != nil {
			t.Errorf("lost after an outage of 200 s: %v", context.Cause(lock.Context()))
		}
		if err := lock.Release(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestHoldEndsAtOnceWhenTheLockIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		f := &fakeLease{renew: func(context.Context) error { return state.ErrLockLost }}
		lock := state.Hold(t.Context(), f, defaults(t), start)
		<-lock.Context().Done()
		if took := time.Since(start); took != 100*time.Second {
			t.Errorf("ended after %v, want at the first renewal", took)
		}
		if err := lock.Release(t.Context()); !errors.Is(err, state.ErrLockLost) {
			t.Errorf("Release = %v", err)
		}
		if f.releases.Load() != 1 {
			t.Error("a lost lock that may still be ours on the server was not removed")
		}
	})
}

// A Check that got no answer is an error, but not a loss.
func TestCheckWithoutAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeLease{check: hang}
		lock := state.Hold(t.Context(), f, defaults(t), time.Now())
		start := time.Now()
		err := lock.Check(t.Context())
		if err == nil || errors.Is(err, state.ErrLockLost) {
			t.Errorf("Check = %v, want an error that is no loss", err)
		}
		if took := time.Since(start); took != state.DefaultCall {
			t.Errorf("Check took %v, want it bounded to %v", took, state.DefaultCall)
		}
		if lock.Context().Err() != nil {
			t.Error("the run was ended by an unanswered Check")
		}
		if err := lock.Release(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestReleaseCanBeRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fails := true
		f := &fakeLease{release: func(context.Context) error {
			if fails {
				return errors.New("connection refused")
			}
			return nil
		}}
		lock := state.Hold(t.Context(), f, defaults(t), time.Now())
		if err := lock.Release(t.Context()); err == nil || errors.Is(err, state.ErrLockLost) {
			t.Errorf("Release = %v, want the failure", err)
		}
		fails = false
		for range 2 {
			if err := lock.Release(t.Context()); err != nil {
				t.Errorf("Release = %v", err)
			}
		}
		if n := f.releases.Load(); n != 2 {
			t.Errorf("the server was asked %d times, want 2", n)
		}
	})
}

func TestTiming(t *testing.T) {
	got := defaults(t)
	want := state.Timing{TTL: 300 * time.Second, Every: 100 * time.Second, Call: 10 * time.Second}
	if got != want {
		t.Errorf("defaults = %+v, want %+v", got, want)
	}
	for _, bad := range []state.Timing{
		{TTL: -1},
		{TTL: time.Millisecond},
		{Every: -1},
		{Call: -1},
		{TTL: 10 * time.Second, Every: 8 * time.Second, Call: 3 * time.Second},
	} {
		if got, err := bad.WithDefaults(); err == nil {
			t.Errorf("%+v was accepted as %+v", bad, got)
		}
	}
}
