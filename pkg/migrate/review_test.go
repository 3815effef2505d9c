package migrate_test

import (
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
)

func without(m *inframap.Map, tables ...string) *inframap.Map {
	for _, t := range tables {
		delete(m.Tables, t)
	}
	return m
}

func TestAPlanOlderThanTheProtectionOfATableDoesNotDropIt(t *testing.T) {
	b := newBench(t, nil)
	extra := func(life inframap.LifeCycle) *inframap.Map {
		m := shop(b)
		t := orders()
		t.Name, t.LifeCycle = "Extra", life
		m.Tables["Extra"] = t
		return m
	}
	b.to(extra(inframap.FullyManaged))
	removal := shop(b)
	removal.Tables["Orders"].Columns = append(removal.Tables["Orders"].Columns, column("new", "String", true))
	files := b.save(b.plan(removal))
	b.to(extra(inframap.DeletionProtected))
	b.blocked(files, removal, migrate.Forbidden, "protected from deletion")
}

func TestWhatALifeCycleHeldBackStaysRecorded(t *testing.T) {
	b := newBench(t, nil)
	protected := func() *inframap.Map {
		m := shop(b)
		m.Tables["Orders"].LifeCycle = inframap.DeletionProtected
		return m
	}
	b.to(protected())
	smaller := protected()
	smaller.Tables["Orders"].Columns = append(smaller.Tables["Orders"].Columns[:3], column("new", "String", true))
	smaller.Tables["Orders"].Indexes = []inframap.Index{}
	out := b.plan(smaller)
	if _, err := b.migrate(b.save(out), smaller); err == nil {
		b.mustBeEmpty(smaller)
	} else {
		t.Fatal(err)
	}
	gone := without(protected(), "Orders")
	gone.Views, gone.MaterializedViews = map[string]*inframap.View{}, map[string]*inframap.MaterializedView{}
	if _, err := b.migrate(b.save(b.plan(gone)), gone); err != nil {
		t.Fatal(err)
	}
	again := b.plan(gone)
	if len(again.Result.Blocked) != 1 || len(again.Status.Drift) != 0 {
		t.Errorf("a protected table that the code no longer has: %d blocked, drift %+v", len(again.Result.Blocked), again.Status.Drift)
	}
}

func TestSQLOfResourcesRunsOnceAndOnlyAsPlanned(t *testing.T) {
	b := newBench(t, nil)
	b.to(shop(b))
	with := func(values ...string) *inframap.Map {
		m := shop(b)
		for i, v := range values {
			name := string(rune('a' + i))
			m.SQLResources[name] = &inframap.SQLResource{Name: name, Setup: []string{"INSERT INTO " + b.db + ".Daily VALUES (today(), " + v + ")"}}
		}
		return m
	}
	files := b.save(b.plan(with("1")))
	b.blocked(files, with("2"), migrate.Stale, "a plan made now does not have this step")
	b.blocked(files, with("1", "2"), migrate.Stale, "a plan made now has this step as well")
	for range 2 {
		if _, err := b.migrate(files, with("1")); err != nil {
			t.Fatal(err)
		}
	}
	var n uint64
	if err := b.client.Conn().QueryRow(t.Context(), "SELECT sum(n) FROM "+b.db+".Daily").Scan(&n); err != nil || n != 1 {
		t.Errorf("the SQL ran %d times (%v), want once", n, err)
	}
}

