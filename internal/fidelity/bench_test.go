package fidelity

import (
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
)

// database is a fresh database of the real engine.
type database struct {
	t      testing.TB
	name   string
	client *clickhouse.Client
}

func newDatabase(t testing.TB) *database {
	t.Helper()
	ch := testparts.ClickHouse(t)
	name := testparts.Database(t, ch)
	target, err := dsn.ParseClickHouse(ch.NativeURL(name))
	if err != nil {
		t.Fatal(err)
	}
	client, err := clickhouse.Open(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return &database{t: t, name: name, client: client}
}

// run sends one statement with the settings that a migration has.
func (d *database) run(sql string) error {
	return d.client.Conn().Exec(clickhouseContext(d.t.Context()), sql)
}

func (d *database) exec(sql string) {
	d.t.Helper()
	if err := d.run(sql); err != nil {
		d.t.Fatalf("%s: %v", sql, err)
	}
}

// plan compares and demands an answer.
func (d *database) plan(recorded, desired *inframap.Map) *planner.Outcome {
	d.t.Helper()
	return d.planWith(recorded, desired, diff.Options{})
}

func (d *database) planWith(recorded, desired *inframap.Map, o diff.Options) *planner.Outcome {
	d.t.Helper()
	out, err := planner.Make(d.t.Context(), d.client, planner.Input{Recorded: recorded, Desired: desired, Options: o})
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

func (d *database) apply(op plan.Operation) error {
	return d.client.Execute(d.t.Context(), op, clickhouse.Execution{})
}

// create makes every object of a map with plain statements; the error names the statement.
func (d *database) create(m *inframap.Map) error {
	for _, id := range inframap.Keys(m.Tables) {
		sql, err := ddl.CreateTable(m.Tables[id], d.name)
		if err != nil {
			return err
		}
		if err := d.run(sql); err != nil {
			return err
		}
	}
	if err := d.createViews(m); err != nil {
		return err
	}
	for _, id := range inframap.Keys(m.MaterializedViews) {
		v := m.MaterializedViews[id]
		if err := d.statements(&plan.CreateMaterializedViewOp{Name: v.Name, TargetTable: v.TargetTable, SelectSQL: v.SelectSQL}); err != nil {
			return err
		}
	}
	return nil
}

// createViews makes the views, those that read others after them.
func (d *database) createViews(m *inframap.Map) error {
	left := inframap.Keys(m.Views)
	for len(left) > 0 {
		var failed []string
		var last error
		for _, id := range left {
			v := m.Views[id]
			if err := d.statements(&plan.CreateViewOp{Name: v.Name, SelectSQL: v.SelectSQL}); err != nil {
				failed, last = append(failed, id), err
			}
		}
		if len(failed) == len(left) {
			return last
		}
		left = failed
	}
	return nil
}

func (d *database) statements(op plan.Operation) error {
	list, err := ddl.Statements(op, d.name)
	for _, sql := range list {
		if err == nil {
			err = d.run(sql)
		}
	}
	return err
}

// definitions are the CREATE statements of all objects, with the order of columns,
// indexes and settings taken out, which an ALTER does not change.
func (d *database) definitions() map[string]string {
	d.t.Helper()
	rows, err := d.client.Conn().Query(d.t.Context(), "SELECT name, create_table_query FROM system.tables WHERE database = '"+d.name+"'")
	if err != nil {
		d.t.Fatal(err)
	}
	out := map[string]string{}
	for rows.Next() {
		var name, sql string
		if err := rows.Scan(&name, &sql); err != nil {
			d.t.Fatal(err)
		}
		out[name] = unordered(strings.ReplaceAll(sql, d.name, "DB"))
	}
	if err := rows.Err(); err != nil {
		d.t.Fatal(err)
	}
	return out
}

// unordered sorts what stands between the outermost brackets, and the settings.
func unordered(sql string) string {
	head, rest, ok := strings.Cut(sql, "(")
	end := strings.LastIndex(rest, ") ENGINE")
	if strings.HasPrefix(sql, "CREATE VIEW") {
		end = strings.Index(rest, ") AS ")
	}
	if !ok || end < 0 {
		return sql
	}
	body := sqltext.SplitTop(rest[:end])
	slices.Sort(body)
	tail, settings, _ := strings.Cut(rest[end:], " SETTINGS ")
	list := sqltext.SplitTop(settings)
	slices.Sort(list)
	return head + "(" + strings.Join(body, ",\n") + tail + " SETTINGS " + strings.Join(list, ", ")
}

// explain says what a plan would change, for messages.
func explain(out *planner.Outcome) string {
	var lines []string
	for _, c := range out.Result.Changes {
		lines = append(lines, migrate.Explain(c)...)
	}
	return strings.Join(append(lines, out.Result.Invalid...), "; ")
}
