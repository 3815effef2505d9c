package plan_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// onCluster is a side with a table on a cluster, one on none, and views of both.
func onCluster(t *testing.T, views bool) diff.Side {
	t.Helper()
	m := inframap.New("db")
	prod := "prod"
	s := diff.Side{Map: m, Tables: map[string]*schema.Table{}, Views: map[string]*schema.View{}, MaterializedViews: map[string]*schema.View{}}
	for name, cluster := range map[string]*string{"Spread": &prod, "Local": nil} {
		m.Tables[name] = &inframap.Table{Name: name, ClusterName: cluster, Engine: inframap.Engine{Name: "MergeTree"}, Columns: []inframap.Column{{Name: "id", DataType: inframap.SimpleType("Int64"), Required: true}}}
		s.Tables[name] = &schema.Table{Name: schema.Name{Database: "db", Object: name}, Engine: schema.Engine{Name: "MergeTree"}}
	}
	if !views {
		return s
	}
	for name, source := range map[string]string{"OfSpread": "Spread", "OfLocal": "Local"} {
		m.Views[name] = &inframap.View{Name: name, SelectSQL: "SELECT id FROM " + source}
		s.Views[name] = &schema.View{Name: schema.Name{Database: "db", Object: name}, Select: "SELECT id FROM db." + source}
	}
	m.MaterializedViews["IntoSpread"] = &inframap.MaterializedView{Name: "IntoSpread", SelectSQL: "SELECT id FROM Local", TargetTable: "Spread"}
	s.MaterializedViews["IntoSpread"] = &schema.View{
		Name: schema.Name{Database: "db", Object: "IntoSpread"}, Select: "SELECT id FROM db.Local", Materialized: true, Target: schema.Name{Database: "db", Object: "Spread"},
	}
	return s
}

func TestViewsAreMadeOnTheClusterOfTheirTables(t *testing.T) {
	var got []string
	for _, pair := range [][2]diff.Side{{onCluster(t, false), onCluster(t, true)}, {onCluster(t, true), onCluster(t, false)}} {
		for _, op := range plan.Make(diff.Maps(pair[0], pair[1], diff.Options{}), pair[0], pair[1]) {
			sql, err := ddl.Statements(op, "db")
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, sql...)
		}
	}
	want := []string{
		"CREATE MATERIALIZED VIEW IF NOT EXISTS `db`.`IntoSpread` ON CLUSTER `prod` TO `db`.`Spread` AS SELECT id FROM Local",
		"CREATE VIEW IF NOT EXISTS `db`.`OfLocal` AS SELECT id FROM Local",
		"CREATE VIEW IF NOT EXISTS `db`.`OfSpread` ON CLUSTER `prod` AS SELECT id FROM Spread",
		"DROP VIEW IF EXISTS `db`.`OfSpread` ON CLUSTER `prod` SYNC",
		"DROP VIEW IF EXISTS `db`.`OfLocal`",
		"DROP VIEW IF EXISTS `db`.`IntoSpread` ON CLUSTER `prod` SYNC",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestARenamedTableIsReadAndWrittenAsRawSQL(t *testing.T) {
	db, cluster := "other", "prod"
	op := &plan.RenameTableOp{OnTable: plan.OnTable{Table: "Old`", Database: &db, ClusterName: &cluster}, To: "New", ToDatabase: &db}
	text, err := (&plan.Plan{Operations: []plan.Operation{op}}).EncodeYAML()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"- RawSql:", "Renaming table 'other.Old`' to 'other.New'", "RENAME TABLE `other`.`Old\\`` TO `other`.`New` ON CLUSTER `prod`", "rename_table:"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	p, err := plan.DecodeYAML(text)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := p.Operations[0].(*plan.RenameTableOp); !ok || got.SQL() != op.SQL() || got.Target() != op.Target() {
		t.Errorf("read back as %#v", p.Operations[0])
	}
	edited := strings.Replace(string(text), "TO `other`.`New`", "TO `other`.`Newer`", 1)
	if _, err := plan.DecodeYAML([]byte(edited)); err == nil || !strings.Contains(err.Error(), "not what rename_table says") {
		t.Errorf("error %v", err)
	}
}
