package migrate_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// described are the operations in words.
func described(ops []plan.Operation) string {
	var out []string
	for _, op := range ops {
		out = append(out, plan.Describe(op))
	}
	return strings.Join(out, "; ")
}

func TestADictionaryGoesBeforeItsTableAndComesAfterIt(t *testing.T) {
	b := newBench(t, nil)
	b.to(withDictionaries(b, products()))
	for name, c := range map[string]struct {
		change func(*inframap.Map)
		want   []plan.Kind
	}{
		"recreated table": {
			func(m *inframap.Map) { m.Tables["Products"].OrderBy = inframap.OrderByColumns("name") },
			[]plan.Kind{plan.DropDictionary, plan.DropTable, plan.CreateTable, plan.CreateDictionary},
		},
		"recreated table, changed dictionary": {
			func(m *inframap.Map) {
				m.Tables["Products"].OrderBy = inframap.OrderByColumns("parent")
				put(b, m, with(func(d *inframap.Dictionary) { d.Lifetime.Seconds = 17 }))
			},
			[]plan.Kind{plan.DropDictionary, plan.DropTable, plan.CreateTable, plan.CreateDictionary},
		},
		"new column, new attribute": {
			func(m *inframap.Map) {
				t := m.Tables["Products"]
				t.Columns = append(t.Columns, column("extra", "String", true))
				put(b, m, with(func(d *inframap.Dictionary) {
					d.Columns = append(d.Columns, inframap.DictionaryColumn{Name: "extra", TypeString: "String"})
				}))
			},
			[]plan.Kind{plan.AddTableColumn, plan.ReplaceDictionary},
		},
		"another table in place of the old one": {
			func(m *inframap.Map) {
				delete(m.Tables, "Products")
				m.Tables["Goods"] = plainTable("Goods", "id")
				put(b, m, with(func(d *inframap.Dictionary) { d.Source.Table = "Goods" }))
			},
			[]plan.Kind{plan.DropDictionary, plan.DropTable, plan.CreateTable, plan.CreateDictionary},
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := b.in(t)
			m := withDictionaries(b, products())
			c.change(m)
			if out := b.to(m); !slices.Equal(kinds(out.Operations), c.want) {
				t.Errorf("operations: %s", described(out.Operations))
			}
			b.to(withDictionaries(b, products()))
		})
	}
	// A dictionary that goes on reading a table that goes can never be applied.
	m := withDictionaries(b, products())
	delete(m.Tables, "Products")
	if out := b.plan(m); len(out.Result.Invalid) != 1 || !strings.Contains(out.Result.Invalid[0], `the dictionary "D" goes on reading it`) {
		t.Errorf("invalid %q", out.Result.Invalid)
	}
}

func TestViewsAndTablesThatAskADictionary(t *testing.T) {
	b := newBench(t, nil)
	build := func() *inframap.Map {
		m := withDictionaries(b, products(), with(func(d *inframap.Dictionary) { d.Name, d.Source.Table = "OfView", "V" }))
		m.Views["V"] = &inframap.View{Name: "V", SelectSQL: "SELECT id, name, price, parent FROM Products"}
		m.Views["Asks"] = &inframap.View{Name: "Asks", SelectSQL: "SELECT id, dictGet('D', 'price', id) AS p, dictGet(" + b.db + ".OfView, 'name', id) AS n FROM Products"}
		asking := plainTable("Asking", "id")
		asking.Columns = append(asking.Columns, column("n", "String", true))
		asking.Columns[1].Default = ptr("dictGet('" + b.db + ".D', 'name', toUInt64(id))")
		m.Tables["Asking"] = asking
		return m
	}
	out := b.to(build())
	if got, want := described(out.Operations), "Creating table 'Products'; Creating dictionary 'D'; Creating table 'Asking'; Creating view 'V'; Creating dictionary 'OfView'; Creating view 'Asks'"; got != want {
		t.Errorf("operations: %s", got)
	}
	// The view keeps the type that it had, so it is made again.
	m := build()
	put(b, m, with(func(d *inframap.Dictionary) { d.Columns[2].TypeString = "Float32" }))
	out = b.to(m)
	if got, want := described(out.Operations), "Dropping view 'Asks'; Replacing dictionary 'D'; Creating view 'Asks'"; got != want {
		t.Errorf("operations: %s", got)
	}
	if got := b.one("SELECT type FROM system.columns WHERE database = '" + b.db + "' AND table = 'Asks' AND name = 'p'"); got != "Float32" {
		t.Errorf("the view has %s", got)
	}
	// A view that a dictionary reads goes after it.
	m.Views["V"].SelectSQL = "SELECT id, name, price, parent FROM Products WHERE id > 1"
	out = b.to(m)
	if got, want := described(out.Operations), "Dropping dictionary 'OfView'; Dropping view 'V'; Creating view 'V'; Creating dictionary 'OfView'"; got != want {
		t.Errorf("operations: %s", got)
	}
	b.to(inframap.New(b.db))
}

