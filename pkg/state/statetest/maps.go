package statetest

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

func testNone(t *testing.T, b bench) {
	s := b.open(t, long)
	for range 2 {
		if blob, err := s.Load(t.Context()); !errors.Is(err, state.ErrNone) {
			t.Fatalf("Load of an empty store = %v, %v; want ErrNone", blob, err)
		}
		if h, err := s.Holder(t.Context()); h != nil || err != nil {
			t.Fatalf("Holder of an empty store = %v, %v; want none", h, err)
		}
	}
	if b.place.ReadLock(t) {
		t.Error("reading left a lock behind")
	}
}

func mustLoad(t *testing.T, s state.Store, want []byte) state.Blob {
	t.Helper()
	blob, err := s.Load(t.Context())
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	if !bytes.Equal(blob.Data, want) {
		t.Fatalf("Load gave %d bytes %.40q, want %d bytes %.40q", len(blob.Data), blob.Data, len(want), want)
	}
	if blob.Key == "" {
		t.Error("the loaded map does not say where it came from")
	}
	return blob
}

func mustSave(t *testing.T, s state.Store, data []byte) {
	t.Helper()
	if err := s.Save(t.Context(), data); err != nil {
		t.Fatalf("Save: %v", err)
	}
}

func testSaveLoad(t *testing.T, b bench) {
	s, other := b.open(t, long), b.open(t, long)
	// Faster than a millisecond and a second, and more than a store keeps.
	for i := range 15 {
		data := fmt.Appendf(nil, "map %d", i)
		mustSave(t, s, data)
		blob := mustLoad(t, other, data)
		if !blob.StoredAt.IsZero() && time.Since(blob.StoredAt).Abs() > time.Minute {
			t.Errorf("StoredAt = %v, want about now", blob.StoredAt)
		}
	}
}

func testBinary(t *testing.T, b bench) {
	s := b.open(t, long)
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for _, data := range [][]byte{{0}, all, []byte("it's a `map` \\' \n{{}}?"), bytes.Repeat(all, 1800)} {
		mustSave(t, s, data)
		mustLoad(t, s, data)
	}
}

func testEmpty(t *testing.T, b bench) {
	s := b.open(t, long)
	mustSave(t, s, []byte("kept"))
	if err := s.Save(t.Context(), nil); err == nil {
		t.Error("Save of nothing succeeded; it would look as if the project had no tables")
	}
	mustLoad(t, s, []byte("kept"))
}

func testMooseMap(t *testing.T, b bench) {
	s := b.open(t, long)
	b.place.PlantMap(t, []byte("from Moose\x00\xff"))
	mustLoad(t, s, []byte("from Moose\x00\xff"))
	mustSave(t, s, []byte("ours"))
	mustLoad(t, s, []byte("ours"))
}

func testCorruptMap(t *testing.T, b bench) {
	s := b.open(t, long)
	b.place.CorruptMap(t)
	_, err := s.Load(t.Context())
	var corrupt *state.CorruptError
	if !errors.As(err, &corrupt) {
		t.Fatalf("Load of a corrupt map: %v, want a *CorruptError", err)
	}
	if corrupt.Where == "" || corrupt.Problem == "" || corrupt.Remedy == "" {
		t.Errorf("the error leaves something open: %+v", corrupt)
	}
}
