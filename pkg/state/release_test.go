package state_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// memoryShelf is a Shelf in memory.
type memoryShelf map[string][]byte

func (m memoryShelf) Put(_ context.Context, name string, data []byte) error {
	m[name] = data
	return state.CheckName(name)
}

func (m memoryShelf) Swap(ctx context.Context, name string, old, data []byte) error {
	if now, is := m[name]; is != (old != nil) || !bytes.Equal(now, old) {
		return fmt.Errorf("%s: %w", name, state.ErrChanged)
	}
	return m.Put(ctx, name, data)
}

func (m memoryShelf) Get(_ context.Context, name string) ([]byte, error) {
	if data, is := m[name]; is {
		return data, nil
	}
	return nil, state.ErrNone
}

func (m memoryShelf) Names(_ context.Context, prefix string) ([]string, error) {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(m)), func(name string) bool { return !strings.HasPrefix(name, prefix) }), nil
}

func (m memoryShelf) Remove(_ context.Context, names ...string) error {
	for _, name := range names {
		delete(m, name)
	}
	return nil
}

func TestReleasesAreRecordedAndPruned(t *testing.T) {
	shelf := memoryShelf{"journal/1": []byte("kept")}
	record := func(r state.Release) string {
		t.Helper()
		name, err := state.RecordRelease(t.Context(), shelf, r)
		if err != nil {
			t.Fatal(err)
		}
		return name
	}
	for range state.KeepReleases + 3 {
		record(state.Release{At: noon, Reason: "all in one millisecond"})
	}
	name := record(state.Release{
		At: noon.Add(time.Hour), By: state.Owner{ID: "me", Actor: "ann", RunURL: "https://u:secret@ci.example/1?token=secret"}, Reason: strings.Repeat("ü", 2000),
		Holder: state.Holder{Owner: state.Owner{Machine: "ci\n42"}, Started: noon, Mark: "c2VjcmV0"},
	})
	if want := fmt.Sprint("releases/", noon.Add(time.Hour).UnixMilli()); name != want {
		t.Errorf("name = %s, want %s", name, want)
	}
	got, err := state.Releases(t.Context(), shelf)
	if err != nil || len(got) != state.KeepReleases || len(shelf) != state.KeepReleases+1 {
		t.Fatalf("%d releases of %d values, %v; want the newest %d", len(got), len(shelf), err, state.KeepReleases)
	}
	want := state.Release{
		At: noon.Add(time.Hour), By: state.Owner{ID: "me", Actor: "ann", RunURL: "https://ci.example/1"}, Reason: strings.Repeat("ü", 1000),
		Holder: state.Holder{Owner: state.Owner{Machine: "ci?42"}, Started: noon},
	}
	if d := cmp.Diff(want, got[len(got)-1]); d != "" {
		t.Errorf("the newest (-want +got):\n%s", d)
	}
	if bytes.Contains(shelf[name], []byte("ecret")) {
		t.Errorf("a credential was stored: %s", shelf[name])
	}
}

func TestReleaseThatCannotBeRead(t *testing.T) {
	_, err := state.Releases(t.Context(), memoryShelf{"releases/1": []byte("{")})
	if err == nil || !strings.Contains(err.Error(), "releases/1") {
		t.Errorf("Releases = %v, want an error that names the record", err)
	}
}
