package fidelity

import (
	"fmt"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/reverse"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	canon "github.com/moose-migrate/moose-migrate/pkg/schema"
)

func silentCorpus() []silent {
	var out []silent
	for _, c := range silentColumns() {
		out = append(out, c)
	}
	for _, c := range silentTables() {
		out = append(out, c)
	}
	for _, c := range silentViews() {
		out = append(out, c)
	}
	return out
}

// silentWorld are the objects of all cases in one database.
type silentWorld struct {
	*database
	second string
	cases  []silent
	// declared is the map, and names the objects of each case in it.
	declared *inframap.Map
	names    []string
}

func newSilentWorld(t *testing.T) *silentWorld {
	t.Helper()
	w := &silentWorld{database: newDatabase(t), cases: silentCorpus()}
	w.second = w.another()
	w.declared = inframap.New(w.name)
	for _, sql := range viewSources {
		w.exec(place{db: w.name, second: w.second}.fill(sql))
	}
	for i, c := range w.cases {
		p := place{w.name, w.second, fmt.Sprintf("s%03d", i)}
		one := inframap.New(w.name)
		statements := c.objects(p, one)
		for _, sql := range statements {
			if err := w.run(sql); err != nil {
				t.Errorf("%s: %s: %v", c.line(), sql, err)
				one = inframap.New(w.name)
				break
			}
		}
		w.names = append(w.names, w.adopt(one))
	}
	return w
}

// adopt takes over what one case declares and returns the name of its object.
func (w *silentWorld) adopt(one *inframap.Map) (name string) {
	for id, t := range one.Tables {
		w.declared.Tables[id], name = t, t.Name
	}
	for id, v := range one.Views {
		w.declared.Views[id], name = v, v.Name
	}
	for id, v := range one.MaterializedViews {
		w.declared.MaterializedViews[id], name = v, v.Name
	}
	return name
}

// TestMustStaySilent compares every declaration with what was made by hand: with and
// without a record of it there is nothing to do, and nothing has drifted. It then
// declares what the server has, and writes the documentation; the tests share the
// objects, since making them takes most of the time.
func TestMustStaySilent(t *testing.T) {
	w := newSilentWorld(t)
	t.Run("plan", w.staysSilent)
	t.Run("reverse", w.reverses)
	t.Run("documentation", w.documents)
}

func (w *silentWorld) staysSilent(t *testing.T) {
	fresh := w.compare(w.second, planner.Input{Desired: w.declared})
	again := w.compare(w.second, planner.Input{Desired: w.declared, Recorded: w.declared})
	adopted := map[string]bool{}
	for _, n := range fresh.Status.Adopted {
		adopted[n.Object] = true
	}
	creates := w.creates(t, w.name, w.second)
	for i, c := range w.cases {
		name := w.names[i]
		var faults []string
		for _, found := range [][]diff.Change{fresh.Result.Changes, again.Result.Changes, again.Status.Drift} {
			for _, change := range found {
				if change.Name == name {
					faults = append(faults, migrate.Explain(change)...)
				}
			}
		}
		if !adopted[name] {
			faults = append(faults, "not recognised")
		}
		if len(faults) > 0 {
			t.Errorf("%s: %s: %s\n%s", c.line(), c, strings.Join(faults, "\n  "), creates[name])
		}
	}
	for _, out := range []*planner.Outcome{fresh, again} {
		if len(out.Result.Invalid)+len(out.Result.Blocked)+len(out.Operations) > 0 {
			t.Errorf("%d refused, %d held back, %d operations: %s", len(out.Result.Invalid), len(out.Result.Blocked), len(out.Operations), strings.Join(out.Result.Invalid, "; "))
		}
	}
	if len(w.cases) < 170 {
		t.Errorf("only %d pairs", len(w.cases))
	}
	t.Logf("%d pairs", len(w.cases))
}

// reverses declares what the server has and makes it again elsewhere: both are the same.
func (w *silentWorld) reverses(t *testing.T) {
	copied := newDatabase(t)
	catalog, err := w.client.Introspect(t.Context(), []string{w.name})
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, table := range catalog.Tables {
		if !strings.HasSuffix(table.Engine.Name, "MergeTree") || strings.HasPrefix(table.Engine.Name, "Replicated") {
			continue
		}
		sql, err := ddl.CreateTable(reverse.Table(table, w.name, nil), copied.name)
		if err != nil {
			t.Errorf("%s: %v", table.Name, err)
			continue
		}
		if err := copied.run(sql); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
		compared++
	}
	made, err := copied.client.Introspect(t.Context(), []string{copied.name})
	if err != nil {
		t.Fatal(err)
	}
	for name, table := range made.Tables {
		for _, why := range diff.CompareTables(catalog.Tables[canon.Name{Database: w.name, Object: name.Object}], table, diff.Options{}) {
			t.Errorf("%s: %+v", name.Object, why)
		}
	}
	if compared < 120 || len(made.Tables) != compared {
		t.Errorf("%d tables compared, %d made", compared, len(made.Tables))
	}
}
