// Package statetest is the conformance suite of state.Store and state.Lock. It
// runs over goroutines and over two processes, one of which is killed, so it
// wants a store that other processes can reach.
//
// An adapter's test declares a Suite and gives it to both Main and Run:
//
//	func TestMain(m *testing.M) { statetest.Main(m, suite) }
//	func TestStore(t *testing.T) { statetest.Run(t, suite) }
package statetest

import (
	"context"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// Suite is what the conformance suite needs of an adapter.
type Suite struct {
	// Open opens the store at a place's Spec, with locks that live ttl. It runs
	// in the test's process and in child processes.
	Open func(ctx context.Context, spec string, ttl time.Duration) (state.Store, func() error, error)
	// Place makes an empty place, which the test's cleanup removes.
	Place func(t *testing.T) Place
}

// Place is one empty store and ways to act on it from outside.
type Place struct {
	// Spec is all that Open needs, as text.
	Spec string
	// PlantMap stores a map as Moose does.
	PlantMap func(t *testing.T, data []byte)
	// CorruptMap makes the newest map unreadable.
	CorruptMap func(t *testing.T)
	// PlantTrail stores records of decisions as the store itself does, the oldest first, but
	// all at once.
	PlantTrail func(t *testing.T, records [][]byte)
	// CorruptTrail makes the newest record unreadable.
	CorruptTrail func(t *testing.T)
	// PlantLock takes the lock as Moose does. An adapter whose server removes
	// expired locks by itself plants nothing when expires is over.
	PlantLock func(t *testing.T, machine string, started, expires time.Time)
	// ReadLock tells whether Moose would find a lock, expired or not.
	ReadLock func(t *testing.T) bool
	// CorruptLock puts a lock in place that cannot be read.
	CorruptLock func(t *testing.T)
	// RemoveLock removes the lock whoever holds it.
	RemoveLock func(t *testing.T)
	// RemembersMachine says that Moose's own lock names its machine.
	RemembersMachine bool
}

// Run runs the suite as subtests of t.
func Run(t *testing.T, s Suite) {
	for _, c := range []struct {
		name string
		test func(*testing.T, bench)
	}{
		{"nothing stored", testNone},
		{"save and load", testSaveLoad},
		{"binary safe", testBinary},
		{"empty map refused", testEmpty},
		{"map of Moose", testMooseMap},
		{"corrupt map", testCorruptMap},
		{"large map", testLargeMap},
		{"history of maps", testHistory},
		{"readers beside a writer", testReaders},
		{"trail of decisions", testTrail},
		{"trail is bounded", testTrailBounded},
		{"corrupt trail", testTrailCorrupt},
		{"shelf", testShelf},
		{"shelf refuses", testShelfRefuses},
		{"shelf race", testShelfRace},
		{"take and release", testTakeRelease},
		{"held", testHeld},
		{"owner without id", testNoOwner},
		{"same owner twice", testSameOwner},
		{"lock of Moose", testMooseLock},
		{"expired lock of Moose", testExpiredMooseLock},
		{"corrupt lock", testCorruptLock},
		{"renewal keeps it", testRenewal},
		{"removed behind our back", testRemoved},
		{"taken behind our back", testTaken},
		{"release after the context ended", testReleaseAfterCancel},
		{"taken away by hand", testBreak},
		{"not taken away when renewed", testBreakRenewed},
		{"Moose's lock taken away by hand", testBreakMoose},
		{"race", testRace},
		{"race for an expired lock", testRaceExpired},
		{"two processes", testProcesses},
		{"killed holder", testKilled},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.test(t, bench{suite: s, place: s.Place(t)})
		})
	}
}

// bench is one test's place.
type bench struct {
	suite Suite
	place Place
}

// long is a time to live that no test outlasts.
const long = time.Minute

// short is one that tests wait for. Renewal comes after a third of it, which
// leaves a loaded machine seconds to answer.
const short = 6 * time.Second

func (b bench) open(t *testing.T, ttl time.Duration) state.Store {
	t.Helper()
	store, closer, err := b.suite.Open(t.Context(), b.place.Spec, ttl)
	if err != nil {
		t.Fatalf("opening the store: %v", err)
	}
	t.Cleanup(func() {
		if err := closer(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	return store
}

func owner(id string) state.Owner {
	return state.Owner{ID: id, Machine: "machine-" + id, RunURL: "https://ci.example/run/" + id, Actor: "actor-" + id, PID: 4711}
}

func mustLock(t *testing.T, s state.Store, id string) state.Lock {
	t.Helper()
	lock, err := s.Lock(t.Context(), owner(id))
	if err != nil {
		t.Fatalf("Lock(%s): %v", id, err)
	}
	t.Cleanup(func() {
		// The test has asserted what matters; this only ends the renewal.
		_ = lock.Release(context.Background())
	})
	return lock
}