func TestLifeCyclesOfDictionaries(t *testing.T) {
	b := newBench(t, nil)
	protect := func(l inframap.LifeCycle, change func(*inframap.Dictionary)) *inframap.Map {
		return withDictionaries(b, with(func(d *inframap.Dictionary) {
			d.LifeCycle = l
			if change != nil {
				change(d)
			}
		}))
	}
	longer := func(d *inframap.Dictionary) { d.Lifetime.Seconds = 400 }
	held := func(m *inframap.Map, want string) {
		t.Helper()
		out := b.plan(m)
		if len(out.Operations) > 0 || len(out.Result.Blocked) != 1 || !strings.Contains(out.Result.Blocked[0].Reason, want) {
			t.Errorf("operations %v, blocked %+v", kinds(out.Operations), out.Result.Blocked)
		}
	}
	b.to(withDictionaries(b))
	held(protect(inframap.ExternallyManaged, nil), "externally managed and does not exist")
	// Both guards: the planner's, and the one before a migration.
	for _, l := range []inframap.LifeCycle{inframap.DeletionProtected, inframap.ExternallyManaged} {
		b.to(withDictionaries(b, products()))
		drop := b.save(b.plan(withDictionaries(b)))
		if got := kinds(drop.Plan.Operations); !slices.Equal(got, []plan.Kind{plan.DropDictionary}) {
			t.Fatalf("operations %v", got)
		}
		b.blocked(drop, protect(l, nil), migrate.Forbidden, "Dropping dictionary 'D'", "nothing was applied")
	}
	b.to(protect(inframap.DeletionProtected, nil))
	held(withDictionaries(b), "protected from deletion")
	if got := kinds(b.to(protect(inframap.DeletionProtected, longer)).Operations); !slices.Equal(got, []plan.Kind{plan.ReplaceDictionary}) {
		t.Errorf("operations %v", got)
	}
	m := protect(inframap.DeletionProtected, longer)
	m.Tables["Products"].OrderBy = inframap.OrderByColumns("name")
	if out := b.plan(m); len(out.Result.Invalid) != 1 || !strings.Contains(out.Result.Invalid[0], "protected from deletion") {
		t.Errorf("invalid %q", out.Result.Invalid)
	}
	held(protect(inframap.ExternallyManaged, nil), "externally managed; it is not changed")
	b.exec("DROP DICTIONARY " + b.db + ".D")
}

func TestDriftOfDictionaries(t *testing.T) {
	b := newBench(t, nil)
	m := withDictionaries(b, products())
	b.to(m)
	b.exec("CREATE OR REPLACE DICTIONARY " + b.db + ".D (id UInt64, name String, price Float64, parent UInt64) PRIMARY KEY id SOURCE(CLICKHOUSE(TABLE 'Products' WHERE 'id > 3')) LAYOUT(FLAT()) LIFETIME(7)")
	out := b.plan(m)
	if len(out.Status.Drift) != 1 || len(out.Status.Drift[0].Why) != 3 || !slices.Equal(kinds(out.Operations), []plan.Kind{plan.ReplaceDictionary}) {
		t.Fatalf("drift %+v, operations %v", out.Status.Drift, kinds(out.Operations))
	}
	files := b.save(out)
	// Changed once more after the plan: nothing is applied.
	b.exec("CREATE OR REPLACE DICTIONARY " + b.db + ".D (id UInt64, name String, price Float64, parent UInt64) PRIMARY KEY id SOURCE(CLICKHOUSE(TABLE 'Products')) LAYOUT(HASHED()) LIFETIME(8)")
	b.blocked(files, m, migrate.Drifted, "dictionary D: lifetime: MIN 0 MAX 7 → MIN 0 MAX 8", "nothing was applied")
	b.to(m)
	b.exec("DROP DICTIONARY " + b.db + ".D")
	out = b.plan(m)
	if len(out.Status.Drift) != 1 || !slices.Equal(kinds(out.Operations), []plan.Kind{plan.CreateDictionary}) {
		t.Errorf("drift %+v, operations %v", out.Status.Drift, kinds(out.Operations))
	}
	b.to(m)
	b.exec("CREATE DICTIONARY " + b.db + ".Foreign (id UInt64) PRIMARY KEY id SOURCE(CLICKHOUSE(TABLE 'Products')) LAYOUT(FLAT()) LIFETIME(1)")
	if out = b.plan(m); len(out.Operations) > 0 || len(out.Status.Unmanaged) != 1 || out.Status.Unmanaged[0].Object != "Foreign" {
		t.Errorf("operations %v, unmanaged %v", kinds(out.Operations), out.Status.Unmanaged)
	}
	m.Tables["Foreign"] = plainTable("Foreign", "id")
	if _, err := b.tryPlan(m); err == nil || !strings.Contains(err.Error(), "is declared as a table, and ClickHouse has a dictionary of that name") {
		t.Errorf("error %v", err)
	}
}