func TestImpossibleChangesAreRefusedBeforehand(t *testing.T) {
	for want, change := range map[string]func(*inframap.Map){
		"cannot change the type of a column that belongs to a key: id (String": func(m *inframap.Map) {
			m.Tables["Orders"].Columns[0].DataType = inframap.SimpleType("UInt64")
		},
		"DailyMV\", which is protected, uses it": func(m *inframap.Map) {
			m.Tables["Daily"].OrderBy = inframap.OrderByColumns("day", "n")
			m.MaterializedViews["DailyMV"].LifeCycle = inframap.DeletionProtected
			m.MaterializedViews["DailyMV"].SelectSQL += " HAVING n > 0"
		},
		"column \"tags\" is declared as Nested, and the table has it flattened": func(m *inframap.Map) {
			m.Tables["Flat"] = &inframap.Table{
				Name: "Flat", Engine: inframap.Engine{Name: "MergeTree"}, OrderBy: inframap.OrderByColumns("id"),
				Columns: []inframap.Column{column("id", "String", true), {Name: "tags", Required: true, DataType: inframap.ColumnType{
					Nested: &inframap.NestedType{Name: "Tag", Columns: []inframap.Column{column("k", "String", true)}},
				}}},
			}
		},
		"Inner\" keeps its rows in a hidden table": func(m *inframap.Map) {
			m.MaterializedViews["Inner"] = &inframap.MaterializedView{Name: "Inner", SelectSQL: "SELECT id FROM Orders", TargetTable: "Daily"}
		},
		"reads table \"Orders\", whose change is held back": func(m *inframap.Map) {
			o := m.Tables["Orders"]
			o.LifeCycle = inframap.DeletionProtected
			o.Columns = append(o.Columns, column("extra", "Int32", true))
			o.OrderBy = inframap.OrderByColumns("id", "qty")
			m.Views["Big"].SelectSQL = "SELECT id, extra FROM Orders"
		},
	} {
		b := newBench(t, nil)
		b.to(shop(b))
		b.exec("CREATE TABLE " + b.db + ".Flat (id String, `tags.k` Array(String)) ENGINE = MergeTree ORDER BY id")
		b.exec("CREATE MATERIALIZED VIEW " + b.db + ".Inner ENGINE = MergeTree ORDER BY id AS SELECT id FROM " + b.db + ".Orders")
		m := shop(b)
		change(m)
		if got := strings.Join(b.plan(m).Result.Invalid, "; "); !strings.Contains(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestColumnsThatDependOnEachOther(t *testing.T) {
	b := newBench(t, nil)
	b.to(shop(b))
	grown := shop(b)
	c, d := column("c", "Int64", true), column("d", "Int64", true)
	c.Default = ptr("d + 1")
	grown.Tables["Orders"].Columns = append(grown.Tables["Orders"].Columns, c, d)
	b.to(grown)
	b.to(shop(b))
}

func TestARenameCarriesItsOtherChanges(t *testing.T) {
	b := newBench(t, nil)
	m := shop(b)
	m.Tables["Orders"].Indexes, m.Tables["Orders"].Projections = []inframap.Index{}, []inframap.Projection{}
	b.to(m)
	b.exec("INSERT INTO " + b.db + ".Orders (id, at, qty, note) VALUES ('a', now(), 1, 'kept')")
	renamed := shop(b)
	renamed.Tables["Orders"].Indexes, renamed.Tables["Orders"].Projections = []inframap.Index{}, []inframap.Projection{}
	renamed.Tables["Orders"].Columns[3].Name, renamed.Tables["Orders"].Columns[3].Comment = "remark", ptr("was note")
	recorded, err := migrate.LoadRecorded(t.Context(), b.store)
	if err != nil {
		t.Fatal(err)
	}
	out, err := planner.Make(t.Context(), b.client, planner.Input{Recorded: recorded, Desired: renamed, Options: diff.Options{AcceptRenames: true}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.migrate(b.save(out), renamed); err != nil {
		t.Fatal(err)
	}
	b.mustBeEmpty(renamed)
	var remark *string
	if err := b.client.Conn().QueryRow(t.Context(), "SELECT remark FROM "+b.db+".Orders").Scan(&remark); err != nil || remark == nil || *remark != "kept" {
		t.Errorf("the value is lost: %v %v", remark, err)
	}
}

func TestAViewOnAChangedViewIsRebuilt(t *testing.T) {
	b := newBench(t, nil)
	chain := func(sql string) *inframap.Map {
		m := shop(b)
		m.Views["Big"].SelectSQL = sql
		m.Views["Top"] = &inframap.View{Name: "Top", SelectSQL: "SELECT qty FROM Big"}
		return m
	}
	b.to(chain("SELECT qty FROM Orders"))
	b.to(chain("SELECT toString(qty) || 'x' AS qty FROM Orders"))
	b.exec("INSERT INTO " + b.db + ".Orders (id, at, qty) VALUES ('a', now(), 1)")
	var qty string
	if err := b.client.Conn().QueryRow(t.Context(), "SELECT qty FROM "+b.db+".Top").Scan(&qty); err != nil || qty != "1x" {
		t.Errorf("the view on top still has the old type: %q %v", qty, err)
	}
}

func TestAlteringOtherTablesComesBeforeAViewIsDropped(t *testing.T) {
	b := newBench(t, nil)
	big := func() *inframap.Map {
		m := shop(b)
		t := orders()
		t.Name, t.Projections = "Huge", []inframap.Projection{}
		m.Tables["Huge"] = t
		return m
	}
	b.to(big())
	m := big()
	m.Tables["Huge"].Columns[2].DataType = inframap.SimpleType("Int64")
	m.MaterializedViews["DailyMV"].SelectSQL = "SELECT toDate(at) AS day, sum(qty) AS n FROM Orders GROUP BY day"
	var kinds []plan.Kind
	for _, op := range b.to(m).Operations {
		kinds = append(kinds, op.Kind())
	}
	if len(kinds) != 3 || kinds[0] != plan.ModifyTableColumn {
		t.Errorf("the view is gone while another table is rewritten: %v", kinds)
	}
}

func TestAnIgnoredDifferenceIsNotAppliedAlongWithAnother(t *testing.T) {
	b := newBench(t, nil)
	b.to(shop(b))
	m := shop(b)
	low, err := inframap.NewAnnotation(inframap.AnnotationLowCardinality, true)
	if err != nil {
		t.Fatal(err)
	}
	c := &m.Tables["Orders"].Columns[3]
	c.Annotations, c.Comment = append(c.Annotations, low), ptr("new")
	out, err := planner.Make(t.Context(), b.client, planner.Input{Desired: m, Options: diff.Options{IgnoreLowCardinality: true}})
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range out.Operations {
		if modify, ok := op.(*plan.ModifyTableColumnOp); ok && modify.After.LowCardinality() {
			t.Error("LowCardinality is changed although its difference is ignored")
		}
	}
	if len(out.Operations) != 1 {
		t.Errorf("%d operations, want 1", len(out.Operations))
	}
}

func TestSampleByComesAndGoesInPlace(t *testing.T) {
	b := newBench(t, nil)
	sampled := func(expr *string) *inframap.Map {
		m := inframap.New(b.db)
		m.Tables["S"] = &inframap.Table{
			Name: "S", Engine: inframap.Engine{Name: "MergeTree"}, OrderBy: inframap.OrderByColumns("n"), LifeCycle: inframap.FullyManaged,
			Columns: []inframap.Column{column("n", "UInt32", true)}, SampleBy: expr,
		}
		return m
	}
	b.to(sampled(nil))
	if ops := b.to(sampled(ptr("n"))).Operations; len(ops) != 1 || ops[0].Kind() != plan.ModifySampleBy {
		t.Errorf("operations %v, want %s", ops, plan.ModifySampleBy)
	}
	if ops := b.to(sampled(nil)).Operations; len(ops) != 1 || ops[0].Kind() != plan.RemoveSampleBy {
		t.Errorf("operations %v, want %s", ops, plan.RemoveSampleBy)
	}
}

// A rename that a plan made now would not have must not run: it could move a table out
// of the way of its protection.
func TestARenameThatNothingCallsForIsRefused(t *testing.T) {
	b := newBench(t, nil)
	b.to(shop(b))
	m := shop(b)
	m.Tables["Orders"].Columns = append(m.Tables["Orders"].Columns, column("new", "String", true))
	files := b.save(b.plan(m))
	other := "elsewhere"
	for want, op := range map[string]plan.Operation{
		"Renaming table 'Orders' to 'Hidden'":         &plan.RenameTableOp{OnTable: plan.OnTable{Table: "Orders"}, To: "Hidden"},
		"Renaming column 'qty' to 'amount'":           &plan.RenameTableColumnOp{OnTable: plan.OnTable{Table: "Orders"}, Before: "qty", After: "amount"},
		`the database "elsewhere" is not configured`:  &plan.RenameTableOp{OnTable: plan.OnTable{Table: "Orders", Database: &other}, To: "Orders2"},
		`the database "elsewhere" is not configured;`: &plan.RenameTableOp{OnTable: plan.OnTable{Table: "Orders"}, To: "Orders2", ToDatabase: &other},
	} {
		edited := *files.Plan
		edited.Operations = append([]plan.Operation{op}, files.Plan.Operations...)
		reason := migrate.Stale
		if strings.Contains(want, "configured") {
			reason = migrate.Forbidden
		}
		b.blocked(&plan.Files{Plan: &edited, Before: files.Before, Desired: files.Desired}, m, reason, want)
	}
}
