package keepermap_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/state"
	"github.com/moose-migrate/moose-migrate/pkg/state/keepermap"
)

func (p *testPlace) mustLoad() state.Blob {
	p.t.Helper()
	blob, err := p.store(keepermap.Options{}).Load(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	return blob
}

func (p *testPlace) parts() (out []string) {
	for _, key := range p.keys() {
		if strings.HasPrefix(key, keepermap.PartPrefix) {
			out = append(out, key)
		}
	}
	return out
}

// dying is a connection of a process that dies before its nth writing statement.
type dying struct {
	driver.Conn
	left int
}

var errDied = errors.New("died")

func (d *dying) Exec(ctx context.Context, query string, args ...any) error {
	if d.left--; d.left < 0 {
		return errDied
	}
	return d.Conn.Exec(ctx, query, args...)
}

// A writer that is killed before any of its statements leaves the old map, and the next Save
// removes what it left behind.
func TestWriterKilledBetweenParts(t *testing.T) {
	p := newPlace(t, testparts.ClickHouse(t))
	s := p.store(keepermap.Options{})
	old, next := bytes.Repeat([]byte("old"), 300<<10), bytes.Repeat([]byte("next"), 300<<10)
	if err := s.Save(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	if err := s.Put(t.Context(), "plan", old); err != nil {
		t.Fatal(err)
	}
	before := p.keys()
	// Four parts, and the row that names them.
	for n := range 5 {
		killed, err := keepermap.New(&dying{Conn: p.conn, left: n}, keepermap.Options{Database: p.database})
		if err != nil {
			t.Fatal(err)
		}
		if err := killed.Save(t.Context(), next); !errors.Is(err, errDied) {
			t.Fatalf("%d statements: Save = %v, so it was not killed", n, err)
		}
		if err := killed.Put(t.Context(), "plan", next); !errors.Is(err, errDied) {
			t.Fatalf("%d statements: Put = %v, so it was not killed", n, err)
		}
		if blob := p.mustLoad(); !bytes.Equal(blob.Data, old) {
			t.Fatalf("after %d statements the map is %.20q", n, blob.Data)
		}
		if got, err := s.Get(t.Context(), "plan"); err != nil || !bytes.Equal(got, old) {
			t.Fatalf("after %d statements the value is %.20q, %v", n, got, err)
		}
	}
	if garbage := len(p.keys()) - len(before); garbage != 1+2+3+4 {
		t.Fatalf("%d rows were left behind, want 10: this test shows nothing", garbage)
	}
	// What is left behind of a value on the shelf may be of somebody who still writes.
	p.exec("INSERT INTO `" + p.database + "`._MOOSE_STATE (key, value, created_at) VALUES ('" + keepermap.PartPrefix + "s/" + strings.Repeat("a", 32) + "/0', 'x', now() - 7200)" +
		", ('" + keepermap.PartPrefix + "s/" + strings.Repeat("b", 32) + "/0', 'x', now() - 60)")
	if err := s.Save(t.Context(), []byte("small")); err != nil {
		t.Fatal(err)
	}
	after := slices.DeleteFunc(p.keys(), func(key string) bool { return slices.Contains(before, key) })
	if len(after) != 2 || !strings.HasPrefix(after[0], keepermap.MapPrefix) || !strings.Contains(after[1], "/"+strings.Repeat("b", 32)+"/") {
		t.Errorf("rows that were not there before: %v; want the new map and what is a minute old", after)
	}
	if got, err := s.Get(t.Context(), "plan"); err != nil || !bytes.Equal(got, old) {
		t.Errorf("the value on the shelf is %.20q, %v", got, err)
	}
}

func TestPartsAreRemovedWithTheirValue(t *testing.T) {
	p := newPlace(t, testparts.ClickHouse(t))
	s := p.store(keepermap.Options{})
	large, other := bytes.Repeat([]byte("a"), 800<<10), bytes.Repeat([]byte("b"), 800<<10)
	for _, step := range []struct {
		name string
		do   func() error
		want int
	}{
		{"Put", func() error { return s.Put(t.Context(), "v", large) }, 3},
		{"Put over it", func() error { return s.Put(t.Context(), "v", large) }, 3},
		{"Swap", func() error { return s.Swap(t.Context(), "v", large, other) }, 3},
		{"Swap to a small one", func() error { return s.Swap(t.Context(), "v", other, []byte("x")) }, 0},
		{"Swap back", func() error { return s.Swap(t.Context(), "v", []byte("x"), large) }, 3},
		{"Swap that comes late", func() error {
			if err := s.Swap(t.Context(), "v", other, other); !errors.Is(err, state.ErrChanged) {
				return fmt.Errorf("%w, want ErrChanged", err)
			}
			return nil
		}, 3},
		{"Remove", func() error { return s.Remove(t.Context(), "v") }, 0},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if got := p.parts(); len(got) != step.want {
			t.Errorf("after %s these parts are there: %v; want %d", step.name, got, step.want)
		}
	}
}

// A part that is missing or was changed is said, with what to do.
func TestCorruptParts(t *testing.T) {
	p := newPlace(t, testparts.ClickHouse(t))
	s := p.store(keepermap.Options{})
	table := "`" + p.database + "`._MOOSE_STATE"
	for problem, statement := range map[string]string{
		"missing":    "DELETE FROM " + table + " WHERE startsWith(key, 'moose_migrate_part/') AND endsWith(key, '/1')",
		"not base64": "ALTER TABLE " + table + " UPDATE value = '!' WHERE startsWith(key, 'moose_migrate_part/') AND endsWith(key, '/1')",
		"SHA-256":    "ALTER TABLE " + table + " UPDATE value = 'eHh4' WHERE startsWith(key, 'moose_migrate_part/') AND endsWith(key, '/1')",
		"sum":        "ALTER TABLE " + table + " UPDATE value = 'eHh4' WHERE startsWith(key, 'moose_migrate_map_') OR startsWith(key, 'moose_migrate/')",
	} {
		if err := s.Save(t.Context(), bytes.Repeat([]byte("a"), 800<<10)); err != nil {
			t.Fatal(err)
		}
		if err := s.Put(t.Context(), "v", bytes.Repeat([]byte("a"), 800<<10)); err != nil {
			t.Fatal(err)
		}
		p.exec(statement)
		_, mapErr := s.Load(t.Context())
		_, shelfErr := s.Get(t.Context(), "v")
		for where, err := range map[string]error{"row moose_migrate_map_": mapErr, "row moose_migrate/v of": shelfErr} {
			var corrupt *state.CorruptError
			if !errors.As(err, &corrupt) || !strings.HasPrefix(corrupt.Where, where) || !strings.Contains(corrupt.Problem, problem) || !strings.Contains(corrupt.Remedy, "DELETE FROM "+strings.Replace(table, "_MOOSE_STATE", "`_MOOSE_STATE`", 1)) {
				t.Errorf("%s: %v, want a *CorruptError of a %s...", problem, err, where)
			}
		}
		// The remedy that the error names.
		var corrupt *state.CorruptError
		if errors.As(mapErr, &corrupt) {
			p.exec(corrupt.Remedy[strings.Index(corrupt.Remedy, "DELETE"):])
		}
		p.exec("DELETE FROM " + table + " WHERE key = 'moose_migrate/v'")
		if blob, err := s.Load(t.Context()); err == nil && len(blob.Data) == 0 || err != nil && !errors.Is(err, state.ErrNone) {
			t.Errorf("%s: after the remedy Load = %v", problem, err)
		}
	}
}
