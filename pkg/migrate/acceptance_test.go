package migrate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

func ptr[T any](v T) *T { return &v }

func column(name, typ string, required bool) inframap.Column {
	return inframap.Column{Name: name, DataType: inframap.SimpleType(typ), Required: required, Annotations: []inframap.Annotation{}}
}

// orders is the table that the cases change.
func orders() *inframap.Table {
	t := &inframap.Table{
		Name: "Orders", Engine: inframap.Engine{Name: "MergeTree"}, LifeCycle: inframap.FullyManaged,
		Columns: []inframap.Column{
			column("id", "String", true), column("at", "DateTime", true), column("qty", "Int32", true), column("note", "String", false),
		},
		OrderBy:         inframap.OrderByColumns("id", "at"),
		PartitionBy:     ptr("toYYYYMM(at)"),
		TTL:             ptr("at + INTERVAL 90 DAY DELETE"),
		TableSettings:   map[string]string{"index_granularity": "8192", "min_bytes_for_wide_part": "1"},
		Indexes:         []inframap.Index{{Name: "by_note", Expression: "note", Type: "set", Arguments: []string{"100"}, Granularity: 4}},
		Projections:     []inframap.Projection{{Name: "by_qty", Body: "SELECT * ORDER BY qty"}},
		SourcePrimitive: inframap.Primitive{Name: "Orders", Type: "DataModel"},
	}
	t.Columns[0].PrimaryKey = true
	return t
}

// shop is a map of Orders with a view, a materialized view and its target.
func shop(b *bench) *inframap.Map {
	m := inframap.New(b.db)
	m.Tables["Orders"] = orders()
	m.Tables["Daily"] = &inframap.Table{
		Name: "Daily", Engine: inframap.Engine{Name: "SummingMergeTree"}, OrderBy: inframap.OrderByColumns("day"), LifeCycle: inframap.FullyManaged,
		Columns: []inframap.Column{column("day", "Date16", true), column("n", "UInt64", true)},
	}
	m.Views["Big"] = &inframap.View{Name: "Big", SelectSQL: "SELECT `id`, `qty` FROM `Orders` WHERE `qty` > 100", SourceTables: []string{"`Orders`"}}
	m.MaterializedViews["DailyMV"] = &inframap.MaterializedView{
		Name: "DailyMV", SelectSQL: "SELECT toDate(at) AS day, COUNT(*) AS n FROM `Orders` GROUP BY day", TargetTable: "Daily", LifeCycle: inframap.FullyManaged,
	}
	return m
}

