package journal_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/state"
	"github.com/moose-migrate/moose-migrate/pkg/state/keepermap"
)

var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func run(id string) *journal.Run {
	return &journal.Run{ID: id, Digest: "d", Status: journal.Running, Started: noon, Updated: noon, Steps: journal.Steps{journal.Started, journal.Pending}}
}

func shelf(t *testing.T) state.Shelf {
	t.Helper()
	ch := testparts.ClickHouse(t)
	db := testparts.Database(t, ch)
	target, err := dsn.ParseClickHouse(ch.NativeURL(db))
	if err != nil {
		t.Fatal(err)
	}
	client, err := clickhouse.Open(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	store, err := keepermap.New(client.Conn(), keepermap.Options{Database: db})
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func TestIDsSortByTheirStart(t *testing.T) {
	first := journal.NewID(noon, "ABC", "")
	if first != "20260131t120000.000z-abc" {
		t.Errorf("id %s", first)
	}
	if second := journal.NewID(noon.Add(-time.Hour), "0", first); second != "20260131t120000.001z-0" {
		t.Errorf("the id of a machine whose clock is behind: %s", second)
	}
	if err := state.CheckName("runs/" + first); err != nil {
		t.Error(err)
	}
}

// TestABookOverAStore writes, reads and prunes runs in a real store.
func TestABookOverAStore(t *testing.T) {
	book := journal.Book{Shelf: shelf(t)}
	ctx := t.Context()
	if last, err := book.Last(ctx); last != nil || err != nil {
		t.Fatalf("an empty book: %v %v", last, err)
	}
	a := run(journal.NewID(noon, "a", ""))
	if err := book.Begin(ctx, a, []byte("the plan")); err != nil {
		t.Fatal(err)
	}
	next := a.Clone()
	next.Steps[0], next.Statements = journal.Verified, map[int]int{1: 2}
	if err := book.Write(ctx, a, next); err != nil {
		t.Fatal(err)
	}
	if a.Steps[0] != journal.Started {
		t.Error("a clone shares its steps")
	}
	if err := book.Write(ctx, a, next.Clone()); err != nil {
		t.Errorf("a write that was carried out before is no error: %v", err)
	}
	other := a.Clone()
	other.Note = "of another process"
	if err := book.Write(ctx, a, other); !errors.Is(err, state.ErrChanged) {
		t.Errorf("an overtaken run overwrites its successor: %v", err)
	}
	last, err := book.Last(ctx)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := last.Encode()
	want, _ := next.Encode()
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
	if plan, err := book.Plan(ctx, a.ID); err != nil || string(plan) != "the plan" {
		t.Errorf("plan %q %v", plan, err)
	}
}

// TestWhatALaterVersionWroteIsNotInTheWay: members that are not known do not keep a run
// from being written.
func TestWhatALaterVersionWroteIsNotInTheWay(t *testing.T) {
	book := journal.Book{Shelf: shelf(t)}
	data := `{"id":"x","digest":"d","status":"stopped","steps":"v.","new":{"a":1}}`
	if err := book.Shelf.Put(t.Context(), "runs/x", []byte(data)); err != nil {
		t.Fatal(err)
	}
	r, err := book.Get(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	next := r.Clone()
	next.Status = journal.Abandoned
	if err := book.Write(t.Context(), r, next); err != nil {
		t.Error(err)
	}
}

// memory is a shelf of which a test needs many values.
type memory map[string][]byte

func (m memory) Put(_ context.Context, name string, data []byte) error { m[name] = data; return nil }

func (m memory) Swap(ctx context.Context, name string, _, data []byte) error {
	return m.Put(ctx, name, data)
}

func (m memory) Get(_ context.Context, name string) ([]byte, error) {
	if data, ok := m[name]; ok {
		return data, nil
	}
	return nil, state.ErrNone
}

func (m memory) Names(_ context.Context, prefix string) ([]string, error) {
	var out []string
	for i := range 1000 {
		if name := fmt.Sprintf("%s%03d", prefix, i); m[name] != nil {
			out = append(out, name)
		}
	}
	return out, nil
}

func (m memory) Remove(_ context.Context, names ...string) error {
	for _, name := range names {
		delete(m, name)
	}
	return nil
}

func TestPruneKeepsWhatIsNewOpenOrRecent(t *testing.T) {
	m := memory{}
	book := journal.Book{Shelf: m}
	for i := range journal.KeepRuns + 10 {
		r := run(fmt.Sprintf("%03d", i))
		r.Status, r.Ended = journal.Applied, noon.Add(-journal.KeepFor-time.Hour)
		switch i {
		case 3:
			r.Status, r.Ended = journal.Stopped, time.Time{}
		case 4:
			r.Ended = noon.Add(-time.Hour)
		}
		if err := book.Begin(t.Context(), r, []byte("p")); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.Prune(t.Context(), noon); err != nil {
		t.Fatal(err)
	}
	ids, err := book.IDs(t.Context())
	if err != nil || len(ids) != journal.KeepRuns+2 || ids[0] != "003" || ids[1] != "004" || ids[2] != "010" {
		t.Errorf("%d runs are left: %v %v", len(ids), ids[:3], err)
	}
	if _, err := book.Plan(t.Context(), "000"); !errors.Is(err, state.ErrNone) {
		t.Errorf("the plan of a pruned run: %v", err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, text := range []string{"", "{}", `{"id":"x","digest":"d","status":"odd"}`, `{"id":"x","status":"applied"}`, `{"id":"x","digest":"d","status":"applied","steps":"x"}`} {
		if r, err := journal.Decode([]byte(text)); err == nil {
			t.Errorf("%q: %+v", text, r)
		}
	}
}

func FuzzDecode(f *testing.F) {
	data, _ := run("x").Encode()
	f.Add(data)
	f.Add([]byte(`{"id":"x","digest":"d","status":"stopped","steps":"vsf.","statements":{"2":1},"drops":[{"table":"a.b"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := journal.Decode(data)
		if err != nil {
			return
		}
		out, err := r.Encode()
		if err != nil {
			return // such as a year beyond 9999
		}
		again, err := journal.Decode(out)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, out)
		}
		if twice, _ := again.Encode(); string(twice) != string(out) {
			t.Errorf("%s became %s", out, twice)
		}
	})
}
