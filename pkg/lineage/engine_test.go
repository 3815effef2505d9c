package lineage_test

import (
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/lineage"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
)

// TestTheServersFormIsRead has names in every place where SQL can have one, in the
// spelling of a project; ClickHouse formats it.
func TestTheServersFormIsRead(t *testing.T) {
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
	m := inframap.New(db)
	for _, name := range []string{"A", "B", "from", "T"} {
		m.Tables[db+"_"+name] = &inframap.Table{
			Name: name, Engine: inframap.NewEngine("MergeTree"), OrderBy: inframap.OrderByColumns("id"),
			Columns: []inframap.Column{{Name: "id", DataType: inframap.SimpleType("UInt64"), Required: true}},
		}
	}
	m.Views["V"] = &inframap.View{Name: "V", SelectSQL: "select a.id from A as a, `from` where a.id in (select id from B)"}
	m.Views["W"] = &inframap.View{Name: "W", SelectSQL: "with A as (select 1 as id) select id, 'T' as T from A"}
	m.MaterializedViews["M"] = &inframap.MaterializedView{Name: "M", SelectSQL: "select id from " + db + ".A left join V using (id)", TargetTable: "T"}
	declared, err := client.Normalise(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	got := text(lineage.Of(planner.Side(inframap.New(db), &clickhouse.Declared{}), planner.Side(m, declared[0])))
	want := `table A -> view V: reads (after)
table A -> materialized view M: reads (after)
table B -> view V: reads (after)
table from -> view V: reads (after)
view V -> materialized view M: reads (after)
materialized view M -> table T: fills (after)
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if strings.Contains(got, "view W") {
		t.Error("a common table expression is taken for a table")
	}
}