// cases change the shop; want is what the plan must consist of.
var cases = map[string]struct {
	change func(*inframap.Map)
	want   []plan.Kind
}{
	"nothing":    {func(*inframap.Map) {}, nil},
	"new table":  {func(m *inframap.Map) { t := orders(); t.Name = "New"; m.Tables["New"] = t }, []plan.Kind{plan.CreateTable}},
	"drop table": {func(m *inframap.Map) { delete(m.Tables, "Daily"); delete(m.MaterializedViews, "DailyMV") }, []plan.Kind{plan.DropMaterializedView, plan.DropTable}},
	"add columns": {func(m *inframap.Map) {
		t := m.Tables["Orders"]
		t.Columns = slices.Insert(t.Columns, 0, column("first", "UUID", true))
		t.Columns = append(t.Columns, column("last", "Float64", false))
	}, []plan.Kind{plan.AddTableColumn, plan.AddTableColumn}},
	"drop column": {func(m *inframap.Map) {
		t := m.Tables["Orders"]
		t.Columns, t.Indexes = t.Columns[:3], []inframap.Index{}
	}, []plan.Kind{plan.DropTableIndex, plan.DropTableColumn}},
	"widen column": {func(m *inframap.Map) {
		m.Tables["Orders"].Columns[2].DataType = inframap.SimpleType("Int64")
		m.Tables["Orders"].Projections = []inframap.Projection{}
	}, []plan.Kind{plan.DropView, plan.DropTableProjection, plan.ModifyTableColumn, plan.CreateView}},
	"column properties": {func(m *inframap.Map) {
		c := &m.Tables["Orders"].Columns[2]
		c.Default, c.Comment, c.Codec, c.TTL = ptr("1+1"), ptr("it's\nmany"), ptr("ZSTD"), ptr("at + INTERVAL 1 MONTH")
	}, []plan.Kind{plan.ModifyTableColumn}},
	"order by": {
		func(m *inframap.Map) { m.Tables["Orders"].OrderBy = inframap.OrderByColumns("id", "qty") },
		[]plan.Kind{plan.DropTable, plan.CreateTable},
	},
	"order by expression": {func(m *inframap.Map) {
		t := m.Tables["Orders"]
		t.OrderBy, t.PrimaryKeyExpression = inframap.OrderByExpression("(cityHash64(id, at), at)"), ptr("cityHash64(id, at)")
		t.SampleBy = ptr("cityHash64(id, at)")
		t.Columns[0].PrimaryKey = false
	}, []plan.Kind{plan.DropTable, plan.CreateTable}},
	"partition by": {
		func(m *inframap.Map) { m.Tables["Orders"].PartitionBy = ptr("toYear(at)") },
		[]plan.Kind{plan.DropTable, plan.CreateTable},
	},
	"engine": {func(m *inframap.Map) {
		e := inframap.NewEngine("SummingMergeTree")
		_ = e.Set("columns", []string{"qty"})
		m.Tables["Orders"].Engine = e
		m.Tables["Orders"].Projections = []inframap.Projection{}
	}, []plan.Kind{plan.DropTable, plan.CreateTable}},
	"settings": {func(m *inframap.Map) {
		m.Tables["Orders"].TableSettings = map[string]string{"index_granularity": "8192", "merge_with_ttl_timeout": "3600", "ttl_only_drop_parts": "1"}
	}, []plan.Kind{plan.ModifyTableSettings}},
	"fixed setting": {
		func(m *inframap.Map) { m.Tables["Orders"].TableSettings["index_granularity"] = "1024" },
		[]plan.Kind{plan.DropTable, plan.CreateTable},
	},
	"ttl":        {func(m *inframap.Map) { m.Tables["Orders"].TTL = ptr("at + INTERVAL 1 YEAR") }, []plan.Kind{plan.ModifyTableTTL}},
	"remove ttl": {func(m *inframap.Map) { m.Tables["Orders"].TTL = nil }, []plan.Kind{plan.ModifyTableTTL}},
	"index and projection": {func(m *inframap.Map) {
		t := m.Tables["Orders"]
		t.Indexes[0].Granularity = 2
		t.Indexes = append(t.Indexes, inframap.Index{Name: "by_qty", Expression: "qty", Type: "minmax", Granularity: 1})
		t.Projections = append(t.Projections, inframap.Projection{Name: "sums", Body: "SELECT at, SUM(qty) GROUP BY at"})
	}, []plan.Kind{plan.DropTableIndex, plan.AddTableIndex, plan.AddTableIndex, plan.AddTableProjection}},
	"view": {func(m *inframap.Map) { m.Views["Big"].SelectSQL = "SELECT id FROM Orders WHERE qty > 1000" }, []plan.Kind{plan.DropView, plan.CreateView}},
	"materialized view": {func(m *inframap.Map) {
		m.MaterializedViews["DailyMV"].SelectSQL = "SELECT toDate(at) AS day, sum(qty) AS n FROM Orders GROUP BY day"
	}, []plan.Kind{plan.DropMaterializedView, plan.CreateMaterializedView}},
	"views on views": {func(m *inframap.Map) {
		m.Views["A"] = &inframap.View{Name: "A", SelectSQL: "SELECT id FROM Z"}
		m.Views["Z"] = &inframap.View{Name: "Z", SelectSQL: "SELECT id FROM Big"}
	}, []plan.Kind{plan.CreateView, plan.CreateView}},
	"sql resource": {func(m *inframap.Map) {
		m.SQLResources["fn"] = &inframap.SQLResource{Name: "fn", Setup: []string{"CREATE FUNCTION IF NOT EXISTS " + m.DefaultDatabase + "_twice AS (x) -> x * 2;"}, Teardown: []string{"DROP FUNCTION IF EXISTS " + m.DefaultDatabase + "_twice"}}
	}, []plan.Kind{plan.RawSQL}},
	"hostile names": {func(m *inframap.Map) {
		for _, name := range []string{"back`tick", "quo'te", "new\nline", `back\slash`, "`; DROP TABLE Orders; --", "sales_2024", "ünï ✓"} {
			t := orders()
			t.Name = name
			t.Columns = append(t.Columns, column(name, "String", true))
			m.Tables[name] = t
			m.Views["v"+name] = &inframap.View{Name: "v" + name, SelectSQL: "SELECT id FROM Orders"}
		}
	}, slices.Concat(slices.Repeat([]plan.Kind{plan.CreateTable}, 7), slices.Repeat([]plan.Kind{plan.CreateView}, 7))},
}

