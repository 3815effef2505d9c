package statetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// noise is data of a size that tells its seed, and in which no piece is like another.
func noise(seed uint64, size int) []byte {
	var key [32]byte
	key[0], key[1] = byte(seed), byte(seed>>8)
	out := make([]byte, size)
	_, _ = rand.NewChaCha8(key).Read(out) // it never fails
	return out
}

func testLargeMap(t *testing.T, b bench) {
	s, other := b.open(t, long), b.open(t, long)
	mustSave(t, s, []byte("small"))
	for i, size := range []int{10 << 20, 1 << 20, 10<<20 + 1} {
		data := noise(uint64(i), size)
		mustSave(t, s, data)
		mustLoad(t, other, data)
	}
	mustSave(t, other, []byte("small again"))
	mustLoad(t, s, []byte("small again"))
	b.place.PlantMap(t, []byte("from Moose"))
	mustLoad(t, s, []byte("from Moose"))

	onShelf := shelf(t, s)
	large, larger := noise(7, 1<<20), noise(8, 2<<20)
	must(t, "Put of a large value", onShelf.Put(t.Context(), "plans/1", large))
	mustGet(t, shelf(t, other), "plans/1", large)
	must(t, "Swap of a large value", onShelf.Swap(t.Context(), "plans/1", large, larger))
	mustGet(t, shelf(t, other), "plans/1", larger)
	if err := onShelf.Swap(t.Context(), "plans/1", large, []byte("x")); !errors.Is(err, state.ErrChanged) {
		t.Errorf("Swap of a large value that is not there: %v, want ErrChanged", err)
	}
	must(t, "Put over a large value", onShelf.Put(t.Context(), "plans/1", []byte("small")))
	mustGet(t, shelf(t, other), "plans/1", []byte("small"))
	must(t, "Remove", onShelf.Remove(t.Context(), "plans/1"))
	mustNames(t, onShelf, "")
}

func history(t *testing.T, s state.Store) state.History {
	t.Helper()
	out, ok := s.(state.History)
	if !ok {
		t.Fatalf("%T keeps no history", s)
	}
	return out
}

func mustMaps(t *testing.T, s state.Store, want ...[]byte) []state.MapInfo {
	t.Helper()
	maps, err := history(t, s).Maps(t.Context())
	if err != nil || len(maps) != len(want) {
		t.Fatalf("Maps = %+v, %v; want %d", maps, err, len(want))
	}
	for i, m := range maps {
		blob, err := history(t, s).MapAt(t.Context(), m.Key)
		if err != nil || !bytes.Equal(blob.Data, want[i]) || blob.Key != m.Key || !blob.StoredAt.Equal(m.StoredAt) || m.Size != len(want[i]) {
			t.Fatalf("map %d: MapAt(%s) gave %.20q of %v, %v; listed %+v; want %.20q", i, m.Key, blob.Data, blob.StoredAt, err, m, want[i])
		}
	}
	return maps
}

func testHistory(t *testing.T, b bench) {
	s, other := b.open(t, long), b.open(t, long)
	mustMaps(t, s)
	for _, key := range []string{"", "migration_lock", "gone", "infra_map_1", "it's"} {
		if _, err := history(t, s).MapAt(t.Context(), key); !errors.Is(err, state.ErrNone) {
			t.Errorf("MapAt(%q) = %v, want ErrNone", key, err)
		}
	}
	b.place.PlantMap(t, []byte("from Moose"))
	mustMaps(t, s, []byte("from Moose"))
	time.Sleep(2 * time.Millisecond) // Moose's number is of the test's clock
	large := noise(1, 1<<20)
	mustSave(t, s, large)
	mustMaps(t, other, large, []byte("from Moose"))
	mustSave(t, s, []byte("a"))
	maps := mustMaps(t, other, []byte("a"), large, []byte("from Moose"))
	for i, m := range maps[:2] {
		if time.Since(m.StoredAt).Abs() > time.Minute {
			t.Errorf("map %d was stored at %v, want about now", i, m.StoredAt)
		}
	}
	if maps[1].StoredAt.After(maps[0].StoredAt) {
		t.Errorf("not in order: %+v", maps)
	}
	b.place.PlantMap(t, []byte("Moose again"))
	mustMaps(t, other, []byte("Moose again"), []byte("a"), large, []byte("from Moose"))
}

// While a writer replaces large values, readers see whole ones.
func testReaders(t *testing.T, b bench) {
	const values, rounds, size = 4, 12, 900 << 10
	data := make([][]byte, values)
	for i := range data {
		data[i] = noise(uint64(100+i), size+i)
	}
	known := func(got []byte) error {
		for _, d := range data {
			if bytes.Equal(got, d) {
				return nil
			}
		}
		return fmt.Errorf("%d bytes that nobody wrote", len(got))
	}
	writer := b.open(t, long)
	mustSave(t, writer, data[0])
	must(t, "Put", shelf(t, writer).Put(t.Context(), "large", data[0]))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var wg sync.WaitGroup
	reads := make([]int, 2)
	for i, read := range []func(state.Store) ([]byte, error){
		func(s state.Store) ([]byte, error) {
			blob, err := s.Load(t.Context())
			return blob.Data, err
		},
		func(s state.Store) ([]byte, error) { return s.(state.Shelf).Get(t.Context(), "large") },
	} {
		reader := b.open(t, long)
		wg.Go(func() {
			for ctx.Err() == nil {
				got, err := read(reader)
				if err == nil {
					err = known(got)
				}
				if err != nil {
					t.Errorf("reader %d: %v", i, err)
					return
				}
				reads[i]++
			}
		})
	}
	for round := range rounds {
		next := data[round%values]
		mustSave(t, writer, next)
		must(t, "Put", shelf(t, writer).Put(t.Context(), "large", next))
	}
	stop()
	wg.Wait()
	if reads[0] < 2 || reads[1] < 2 {
		t.Errorf("the readers came to read %d and %d times only", reads[0], reads[1])
	}
}
