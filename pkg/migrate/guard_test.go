package migrate_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// blocked runs a migration that must stop before it touches anything.
func (b *bench) blocked(files *plan.Files, desired *inframap.Map, reason migrate.Reason, want ...string) {
	b.t.Helper()
	before := b.showCreate()
	_, err := b.migrate(files, desired)
	var e *migrate.BlockedError
	if !errors.As(err, &e) || e.Reason != reason {
		b.t.Fatalf("error %v, want one of reason %s", err, reason)
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			b.t.Errorf("the message does not say %q:\n%v", w, err)
		}
	}
	after := b.showCreate()
	for name, sql := range before {
		if after[name] != sql {
			b.t.Errorf("%s was touched: %s", name, after[name])
		}
	}
	if holder, err := b.store.Holder(context.Background()); holder != nil || err != nil {
		b.t.Errorf("the lock is still held: %v %v", holder, err)
	}
}

func TestLifeCyclesHoldWhateverThePlanSays(t *testing.T) {
	b := newBench(t, nil)
	m := shop(b)
	m.Tables["Orders"].LifeCycle = inframap.DeletionProtected
	b.to(m)
	files := b.save(b.plan(m))
	on := plan.OnTable{Table: "Orders"}
	for _, op := range []plan.Operation{&plan.DropTableOp{OnTable: on}, &plan.DropTableColumnOp{OnTable: on, ColumnName: "qty"}} {
		files.Plan.Operations = []plan.Operation{op}
		b.blocked(files, m, migrate.Forbidden, "operation 1", "protected from deletion")
	}
	m.Tables["Orders"].LifeCycle = inframap.ExternallyManaged
	files.Plan.Operations = []plan.Operation{&plan.AddTableColumnOp{OnTable: on, Column: column("x", "String", true)}}
	b.blocked(files, m, migrate.Forbidden, "externally managed")
	files.Plan.Operations = []plan.Operation{&plan.DropTableOp{OnTable: plan.OnTable{Table: "users", Database: ptr("system")}}}
	b.blocked(files, m, migrate.Forbidden, `the database "system" is not configured`)
	files.Plan.Operations = []plan.Operation{&plan.DropTableOp{OnTable: plan.OnTable{Table: "Daily", ClusterName: ptr("other")}}}
	b.blocked(files, m, migrate.Forbidden, `the cluster "other" is not configured`)
}

func TestProtectedTablesKeepTheirColumns(t *testing.T) {
	b := newBench(t, nil)
	m := shop(b)
	m.Tables["Orders"].LifeCycle = inframap.DeletionProtected
	b.to(m)
	m.Tables["Orders"].Columns = append(m.Tables["Orders"].Columns[:3], column("extra", "String", true))
	m.Tables["Orders"].Indexes = nil
	out := b.plan(m)
	for _, op := range out.Operations {
		if plan.Destructive(op) != "" {
			t.Errorf("a protected table: %s", plan.Describe(op))
		}
	}
	if len(out.Result.Blocked) != 1 || !strings.Contains(out.Result.Blocked[0].Reason, "protected from deletion") {
		t.Errorf("what was held back is not listed: %+v", out.Result.Blocked)
	}
}

func TestStalePlanNamesWhatDiffers(t *testing.T) {
	b := newBench(t, nil)
	b.to(shop(b))
	desired := shop(b)
	desired.Tables["Orders"].Columns[2].DataType = inframap.SimpleType("Int64")
	files := b.save(b.plan(desired))
	desired.Tables["Orders"].Columns[2].DataType = inframap.SimpleType("String")
	b.blocked(files, desired, migrate.Stale, "table Orders: column qty: type Int64 → type String")
}

func TestDriftNamesWhatDiffers(t *testing.T) {
	for name, c := range map[string]struct{ sql, want string }{
		"column added":   {"ALTER TABLE DB.Orders ADD COLUMN handmade String", "table Orders: column handmade: none → String"},
		"type changed":   {"ALTER TABLE DB.Daily MODIFY COLUMN n UInt32", "table Daily: column n: type UInt64 → type UInt32"},
		"table dropped":  {"DROP TABLE DB.Daily", "table Daily: existed when the plan was made and is gone"},
		"TTL changed":    {"ALTER TABLE DB.Orders MODIFY TTL at + INTERVAL 1 DAY", "table Orders: TTL: at + toIntervalDay(90) → at + toIntervalDay(1)"},
		"setting set":    {"ALTER TABLE DB.Orders MODIFY SETTING merge_with_ttl_timeout = 7200", "table Orders: setting merge_with_ttl_timeout: none → 7200"},
		"view changed":   {"CREATE OR REPLACE VIEW DB.Big AS SELECT id, qty FROM DB.Orders WHERE qty > 5", "view Big: select: "},
		"select changed": {"ALTER TABLE DB.DailyMV MODIFY QUERY SELECT toDate(at) AS day, sum(qty) AS n FROM DB.Orders GROUP BY day", "materialized view DailyMV: select: "},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, nil)
			b.to(shop(b))
			desired := shop(b)
			desired.Tables["Orders"].Columns = append(desired.Tables["Orders"].Columns, column("new", "String", true))
			files := b.save(b.plan(desired))
			b.exec(strings.ReplaceAll(c.sql, "DB.", b.db+"."))
			b.blocked(files, desired, migrate.Drifted, c.want)
			drift := b.plan(desired).Status.Drift
			if len(drift) != 1 {
				t.Errorf("plan shows %d drifted objects", len(drift))
			}
		})
	}
}

