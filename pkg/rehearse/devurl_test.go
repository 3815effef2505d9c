package rehearse_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/rehearse"
)

// given is a scratch server that belongs to somebody, with a database of theirs.
func given(t *testing.T) rehearse.Scratch {
	t.Helper()
	return rehearse.Scratch{Target: target(t, testparts.Sandbox(t).NativeURL("")), Name: "clickhouse://dev"}
}

const everything = "SELECT concat(database, '.', name, ' ', create_table_query) FROM system.tables WHERE database NOT IN ('system', 'information_schema', 'INFORMATION_SCHEMA') " +
	"UNION ALL SELECT name FROM system.databases UNION ALL SELECT create_query FROM system.functions WHERE origin = 'SQLUserDefined'"

func snapshot(t *testing.T) []string {
	t.Helper()
	list := texts(t, open(t, testparts.Sandbox(t).NativeURL("")), everything)
	slices.Sort(list)
	return list
}

func TestAGivenServerIsLeftAsItWas(t *testing.T) {
	b := newTheater(t)
	dev := open(t, testparts.Sandbox(t).NativeURL(""))
	theirs := testparts.Database(t, testparts.Sandbox(t))
	for _, sql := range []string{"CREATE TABLE " + theirs + ".Precious (id String) ENGINE = MergeTree ORDER BY id", "INSERT INTO " + theirs + ".Precious VALUES ('kept')"} {
		if err := dev.Conn().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	b.exec("CREATE FUNCTION IF NOT EXISTS rehearse_plus_" + b.db + " AS x -> (x + 1)")
	t.Cleanup(func() { b.exec("DROP FUNCTION IF EXISTS rehearse_plus_" + b.db) })
	b.build(shop(b))
	desired := shop(b)
	put(b, desired, table("New", "MergeTree", column("id", "String", true)))
	// Free SQL could do this, and a view could fire on what is inserted there.
	desired.SQLResources["evil"] = &inframap.SQLResource{Name: "evil", Setup: []string{"DROP TABLE IF EXISTS " + theirs + ".Precious"}, Teardown: []string{"SELECT 1"}}
	desired.MaterializedViews["Spy"] = &inframap.MaterializedView{Name: "Spy", SelectSQL: "SELECT id FROM `" + theirs + "`.`Precious`", TargetTable: "New", LifeCycle: inframap.FullyManaged}
	before := snapshot(t)
	in := b.input(desired)
	in.Scratch = given(t)
	r := run(t, in)
	if r.Failed != nil || len(r.Left) != 0 || r.Operations != 1 || r.Server != "clickhouse://dev" {
		t.Errorf("%+v", r)
	}
	says(t, r, "free SQL does not run on a server that is not ours", "a materialized view on a table of the database "+theirs)
	if after := snapshot(t); !slices.Equal(before, after) {
		t.Errorf("the server was changed:\n%s\n→\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
	}
	if rows := texts(t, dev, "SELECT id FROM "+theirs+".Precious"); !slices.Equal(rows, []string{"kept"}) {
		t.Errorf("rows %q", rows)
	}
}

// A statement that is refused ends the rehearsal; what it made goes all the same.
func TestAFailedRehearsalTidiesUp(t *testing.T) {
	b := newTheater(t)
	b.build(shop(b))
	desired := shop(b)
	desired.Views["Bad"] = &inframap.View{Name: "Bad", SelectSQL: "SELECT nothing FROM `Orders`"}
	before := snapshot(t)
	in := b.input(desired)
	in.Scratch = given(t)
	if r := run(t, in); r.Failed == nil {
		t.Errorf("%+v", r)
	}
	if after := snapshot(t); !slices.Equal(before, after) {
		t.Errorf("something is left: %q", after)
	}
}

func TestADatabaseThatIsThereIsNotTouched(t *testing.T) {
	b := newTheater(t)
	dev := open(t, testparts.Sandbox(t).NativeURL(""))
	if err := dev.Conn().Exec(t.Context(), "CREATE DATABASE "+b.db); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = dev.Conn().Exec(t.Context(), "DROP DATABASE IF EXISTS "+b.db+" SYNC") })
	before := snapshot(t)
	_, err := rehearse.Run(t.Context(), rehearse.Input{Actual: b.client, Scratch: given(t), Outcome: b.plan(shop(b)), Now: time.Now})
	if err == nil || !strings.Contains(err.Error(), "the scratch server has the database "+b.db+" already") {
		t.Errorf("error %v", err)
	}
	if after := snapshot(t); !slices.Equal(before, after) {
		t.Errorf("the server was changed: %q", after)
	}
}
