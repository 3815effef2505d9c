package statetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

const (
	racers        = 6
	rounds        = 50
	expiredRounds = 15
)

// race lets all racers ask at once and returns the only winner's lock.
func race(t *testing.T, stores []state.Store, round int) state.Lock {
	t.Helper()
	locks, errs := make([]state.Lock, len(stores)), make([]error, len(stores))
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i, s := range stores {
		wg.Go(func() {
			<-start
			locks[i], errs[i] = s.Lock(t.Context(), owner(fmt.Sprintf("%d-%d", round, i)))
		})
	}
	close(start)
	wg.Wait()
	var winner state.Lock
	winners := 0
	for i, err := range errs {
		var held *state.HeldError
		switch {
		case err == nil:
			winners++
			winner = locks[i]
		case !errors.As(err, &held):
			t.Errorf("round %d, racer %d: %v, want a *HeldError", round, i, err)
		}
	}
	if winners != 1 {
		for _, l := range locks {
			if l != nil {
				_ = l.Release(context.Background())
			}
		}
		t.Fatalf("round %d: %d of %d racers hold the lock, want exactly one", round, winners, len(stores))
	}
	if err := winner.Check(t.Context()); err != nil {
		t.Errorf("round %d: the winner's Check: %v", round, err)
	}
	return winner
}

func openRacers(t *testing.T, b bench) []state.Store {
	stores := make([]state.Store, racers)
	for i := range stores {
		if i%2 == 0 { // two goroutines share a store, others have their own
			stores[i] = b.open(t, long)
		} else {
			stores[i] = stores[i-1]
		}
	}
	return stores
}

func testRace(t *testing.T, b bench) {
	stores := openRacers(t, b)
	for round := range rounds {
		if err := race(t, stores, round).Release(t.Context()); err != nil {
			t.Fatalf("round %d: Release: %v", round, err)
		}
	}
}

func testRaceExpired(t *testing.T, b bench) {
	stores := openRacers(t, b)
	for round := range expiredRounds {
		now := time.Now().UTC()
		b.place.PlantLock(t, "moose-machine", now.Add(-time.Hour), now.Add(-30*time.Minute))
		if err := race(t, stores, round).Release(t.Context()); err != nil {
			t.Fatalf("round %d: Release: %v", round, err)
		}
	}
}
