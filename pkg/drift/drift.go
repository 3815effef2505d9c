// Package drift compares what the last migration recorded with what the server
// holds now, and makes the map that a plan starts from out of both.
package drift

import (
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/reverse"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Status is how the reconciled map came to be.
type Status struct {
	// Side is the map that a plan starts from, with the server's canonical tables.
	Side diff.Side
	// Drift is what was changed behind the tool's back: recorded → actual.
	Drift []diff.Change
	// Ignored are differences that the project's rules leave out: recorded → actual.
	Ignored []diff.Change
	// Adopted are tables, views and other objects that the code declares and the server has, but that were never recorded.
	Adopted []schema.Name
	// Unmanaged are tables, views and dictionaries of the configured databases that neither the record nor the code knows.
	Unmanaged []schema.Name
	// Clashes say what a SQL resource would make and the server has otherwise, though
	// no migration made it: it could hold rows, and is not dropped.
	Clashes []string
}

// Internal reports whether a table belongs to the tool itself (names that start
// with _moose, in any case, as Moose has it).
func Internal(n schema.Name) bool { return strings.HasPrefix(strings.ToLower(n.Object), "_moose") }

// Reconcile builds the before-map: the recorded objects that still exist, as the
// server has them, and the declared ones that exist without a record. A recorded
// object that agrees with the server keeps its recorded spelling.
func Reconcile(recorded *inframap.Map, recordedCanon *clickhouse.Declared, desired *inframap.Map, catalog *schema.Catalog, o diff.Options) *Status {
	before := *recorded
	before.DefaultDatabase = desired.DefaultDatabase
	st := &Status{Side: diff.Side{
		Map: &before, Tables: map[string]*schema.Table{}, Views: map[string]*schema.View{}, MaterializedViews: map[string]*schema.View{}, Known: names(catalog),
	}}
	r := &reconciler{st: st, desired: desired, catalog: catalog, options: o, known: map[schema.Name]bool{}}
	r.tables(recorded, recordedCanon)
	r.views(recorded, recordedCanon)
	r.adoptTables()
	r.adoptViews()
	for n := range st.Side.Known {
		r.unmanaged(n)
	}
	diff.SortNames(st.Unmanaged)
	diff.SortNames(st.Adopted)
	return st
}

// names are all tables, views and dictionaries that the server has.
func names(catalog *schema.Catalog) map[schema.Name]bool {
	out := make(map[schema.Name]bool, len(catalog.Tables)+len(catalog.Views))
	for n := range catalog.Tables {
		out[n] = true
	}
	for n := range catalog.Views {
		out[n] = true
	}
	for n := range catalog.Dictionaries {
		out[n] = true
	}
	return out
}

type reconciler struct {
	st      *Status
	desired *inframap.Map
	catalog *schema.Catalog
	options diff.Options
	known   map[schema.Name]bool
}

func (r *reconciler) unmanaged(n schema.Name) {
	if !r.known[n] && !Internal(n) {
		r.st.Unmanaged = append(r.st.Unmanaged, n)
	}
}

func (r *reconciler) tables(recorded *inframap.Map, canon *clickhouse.Declared) {
	r.st.Side.Map.Tables = map[string]*inframap.Table{}
	for _, id := range inframap.Keys(recorded.Tables) {
		t, was := recorded.Tables[id], canon.Tables[id]
		actual := r.catalog.Tables[was.Name]
		r.known[was.Name] = true
		if actual == nil {
			if !r.options.IgnoresObject(was.Name) {
				r.st.Drift = append(r.st.Drift, diff.Change{
					Kind: diff.Table, Action: diff.Remove, ID: id, Name: t.Name, Object: was.Name,
					Table: &diff.TableChange{Before: t},
				})
			}
			continue
		}
		r.st.Side.Tables[id] = actual
		r.st.Side.Map.Tables[id] = t
		why := diff.CompareTables(was, actual, r.options)
		if undeclared := diff.Undeclared(actual, r.options); len(why)+len(undeclared) > 0 {
			r.st.Drift = append(r.st.Drift, diff.Change{
				Kind: diff.Table, Action: diff.Update, ID: id, Name: t.Name, Object: was.Name, Why: append(why, undeclared...),
				Table: &diff.TableChange{Before: t, Actual: actual},
			})
		}
		all := diff.CompareTables(was, actual, diff.Options{})
		r.ignored(id, t, was.Name, append(all, diff.Undeclared(actual, diff.Options{})...), append(why, diff.Undeclared(actual, r.options)...))
		if len(all) > 0 {
			r.st.Side.Map.Tables[id] = reverse.Table(actual, r.desired.DefaultDatabase, t)
		}
	}
}

// ignored notes the differences of a table that are not told.
func (r *reconciler) ignored(id string, t *inframap.Table, name schema.Name, all, told []diff.Attribute) {
	left := slices.DeleteFunc(all, func(a diff.Attribute) bool { return slices.Contains(told, a) })
	if len(left) > 0 {
		r.st.Ignored = append(r.st.Ignored, diff.Change{Kind: diff.Table, Action: diff.Update, ID: id, Name: t.Name, Object: name, Why: left})
	}
}

func (r *reconciler) views(recorded *inframap.Map, canon *clickhouse.Declared) {
	r.st.Side.Map.Views, r.st.Side.Map.MaterializedViews = map[string]*inframap.View{}, map[string]*inframap.MaterializedView{}
	objects := diff.KnownObjects(r.st.Side, diff.Side{Tables: canon.Tables, Views: canon.Views, MaterializedViews: canon.MaterializedViews})
	db := r.desired.DefaultDatabase
	for _, name := range inframap.Keys(recorded.Views) {
		was := canon.Views[name]
		r.known[was.Name] = true
		actual, drifted := r.viewDrift(diff.View, name, was, objects, db)
		if actual == nil {
			continue
		}
		r.st.Side.Views[name], r.st.Side.Map.Views[name] = actual, recorded.Views[name]
		if drifted {
			v := *recorded.Views[name]
			v.SelectSQL = actual.Select
			r.st.Side.Map.Views[name] = &v
		}
	}
	for _, name := range inframap.Keys(recorded.MaterializedViews) {
		was := canon.MaterializedViews[name]
		r.known[was.Name] = true
		actual, drifted := r.viewDrift(diff.MaterializedView, name, was, objects, db)
		if actual == nil {
			continue
		}
		r.st.Side.MaterializedViews[name], r.st.Side.Map.MaterializedViews[name] = actual, recorded.MaterializedViews[name]
		if drifted {
			v := *recorded.MaterializedViews[name]
			now := reverse.MaterializedView(actual, db)
			v.SelectSQL, v.TargetTable, v.TargetDatabase = now.SelectSQL, now.TargetTable, now.TargetDatabase
			r.st.Side.Map.MaterializedViews[name] = &v
		}
	}
}

func (r *reconciler) viewDrift(kind diff.Kind, name string, was *schema.View, objects map[schema.Name]bool, db string) (actual *schema.View, drifted bool) {
	actual = r.catalog.Views[was.Name]
	switch {
	case r.options.IgnoresObject(was.Name):
		return actual, false
	case actual == nil:
		r.st.Drift = append(r.st.Drift, diff.Change{Kind: kind, Action: diff.Remove, ID: name, Name: name, Object: was.Name})
		return nil, true
	}
	why := diff.CompareViews(was, actual, db, objects)
	if undeclared := diff.UndeclaredView(actual, r.options); len(why)+len(undeclared) > 0 {
		r.st.Drift = append(r.st.Drift, diff.Change{Kind: kind, Action: diff.Update, ID: name, Name: name, Object: was.Name, Why: append(why, undeclared...)})
	}
	return actual, len(why) > 0
}

func (r *reconciler) adoptTables() {
	have := map[schema.Name]bool{}
	for _, t := range r.st.Side.Tables {
		have[t.Name] = true
	}
	for _, id := range inframap.Keys(r.desired.Tables) {
		t := r.desired.Tables[id]
		name := schema.Name{Database: t.DatabaseOr(r.desired.DefaultDatabase), Object: t.Name}
		actual := r.catalog.Tables[name]
		r.known[name] = true
		if have[name] || actual == nil {
			continue
		}
		r.st.Adopted = append(r.st.Adopted, name)
		adopted := reverse.Table(actual, r.desired.DefaultDatabase, nil)
		adopted.Version = t.Version
		adopted.Database = t.Database
		r.st.Side.Map.Tables[id], r.st.Side.Tables[id] = adopted, actual
	}
}

func (r *reconciler) adoptViews() {
	for _, key := range inframap.Keys(r.desired.Views) {
		v := r.desired.Views[key]
		name := schema.Name{Database: v.DatabaseOr(r.desired.DefaultDatabase), Object: v.Name}
		r.known[name] = true
		actual := r.catalog.Views[name]
		if r.st.Side.Views[key] == nil && actual != nil && !actual.Materialized {
			r.st.Adopted = append(r.st.Adopted, name)
			r.st.Side.Map.Views[key], r.st.Side.Views[key] = reverse.View(actual, r.desired.DefaultDatabase), actual
		}
	}
	for _, key := range inframap.Keys(r.desired.MaterializedViews) {
		v := r.desired.MaterializedViews[key]
		name := schema.Name{Database: v.DatabaseOr(r.desired.DefaultDatabase), Object: v.Name}
		r.known[name] = true
		actual := r.catalog.Views[name]
		if r.st.Side.MaterializedViews[key] == nil && actual != nil && actual.Materialized {
			r.st.Adopted = append(r.st.Adopted, name)
			r.st.Side.Map.MaterializedViews[key], r.st.Side.MaterializedViews[key] = reverse.MaterializedView(actual, r.desired.DefaultDatabase), actual
		}
	}
}
