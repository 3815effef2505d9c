package statetest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

func shelf(t *testing.T, s state.Store) state.Shelf {
	t.Helper()
	out, ok := s.(state.Shelf)
	if !ok {
		t.Fatalf("%T has no shelf", s)
	}
	return out
}

func mustGet(t *testing.T, s state.Shelf, name string, want []byte) {
	t.Helper()
	got, err := s.Get(t.Context(), name)
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("Get(%s) gave %d bytes %.40q, %v; want %d bytes %.40q", name, len(got), got, err, len(want), want)
	}
}

func mustNames(t *testing.T, s state.Shelf, prefix string, want ...string) {
	t.Helper()
	got, err := s.Names(t.Context(), prefix)
	if err != nil {
		t.Fatalf("Names(%q): %v", prefix, err)
	}
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Fatalf("Names(%q) (-want +got):\n%s", prefix, d)
	}
}

func must(t *testing.T, doing string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", doing, err)
	}
}

func testShelf(t *testing.T, b bench) {
	store := b.open(t, long)
	s, other := shelf(t, store), shelf(t, b.open(t, long))
	ctx := t.Context()
	if _, err := s.Get(ctx, "runs/1"); !errors.Is(err, state.ErrNone) {
		t.Fatalf("Get from an empty shelf: %v, want ErrNone", err)
	}
	mustNames(t, s, "")
	must(t, "Remove of nothing", s.Remove(ctx))
	must(t, "Remove of what is not there", s.Remove(ctx, "runs/1", "x"))
	if err := s.Swap(ctx, "runs/1", []byte("old"), []byte("new")); !errors.Is(err, state.ErrChanged) {
		t.Fatalf("Swap of what is not there: %v, want ErrChanged", err)
	}
	mustNames(t, s, "")

	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	must(t, "Swap of none", s.Swap(ctx, "runs/1", nil, all))
	mustGet(t, other, "runs/1", all)
	if err := other.Swap(ctx, "runs/1", nil, []byte("x")); !errors.Is(err, state.ErrChanged) {
		t.Fatalf("a second Swap of none: %v, want ErrChanged", err)
	}
	if err := other.Swap(ctx, "runs/1", all[1:], []byte("x")); !errors.Is(err, state.ErrChanged) {
		t.Fatalf("Swap of another value: %v, want ErrChanged", err)
	}
	mustGet(t, s, "runs/1", all)
	must(t, "Swap", other.Swap(ctx, "runs/1", all, []byte("it's a `map` \\' \n{{}}?")))
	mustGet(t, s, "runs/1", []byte("it's a `map` \\' \n{{}}?"))
	must(t, "Swap to the same", s.Swap(ctx, "runs/1", []byte("it's a `map` \\' \n{{}}?"), []byte("it's a `map` \\' \n{{}}?")))

	must(t, "Put", s.Put(ctx, "plans/1.a_b-c", []byte{0}))
	must(t, "Put over it", other.Put(ctx, "plans/1.a_b-c", []byte{1}))
	mustGet(t, s, "plans/1.a_b-c", []byte{1})
	must(t, "Put", s.Put(ctx, "runs/0", all))
	must(t, "Put", s.Put(ctx, "overrides_1", all))
	mustNames(t, other, "", "overrides_1", "plans/1.a_b-c", "runs/0", "runs/1")
	mustNames(t, other, "runs/", "runs/0", "runs/1")
	mustNames(t, other, "%")

	// It is in nobody's way, and nobody in its way.
	if _, err := store.Load(ctx); !errors.Is(err, state.ErrNone) {
		t.Errorf("Load = %v, want ErrNone", err)
	}
	if used := mustRecorded(t, trail(t, store)); len(used) > 0 {
		t.Errorf("the shelf's values count as decisions: %v", used)
	}
	mustRecord(t, trail(t, store), state.Used{Code: "DS101"})
	for range 12 {
		mustSave(t, store, []byte("a map"))
	}
	mustNames(t, other, "", "overrides_1", "plans/1.a_b-c", "runs/0", "runs/1")

	must(t, "Remove", s.Remove(ctx, "runs/0", "runs/1", "gone"))
	mustNames(t, other, "", "overrides_1", "plans/1.a_b-c")
	must(t, "Swap of none after Remove", other.Swap(ctx, "runs/1", nil, []byte("again")))
	mustGet(t, s, "runs/1", []byte("again"))
	mustLoad(t, store, []byte("a map"))
}

func testShelfRefuses(t *testing.T, b bench) {
	s := shelf(t, b.open(t, long))
	ctx := t.Context()
	for _, name := range []string{"", "A", "/a", "a b", "a'", "a`", "a\\", "a\n", "a*", "ä", "a::b", strings.Repeat("a", 201)} {
		_, getErr := s.Get(ctx, name)
		for doing, err := range map[string]error{
			"Put": s.Put(ctx, name, []byte("x")), "Swap": s.Swap(ctx, name, nil, []byte("x")),
			"Swap of a value": s.Swap(ctx, name, []byte("y"), []byte("x")), "Get": getErr, "Remove": s.Remove(ctx, name),
		} {
			if err == nil || errors.Is(err, state.ErrNone) || errors.Is(err, state.ErrChanged) {
				t.Errorf("%s(%q) = %v, want it refused", doing, name, err)
			}
		}
	}
	for doing, err := range map[string]error{
		"Put": s.Put(ctx, "a", nil), "Swap": s.Swap(ctx, "a", nil, nil), "Swap of a value": s.Swap(ctx, "a", []byte("y"), []byte{}),
	} {
		if err == nil || !strings.Contains(err.Error(), "empty") {
			t.Errorf("%s of nothing = %v, want it refused", doing, err)
		}
	}
	var large *state.TooLargeError
	if err := s.Put(ctx, "a", make([]byte, state.MaxSize+1)); !errors.As(err, &large) {
		t.Errorf("Put of more than MaxSize = %v, want a *TooLargeError", err)
	}
	mustNames(t, s, "")
}

// Of those who swap the same value exactly one succeeds, also when they write the same.
func testShelfRace(t *testing.T, b bench) {
	shelves := []state.Shelf{shelf(t, b.open(t, long)), shelf(t, b.open(t, long))}
	const racers, rounds = 6, 25
	var before []byte
	for round := range rounds {
		errs := make([]error, racers)
		data := func(i int) []byte {
			if round%2 == 0 {
				return fmt.Appendf(nil, "round %d", round)
			}
			return fmt.Appendf(nil, "round %d, racer %d", round, i)
		}
		start := make(chan struct{})
		var wg sync.WaitGroup
		for i := range racers {
			wg.Go(func() {
				<-start
				errs[i] = shelves[i%2].Swap(t.Context(), "race", before, data(i))
			})
		}
		close(start)
		wg.Wait()
		winners, winner := 0, 0
		for i, err := range errs {
			switch {
			case err == nil:
				winners, winner = winners+1, i
			case !errors.Is(err, state.ErrChanged):
				t.Errorf("round %d, racer %d: %v, want ErrChanged", round, i, err)
			}
		}
		if winners != 1 {
			t.Fatalf("round %d: %d racers succeeded, want exactly one", round, winners)
		}
		before = data(winner)
		mustGet(t, shelves[round%2], "race", before)
	}
}
