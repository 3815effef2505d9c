package migrate_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/state"
	"github.com/moose-migrate/moose-migrate/pkg/state/keepermap"
)

// bench is a fresh database with its state store.
type bench struct {
	t      testing.TB
	db     string
	client *clickhouse.Client
	store  state.Store
}

func newBench(t testing.TB, url func(db string) string) *bench {
	t.Helper()
	ch := testparts.ClickHouse(t)
	db := testparts.Database(t, ch)
	if url == nil {
		url = ch.NativeURL
	}
	target, err := dsn.ParseClickHouse(url(db))
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
	return &bench{t: t, db: db, client: client, store: store}
}

func (b *bench) fixture(path string) *inframap.Map {
	b.t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		b.t.Fatal(err)
	}
	m, err := inframap.Decode(data)
	if err != nil {
		b.t.Fatal(err)
	}
	m.DefaultDatabase = b.db
	return m
}

func (b *bench) plan(desired *inframap.Map) *planner.Outcome {
	b.t.Helper()
	recorded, err := migrate.LoadRecorded(b.t.Context(), b.store)
	if err != nil {
		b.t.Fatal(err)
	}
	out, err := planner.Make(b.t.Context(), b.client, planner.Input{Recorded: recorded, Desired: desired})
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// save writes the plan and reads it back, as a pull request does.
func (b *bench) save(out *planner.Outcome) *plan.Files {
	b.t.Helper()
	root := b.t.TempDir()
	if err := out.Files(&plan.Plan{CreatedAt: time.Now()}).Save(root); err != nil {
		b.t.Fatal(err)
	}
	files, err := plan.Load(root)
	if err != nil {
		b.t.Fatal(err)
	}
	return files
}

func (b *bench) migrate(files *plan.Files, desired *inframap.Map) (*events, error) {
	ev := &events{}
	err := migrate.Run(b.t.Context(), migrate.Input{
		Server: b.client, Store: b.store, Owner: state.Owner{ID: "test-" + b.t.Name(), Machine: "test"},
		Files: files, Desired: desired, Now: time.Now, Events: ev, Clusters: []string{"prod"},
	})
	return ev, err
}

// to plans, saves, migrates and demands that a second plan is empty.
func (b *bench) to(desired *inframap.Map) *planner.Outcome {
	b.t.Helper()
	out := b.plan(desired)
	if _, err := b.migrate(b.save(out), desired); err != nil {
		b.t.Fatalf("migrate: %v", err)
	}
	b.mustBeEmpty(desired)
	return out
}

func (b *bench) mustBeEmpty(desired *inframap.Map) {
	b.t.Helper()
	again := b.plan(desired)
	for _, c := range again.Result.Changes {
		b.t.Errorf("a second plan is not empty: %s %s", c.Action, strings.Join(migrate.Explain(c), "; "))
	}
	if len(again.Operations) > 0 {
		b.t.Errorf("a second plan has %d operations", len(again.Operations))
	}
	if len(again.Status.Drift) > 0 {
		b.t.Errorf("drift right after a migration: %+v", again.Status.Drift)
	}
}

func (b *bench) exec(sql string) {
	b.t.Helper()
	if err := b.client.Conn().Exec(context.Background(), sql); err != nil {
		b.t.Fatalf("%s: %v", sql, err)
	}
}

// events records what a migration reported.
type events struct {
	lines []string
}

func (e *events) Locked(string) { e.lines = append(e.lines, "locked") }
func (e *events) Checked(n int) { e.lines = append(e.lines, "checked") }
func (e *events) AtTarget()     { e.lines = append(e.lines, "at target") }
func (e *events) Stored(string) { e.lines = append(e.lines, "stored") }
func (e *events) Start(i, n int, op plan.Operation) {
	e.lines = append(e.lines, plan.Describe(op))
}
func (e *events) Done(int, int, plan.Operation, time.Duration) {}
func (e *events) Waiting(clickhouse.Mutation)                  {}

func TestScenariosOfMooseMigrateAndConverge(t *testing.T) {
	dirs, err := filepath.Glob("../../testdata/moose-0.6.533/scenarios/*/migrations-base")
	if err != nil || len(dirs) < 10 {
		t.Fatalf("%d scenarios: %v", len(dirs), err)
	}
	for _, dir := range dirs {
		dir = filepath.Dir(dir)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			b := newBench(t, nil)
			b.to(b.fixture(dir + "/migrations-base/local_infra_map.json"))
			after := b.fixture(dir + "/migrations/local_infra_map.json")
			if strings.HasPrefix(filepath.Base(dir), "08-") {
				out := b.plan(after)
				if len(out.Result.Invalid) != 1 || !strings.Contains(out.Result.Invalid[0], "must be the beginning of the sorting key") {
					t.Fatalf("a primary key that ClickHouse refuses was not seen: %q", out.Result.Invalid)
				}
				b.blocked(b.save(out), after, migrate.Impossible, "must be the beginning of the sorting key", "nothing was applied")
				return
			}
			out := b.to(after)
			var ops []string
			for _, op := range out.Operations {
				ops = append(ops, plan.Describe(op))
			}
			t.Log(strings.Join(ops, "; "))
		})
	}
}

func newHTTPBench(t testing.TB) *bench {
	t.Helper()
	return newBench(t, testparts.ClickHouse(t).HTTPURL)
}
