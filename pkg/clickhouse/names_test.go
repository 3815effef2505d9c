package clickhouse_test

import (
	"slices"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

func TestKeywordsAreNames(t *testing.T) {
	client, db := open(t)
	m := inframap.New(db)
	keywords := []string{"ENGINE", "AS", "TO", "IF", "TABLE", "VIEW", "ON", "CLUSTER", "x.ENGINE", "ORDER BY", "(", "select"}
	for _, k := range keywords {
		m.Tables[k] = mergeTree(k, "id", "n")
		if err := client.Execute(t.Context(), &plan.CreateTableOp{Table: m.Tables[k]}, clickhouse.Execution{}); err != nil {
			t.Fatal(err)
		}
		view := &inframap.MaterializedView{Name: k + " view", TargetTable: k, SelectSQL: "SELECT id, n FROM `" + k + "`"}
		if k == "AS" || k == "TO" || k == "ENGINE" || k == "VIEW" {
			view.Name = k + "_"
		}
		m.MaterializedViews[view.Name] = view
	}
	columns := []string{"TTL", "COMMENT", "ENGINE", "AS", "DEFAULT", "SETTINGS"}
	for _, k := range columns {
		table := mergeTree("by "+k, k, "n")
		table.Columns[1].Default = ptr("`" + k + "`")
		m.Tables[table.Name] = table
		if err := client.Execute(t.Context(), &plan.CreateTableOp{Table: table}, clickhouse.Execution{}); err != nil {
			t.Fatal(err)
		}
	}
	m.MaterializedViews["REFRESH"] = &inframap.MaterializedView{Name: "REFRESH", TargetTable: "TO", SelectSQL: "SELECT id, n FROM `AS`"}
	for _, id := range inframap.Keys(m.MaterializedViews) {
		v := m.MaterializedViews[id]
		op := &plan.CreateMaterializedViewOp{Name: v.Name, TargetTable: v.TargetTable, SelectSQL: v.SelectSQL}
		if err := client.Execute(t.Context(), op, clickhouse.Execution{}); err != nil {
			t.Fatal(err)
		}
	}
	catalog, err := client.Introspect(t.Context(), []string{db})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keywords {
		if got := catalog.Tables[schema.Name{Database: db, Object: k}]; len(got.Columns) != 2 || got.Engine.Name != "MergeTree" {
			t.Errorf("table %s: %+v", k, got)
		}
	}
	for _, k := range columns {
		got := catalog.Tables[schema.Name{Database: db, Object: "by " + k}]
		if !slices.Equal(got.OrderBy, []string{k}) || got.TTL != "" || got.Column("n").DefaultExpr != k || got.Column("n").TTL != "" {
			t.Errorf("sorted by %s: %+v", k, got)
		}
	}
	for _, v := range m.MaterializedViews {
		want := schema.Name{Database: db, Object: v.TargetTable}
		if got := catalog.Views[schema.Name{Database: db, Object: v.Name}]; got.Target != want || got.Inner {
			t.Errorf("view %s: %+v", v.Name, got)
		}
	}
	out, err := planner.Make(t.Context(), client, planner.Input{Recorded: m, Desired: m})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Result.Changes)+len(out.Status.Drift) != 0 {
		t.Errorf("differences: %+v %+v", out.Result.Changes, out.Status.Drift)
	}
}

func TestViewsNamedByKeywords(t *testing.T) {
	name := schema.Name{Database: "d", Object: "TO"}
	for create, want := range map[string]schema.Name{
		"CREATE MATERIALIZED VIEW d.TO TO d.ENGINE (`a` UInt8) AS SELECT 1 AS a":                             {Database: "d", Object: "ENGINE"},
		"CREATE MATERIALIZED VIEW d.AS ON CLUSTER TO TO e.TO (`a` UInt8) AS SELECT 1 AS a":                   {Database: "e", Object: "TO"},
		"CREATE MATERIALIZED VIEW d.v REFRESH EVERY 1 HOUR DEPENDS ON d.TO TO d.t (`a` UInt8) AS SELECT 1":   {Database: "d", Object: "t"},
		"CREATE MATERIALIZED VIEW d.TO (`a` UInt8) ENGINE = MergeTree ORDER BY a AS SELECT 1 AS TO FROM d.x": {},
		"CREATE MATERIALIZED VIEW IF": {},
		"MATERIALIZED":                {},
	} {
		if got := clickhouse.ParseView(name, "MaterializedView", create, ""); got.Target != want || got.Inner != (want == schema.Name{}) {
			t.Errorf("%s: %+v", create, got)
		}
	}
}
