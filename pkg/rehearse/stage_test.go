package rehearse_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/rehearse"
)

// theater is a database on the actual engine, and a scratch engine that has none of that name.
type theater struct {
	t      testing.TB
	db     string
	client *clickhouse.Client
	// recorded is the map of the last build.
	recorded *inframap.Map
}

func newTheater(t testing.TB) *theater {
	t.Helper()
	actual := testparts.ClickHouse(t)
	db := testparts.Database(t, actual)
	return &theater{t: t, db: db, client: open(t, actual.NativeURL(db))}
}

func open(t testing.TB, url string) *clickhouse.Client {
	t.Helper()
	client, err := clickhouse.Open(t.Context(), target(t, url))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func target(t testing.TB, url string) dsn.ClickHouse {
	t.Helper()
	parsed, err := dsn.ParseClickHouse(url)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func own(t testing.TB) rehearse.Scratch {
	t.Helper()
	return rehearse.Scratch{Target: target(t, testparts.Sandbox(t).NativeURL("")), Name: "an embedded ClickHouse", Own: true}
}

func (b *theater) exec(statements ...string) {
	b.t.Helper()
	for _, sql := range statements {
		if err := b.client.Conn().Exec(context.Background(), sql); err != nil {
			b.t.Fatalf("%s: %v", sql, err)
		}
	}
}

// build makes what a map declares on the actual engine.
func (b *theater) build(m *inframap.Map) {
	b.t.Helper()
	for _, op := range b.plan(m).Operations {
		statements, err := ddl.Statements(op, b.db)
		if err != nil {
			b.t.Fatal(err)
		}
		b.exec(statements...)
	}
	b.recorded = m
}

func (b *theater) plan(desired *inframap.Map) *planner.Outcome {
	b.t.Helper()
	out, err := planner.Make(b.t.Context(), b.client, planner.Input{Recorded: b.recorded, Desired: desired})
	if err != nil {
		b.t.Fatal(err)
	}
	if len(out.Result.Invalid) > 0 {
		b.t.Fatalf("the plan is not valid: %v", out.Result.Invalid)
	}
	return out
}

func (b *theater) input(desired *inframap.Map) rehearse.Input {
	b.t.Helper()
	return rehearse.Input{Actual: b.client, Scratch: own(b.t), Outcome: b.plan(desired), Now: time.Now}
}

func (b *theater) rehearse(desired *inframap.Map) *rehearse.Result {
	b.t.Helper()
	in := b.input(desired)
	if len(in.Outcome.Operations) == 0 {
		b.t.Fatal("there is nothing to rehearse")
	}
	return run(b.t, in)
}

func run(t testing.TB, in rehearse.Input) *rehearse.Result {
	t.Helper()
	result, err := rehearse.Run(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// mustWork demands that all operations ran and nothing is left.
func mustWork(t testing.TB, r *rehearse.Result) {
	t.Helper()
	if r.Failed != nil {
		t.Fatalf("operation %d (%s) is refused: %s (code %d)\n%s", r.Failed.Number, r.Failed.Operation, r.Failed.Message, r.Failed.Code, r.Failed.SQL)
	}
	if len(r.Left) > 0 {
		t.Fatalf("left: %s", strings.Join(r.Left, "\n"))
	}
	if r.Operations != r.Planned || len(rehearse.Findings(r)) != 0 {
		t.Errorf("%d of %d operations, findings %v, not proven: %v", r.Operations, r.Planned, rehearse.Findings(r), r.NotProven)
	}
}

// says demands that something is named as not proven.
func says(t testing.TB, r *rehearse.Result, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !slices.ContainsFunc(r.NotProven, func(s string) bool { return strings.Contains(s, text) }) {
			t.Errorf("not proven does not say %q: %q", text, r.NotProven)
		}
	}
}

// texts reads a column of text from a server.
func texts(t testing.TB, client *clickhouse.Client, sql string) []string {
	t.Helper()
	rows, err := client.Conn().Query(context.Background(), sql)
	if err != nil {
		t.Fatal(err)
	}
	defer func(rows driver.Rows) { _ = rows.Close() }(rows)
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

func ptr[T any](v T) *T { return &v }

func column(name, typ string, required bool) inframap.Column {
	return inframap.Column{Name: name, DataType: inframap.SimpleType(typ), Required: required, Annotations: []inframap.Annotation{}}
}

func table(name, engine string, columns ...inframap.Column) *inframap.Table {
	return &inframap.Table{
		Name: name, Engine: inframap.NewEngine(engine), LifeCycle: inframap.FullyManaged, OrderBy: inframap.OrderByColumns(columns[0].Name), Columns: columns,
		SourcePrimitive: inframap.Primitive{Name: name, Type: "DataModel"},
	}
}

// shop is a map of two tables, a view on one and a materialized view between them.
func shop(b *theater) *inframap.Map {
	m := inframap.New(b.db)
	put(b, m, table("Orders", "MergeTree", column("id", "String", true), column("at", "DateTime", true), column("qty", "Int32", true), column("note", "String", false)))
	put(b, m, table("Daily", "SummingMergeTree", column("day", "Date16", true), column("n", "UInt64", true)))
	m.Views["Big"] = &inframap.View{Name: "Big", SelectSQL: "SELECT `id`, `qty` FROM `Orders` WHERE `qty` > 100", SourceTables: []string{"`Orders`"}}
	m.MaterializedViews["DailyMV"] = &inframap.MaterializedView{
		Name: "DailyMV", SelectSQL: "SELECT toDate(at) AS day, count() AS n FROM `Orders` GROUP BY day", TargetTable: "Daily", LifeCycle: inframap.FullyManaged,
	}
	return m
}

func put(b *theater, m *inframap.Map, t *inframap.Table) { m.Tables[t.ID(b.db)] = t }

func (b *theater) table(m *inframap.Map, name string) *inframap.Table { return m.Tables[b.db+"_"+name] }

func kinds(ops []plan.Operation) []plan.Kind {
	out := make([]plan.Kind, len(ops))
	for i, op := range ops {
		out[i] = op.Kind()
	}
	return out
}