// TestFiveSteps builds the shop, plans, applies, compares the result with a
// database made directly from the desired map, and demands an empty second plan.
func TestFiveSteps(t *testing.T) {
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, nil)
			b.to(shop(b))
			b.exec("INSERT INTO " + b.db + ".Orders (id, at, qty) SELECT toString(number), now(), number FROM numbers(10)")
			desired := shop(b)
			c.change(desired)
			out := b.to(desired)
			var kinds []plan.Kind
			for _, op := range out.Operations {
				kinds = append(kinds, op.Kind())
			}
			if diff := cmp.Diff(c.want, kinds); diff != "" {
				t.Errorf("operations: %s", diff)
			}
			direct := newBench(t, nil)
			other := shop(direct)
			c.change(other)
			direct.build(other)
			if diff := cmp.Diff(direct.showCreate(), b.showCreate()); diff != "" {
				t.Errorf("the result differs from a database made from the desired map: %s", diff)
			}
			again := b.plan(desired)
			if again.Digest == out.Digest && len(out.Operations) > 0 {
				t.Error("two different plans have one digest")
			}
		})
	}
}

// build makes every object with plain statements.
func (b *bench) build(m *inframap.Map) {
	b.t.Helper()
	for _, id := range inframap.Keys(m.Tables) {
		sql, err := ddl.CreateTable(m.Tables[id], b.db)
		if err != nil {
			b.t.Fatal(err)
		}
		b.exec(sql)
	}
	for _, name := range append([]string{"Big", "Z", "A"}, inframap.Keys(m.Views)...) {
		if v := m.Views[name]; v != nil {
			for _, sql := range b.statements(&plan.CreateViewOp{Name: v.Name, SelectSQL: v.SelectSQL}) {
				b.exec(sql)
			}
		}
	}
	for _, name := range inframap.Keys(m.MaterializedViews) {
		v := m.MaterializedViews[name]
		for _, sql := range b.statements(&plan.CreateMaterializedViewOp{Name: v.Name, TargetTable: v.TargetTable, SelectSQL: v.SelectSQL}) {
			b.exec(sql)
		}
	}
}

func (b *bench) statements(op plan.Operation) []string {
	b.t.Helper()
	sql, err := ddl.Statements(op, b.db)
	if err != nil {
		b.t.Fatal(err)
	}
	return sql
}

// showCreate is every object's definition, without the database's name; the order of columns, indexes and settings that ALTER leaves is kept.
func (b *bench) showCreate() map[string]string {
	b.t.Helper()
	rows, err := b.client.Conn().Query(b.t.Context(), "SELECT name, create_table_query FROM system.tables WHERE database = '"+b.db+"' AND name != '_MOOSE_STATE'")
	if err != nil {
		b.t.Fatal(err)
	}
	out := map[string]string{}
	for rows.Next() {
		var name, sql string
		if err := rows.Scan(&name, &sql); err != nil {
			b.t.Fatal(err)
		}
		out[name] = strings.ReplaceAll(sql, b.db, "DB")
	}
	return out
}
