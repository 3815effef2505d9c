package drift_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/drift"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

func name(object string) schema.Name { return schema.Name{Database: "db", Object: object} }

func actual(object, typ string) *schema.Table {
	return &schema.Table{Name: name(object), Engine: schema.Engine{Name: "MergeTree"}, Columns: []schema.Column{{Name: "id", Type: typ}}}
}

func declared(m *inframap.Map, objects ...string) *clickhouse.Declared {
	d := &clickhouse.Declared{Tables: map[string]*schema.Table{}, Views: map[string]*schema.View{}, MaterializedViews: map[string]*schema.View{}}
	for _, o := range objects {
		m.Tables[o] = &inframap.Table{Name: o, LifeCycle: inframap.FullyManaged}
		d.Tables[o] = actual(o, "String")
	}
	return d
}

func TestReconcile(t *testing.T) {
	recorded, desired := inframap.New("db"), inframap.New("db")
	canon := declared(recorded, "Same", "Changed", "Gone")
	declared(desired, "Same", "Changed", "Found")
	catalog := schema.NewCatalog()
	for _, table := range []*schema.Table{actual("Same", "String"), actual("Changed", "UInt8"), actual("Found", "String"), actual("Foreign", "String"), actual("_MOOSE_STATE", "String")} {
		catalog.Tables[table.Name] = table
	}
	st := drift.Reconcile(recorded, canon, desired, catalog, diff.Options{})
	var got []string
	for _, c := range st.Drift {
		got = append(got, string(c.Action)+" "+c.Name)
	}
	if d := cmp.Diff([]string{"update Changed", "remove Gone"}, got); d != "" {
		t.Errorf("drift: %s", d)
	}
	if d := cmp.Diff([]schema.Name{name("Found")}, st.Adopted); d != "" {
		t.Errorf("adopted: %s", d)
	}
	if d := cmp.Diff([]schema.Name{name("Foreign")}, st.Unmanaged); d != "" {
		t.Errorf("unmanaged: %s", d)
	}
	if d := cmp.Diff([]string{"Changed", "Found", "Same"}, inframap.Keys(st.Side.Map.Tables)); d != "" {
		t.Errorf("before-map: %s", d)
	}
	if st.Side.Map.Tables["Same"] != recorded.Tables["Same"] {
		t.Error("an unchanged table lost its recorded spelling")
	}
	if got := st.Side.Map.Tables["Changed"].Columns[0].DataType.Simple; got != "UInt8" {
		t.Errorf("a changed table is recorded with %s, not as the server has it", got)
	}
	if got := st.Side.Map.Tables["Changed"].LifeCycle; got != inframap.FullyManaged {
		t.Errorf("a changed table became %s", got)
	}
}
