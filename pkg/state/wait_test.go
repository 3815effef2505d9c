package state_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// lockerFunc answers the n-th attempt, counted from 1, that comes after the given time.
type lockerFunc func(n int, after time.Duration) error

type fakeLocker struct {
	answer lockerFunc
	n      int
	start  time.Time
}

func (f *fakeLocker) Lock(context.Context, state.Owner) (state.Lock, error) {
	f.n++
	if err := f.answer(f.n, time.Since(f.start)); err != nil {
		return nil, err
	}
	return state.Hold(context.Background(), &fakeLease{}, state.Timing{TTL: time.Hour, Every: time.Minute, Call: time.Second}, time.Now()), nil
}

func heldBy(id string) *state.HeldError {
	return &state.HeldError{Holder: state.Holder{Owner: state.Owner{ID: id}, Started: noon, Expires: time.Now().Add(time.Minute)}}
}

func TestWait(t *testing.T) {
	unanswered, stopped := errors.New("connection refused"), errors.New("stopped")
	for _, c := range []struct {
		name    string
		timeout time.Duration
		stop    time.Duration // when the context ends, 0 for never
		answer  lockerFunc
		told    []string
		took    [2]time.Duration // at least and at most
		want    error            // nil for the lock
		held    string           // whose *HeldError is wanted
	}{
		{name: "free", timeout: time.Minute, answer: func(int, time.Duration) error { return nil }},
		{name: "no waiting", answer: func(int, time.Duration) error { return heldBy("a") }, held: "a"},
		{
			name: "free after a while", timeout: time.Hour, told: []string{"a"},
			answer: func(_ int, after time.Duration) error {
				if after < time.Minute {
					return heldBy("a")
				}
				return nil
			},
			took: [2]time.Duration{time.Minute, time.Minute + 5*time.Second},
		},
		{
			name: "the holder changes", timeout: 30 * time.Second, told: []string{"a", "b"}, held: "b",
			answer: func(_ int, after time.Duration) error {
				if after < 10*time.Second {
					return heldBy("a")
				}
				return heldBy("b")
			},
			took: [2]time.Duration{30 * time.Second, 30 * time.Second},
		},
		{
			name: "stopped", timeout: time.Hour, stop: 10 * time.Second, told: []string{"a"}, want: stopped,
			answer: func(int, time.Duration) error { return heldBy("a") },
			took:   [2]time.Duration{10 * time.Second, 10 * time.Second},
		},
		{name: "no answer at first", timeout: time.Hour, answer: func(int, time.Duration) error { return unanswered }, want: unanswered},
		{
			name: "an outage while waiting", timeout: time.Hour, told: []string{"a"},
			answer: func(n int, _ time.Duration) error {
				switch {
				case n == 9:
					return nil
				case n%4 == 0 || n%4 == 3:
					return unanswered
				}
				return heldBy("a")
			},
			took: [2]time.Duration{5 * time.Second, 30 * time.Second},
		},
		{
			name: "no answer any more", timeout: time.Hour, told: []string{"a"}, want: unanswered,
			answer: func(n int, _ time.Duration) error {
				if n > 2 {
					return unanswered
				}
				return heldBy("a")
			},
			took: [2]time.Duration{3 * time.Second, 30 * time.Second},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				if c.stop > 0 {
					time.AfterFunc(c.stop, func() { cancel(stopped) })
				}
				f := &fakeLocker{answer: c.answer, start: time.Now()}
				var told []string
				lock, err := state.Wait(ctx, f, state.Owner{ID: "me"}, c.timeout, func(e *state.HeldError) { told = append(told, e.Holder.ID) })
				took := time.Since(f.start)
				if lock != nil {
					defer func() { _ = lock.Release(context.Background()) }()
				}
				var held *state.HeldError
				switch errors.As(err, &held); {
				case c.held != "" && (held == nil || held.Holder.ID != c.held):
					t.Errorf("Wait = %v, want held by %s", err, c.held)
				case c.held == "" && !errors.Is(err, c.want), (err == nil) != (lock != nil):
					t.Errorf("Wait = %v, %v; want %v", lock, err, c.want)
				}
				if took < c.took[0] || took > c.took[1] {
					t.Errorf("it took %v, want %v", took, c.took)
				}
				if d := cmp.Diff(c.told, told); d != "" {
					t.Errorf("told (-want +got):\n%s", d)
				}
				if most := int(took/(longPause/2)) + 6; f.n > most {
					t.Errorf("asked %d times within %v", f.n, took)
				}
			})
		})
	}
}

// longPause is the longest pause between two attempts, before it is varied.
const longPause = 3 * time.Second