func TestCredentialsOfDictionariesReachTheServerAndNoFile(t *testing.T) {
	const secret = "S3CRETVALUE"
	b := newBench(t, nil)
	remote := func(password string) *inframap.Map {
		return withDictionaries(b, with(external(`{"source_type": "MYSQL", "host": "h", "port": 3306, "user": "u", "password": "`+password+`", "db": "d", "table": "t"}`)),
			with(func(d *inframap.Dictionary) {
				d.Name = "Q"
				d.Source = inframap.DictionarySource{Type: inframap.DictionaryFromQuery, Query: "SELECT id, name, price, parent FROM mysql('h:3306', 'd', 't', 'u', '" + password + "')"}
			}))
	}
	out := b.plan(remote(secret))
	root := t.TempDir()
	if err := out.Files(&plan.Plan{CreatedAt: time.Now()}).Save(root); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{plan.PlanFile, plan.BeforeFile, plan.DesiredFile} {
		data, err := os.ReadFile(filepath.Join(root, plan.Dir, name))
		if err != nil || strings.Contains(string(data), secret) {
			t.Errorf("%s shows a credential, or cannot be read: %v", name, err)
		}
	}
	files, err := plan.Load(root)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.migrate(files, remote(secret)); err != nil {
		t.Fatal(err)
	}
	shown := b.one("SELECT create_table_query FROM system.tables WHERE database = '" + b.db + "' AND name = 'Q'")
	if !strings.Contains(shown, secret) {
		t.Errorf("the query has lost its password: %s", strings.ReplaceAll(shown, secret, ""))
	}
	b.mustBeEmpty(remote(secret))
	b.mustBeEmpty(remote("OTHER"))
	if _, err := plan.FillSQL(files.Plan.Operations[1], inframap.New(b.db)); err == nil || !strings.Contains(err.Error(), "hides credentials") {
		t.Errorf("error %v", err)
	}
}

func TestAnAttributeHoldsNothingButItself(t *testing.T) {
	b := newBench(t, nil)
	for _, typ := range []string{
		"UInt64) PRIMARY KEY id SOURCE(EXECUTABLE(COMMAND 'x' FORMAT 'TSV')) LAYOUT(FLAT()) LIFETIME(1) --", "String, more String", "String /* */", "String 'x", "(String",
	} {
		_, err := b.tryPlan(withDictionaries(b, with(func(d *inframap.Dictionary) { d.Columns[3].TypeString = typ })))
		if err == nil && typ == "String, more String" {
			files := b.save(b.plan(withDictionaries(b, with(func(d *inframap.Dictionary) { d.Columns[3].TypeString = typ }))))
			_, err = b.migrate(files, withDictionaries(b, with(func(d *inframap.Dictionary) { d.Columns[3].TypeString = typ })))
		}
		if err == nil {
			t.Errorf("%q was taken", typ)
		}
	}
	for want, d := range map[string]*inframap.Dictionary{
		"ClickHouse has no dictionary source S3": with(external(`{"source_type": "S3", "url": "https://x/y", "format": "CSV"}`)),
		"needs the columns of a range":           with(func(d *inframap.Dictionary) { d.Layout = layout("RANGE_HASHED", "") }),
	} {
		if out := b.plan(withDictionaries(b, d)); len(out.Result.Invalid) != 1 || !strings.Contains(out.Result.Invalid[0], want) {
			t.Errorf("invalid %q", out.Result.Invalid)
		}
	}
}