func TestAlreadyAtTargetIsRecognisedAndRecorded(t *testing.T) {
	b := newBench(t, nil)
	b.to(shop(b))
	desired := shop(b)
	desired.Tables["Orders"].Columns = append(desired.Tables["Orders"].Columns, column("new", "String", true))
	files := b.save(b.plan(desired))
	b.exec("ALTER TABLE " + b.db + ".Orders ADD COLUMN new String")
	ev, err := b.migrate(files, desired)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(ev.lines, ", "); got != "locked, at target, stored" {
		t.Errorf("events: %s", got)
	}
	b.mustBeEmpty(desired)
}

func TestAFailedCastSaysWhatIsLeft(t *testing.T) {
	b := newBench(t, nil)
	required := func() *inframap.Map {
		m := shop(b)
		m.Tables["Orders"].Columns[3].Required = true
		return m
	}
	b.to(required())
	b.exec("INSERT INTO " + b.db + ".Orders (id, at, qty, note) VALUES ('a', now(), 1, 'text')")
	desired := required()
	desired.Tables["Orders"].Columns[3].DataType = inframap.SimpleType("Float64")
	desired.Tables["Orders"].Indexes = nil
	files := b.save(b.plan(desired))
	_, err := b.migrate(files, desired)
	var partial *migrate.PartialError
	if !errors.As(err, &partial) || partial.Failed.Kind() != plan.ModifyTableColumn {
		t.Fatalf("error %v", err)
	}
	for _, want := range []string{"cannot rewrite the rows", "KILL MUTATION"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the message does not say %q:\n%v", want, err)
		}
	}
	// The definition is there and the rows are not: that is not "at target".
	again, err := b.migrate(b.save(b.plan(desired)), desired)
	if err == nil || strings.Contains(strings.Join(again.lines, " "), "stored") {
		t.Errorf("a failing mutation counts as done: %v %v", again.lines, err)
	}
	if err = migrate.Resume(t.Context(), b.input(files, desired)); err == nil || !strings.Contains(err.Error(), "fails again and again") {
		t.Errorf("a failing mutation counts as done: %v", err)
	}
	b.exec("KILL MUTATION WHERE database = '" + b.db + "' SYNC")
}

// cancelling ends the context when the first operation starts.
type cancelling struct {
	events
	cancel func()
}

func (c *cancelling) Start(int, int, plan.Operation) { c.cancel() }

func TestAnInterruptedRunGivesTheLockBack(t *testing.T) {
	b := newBench(t, nil)
	desired := shop(b)
	files := b.save(b.plan(desired))
	ctx, cancel := context.WithCancel(t.Context())
	err := migrate.Run(ctx, migrate.Input{
		Server: b.client, Store: b.store, Owner: state.Owner{ID: "one", Machine: "test"}, Files: files, Desired: desired,
		Now: time.Now, Events: &cancelling{cancel: cancel}, Parallel: 1,
	})
	var partial *migrate.PartialError
	if !errors.As(err, &partial) || partial.Applied != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if holder, err := b.store.Holder(t.Context()); holder != nil || err != nil {
		t.Errorf("the lock is still held: %v %v", holder, err)
	}
	if recorded, _ := migrate.LoadRecorded(t.Context(), b.store); recorded != nil {
		t.Error("a state was stored")
	}
}

// losing takes the lock away when the second operation starts.
type losing struct {
	events
	client *clickhouse.Client
	db     string
	t      *testing.T
}

func (l *losing) Start(i, _ int, _ plan.Operation) {
	if i == 2 {
		if err := l.client.Conn().Exec(context.Background(), "DELETE FROM "+l.db+"._MOOSE_STATE WHERE key = 'migration_lock' SETTINGS keeper_map_strict_mode = 1"); err != nil {
			l.t.Error(err)
		}
	}
}

func TestALostLockStopsBeforeTheNextStatement(t *testing.T) {
	b := newBench(t, nil)
	desired := shop(b)
	files := b.save(b.plan(desired))
	err := migrate.Run(t.Context(), migrate.Input{
		Server: b.client, Store: b.store, Owner: state.Owner{ID: "one", Machine: "test"}, Files: files, Desired: desired,
		Now: time.Now, Events: &losing{client: b.client, db: b.db, t: t}, Parallel: 1,
	})
	var partial *migrate.PartialError
	if !errors.As(err, &partial) || partial.Applied != 1 || !errors.Is(err, state.ErrLockLost) {
		t.Errorf("error %v", err)
	}
	if made := b.showCreate(); len(made) != 1 {
		t.Errorf("%d objects were made after the lock was lost", len(made))
	}
}
