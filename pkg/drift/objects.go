package drift

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Both are the maps of a plan with their canonical forms.
type Both struct {
	Recorded, Desired         *inframap.Map
	RecordedForm, DesiredForm *clickhouse.Declared
}

// ReconcileObjects does for dictionaries, row policies and SQL resources what
// Reconcile does for tables and views. Call it once, after Reconcile.
func ReconcileObjects(st *Status, in Both, catalog *schema.Catalog, o diff.Options) {
	r := &objects{st: st, in: in, catalog: catalog, options: o, owned: map[schema.Name]bool{}}
	r.dictionaries()
	r.policies()
	r.resources()
	st.Unmanaged = slices.DeleteFunc(st.Unmanaged, func(n schema.Name) bool { return r.owned[n] })
	diff.SortNames(st.Adopted)
}

type objects struct {
	st      *Status
	in      Both
	catalog *schema.Catalog
	options diff.Options
	// owned are the objects that the record or the code knows.
	owned map[schema.Name]bool
}

func (r *objects) drifted(c diff.Change) { r.st.Drift = append(r.st.Drift, c) }

func (r *objects) dictionaries() {
	side := &r.st.Side
	side.Dictionaries, side.Map.Dictionaries = map[string]*schema.Dictionary{}, map[string]jsontext.Value{}
	have := map[schema.Name]bool{}
	for _, id := range inframap.Keys(r.in.RecordedForm.Dictionaries) {
		was := r.in.RecordedForm.Dictionaries[id]
		r.owned[was.Name], have[was.Name] = true, true
		raw := r.in.Recorded.Dictionaries[id]
		actual := r.catalog.Dictionaries[was.Name]
		if actual == nil {
			r.drifted(diff.Change{Kind: diff.Dictionary, Action: diff.Remove, ID: id, Name: was.Name.Object, Object: was.Name})
			continue
		}
		if why := diff.CompareDictionaries(was, actual); len(why) > 0 {
			r.drifted(diff.Change{Kind: diff.Dictionary, Action: diff.Update, ID: id, Name: was.Name.Object, Object: was.Name, Why: why})
			raw = asFound(id, raw, actual)
		}
		side.Dictionaries[id], side.Map.Dictionaries[id] = actual, raw
	}
	for _, id := range inframap.Keys(r.in.DesiredForm.Dictionaries) {
		want := r.in.DesiredForm.Dictionaries[id]
		r.owned[want.Name] = true
		actual := r.catalog.Dictionaries[want.Name]
		if have[want.Name] || actual == nil {
			continue
		}
		raw := r.in.Desired.Dictionaries[id]
		if len(diff.CompareDictionaries(actual, want)) > 0 {
			raw = asFound(id, raw, actual)
		}
		r.st.Adopted = append(r.st.Adopted, want.Name)
		side.Dictionaries[id], side.Map.Dictionaries[id] = actual, raw
	}
}

// asFound is a dictionary of a map that says what the server has.
func asFound(id string, raw jsontext.Value, actual *schema.Dictionary) jsontext.Value {
	d, err := inframap.DecodeDictionary(id, raw)
	if err != nil {
		return raw
	}
	d.Definition = &actual.Definition
	found, err := d.Raw()
	if err != nil {
		return raw
	}
	return found
}

// policies takes the policies that the server has for those that were recorded or
// are declared. Policies that may not be seen are not asked for.
func (r *objects) policies() {
	side := &r.st.Side
	side.RowPolicies, side.Map.RowPolicies = map[string][]schema.RowPolicy{}, map[string]jsontext.Value{}
	for _, name := range inframap.Keys(r.in.RecordedForm.RowPolicies) {
		was := r.in.RecordedForm.RowPolicies[name]
		actual := r.foundPolicies(was)
		if why := diff.CompareRowPolicies(was, actual); len(why) > 0 {
			action := diff.Update
			if len(actual) == 0 {
				action = diff.Remove
			}
			r.drifted(diff.Change{Kind: diff.RowPolicy, Action: action, ID: name, Name: name, Why: why})
		}
		if len(actual) > 0 {
			side.RowPolicies[name], side.Map.RowPolicies[name] = actual, r.in.Recorded.RowPolicies[name]
		}
	}
	for _, name := range inframap.Keys(r.in.DesiredForm.RowPolicies) {
		if _, ok := r.in.RecordedForm.RowPolicies[name]; ok {
			continue
		}
		if actual := r.foundPolicies(r.in.DesiredForm.RowPolicies[name]); len(actual) > 0 {
			for _, p := range actual {
				r.st.Adopted = append(r.st.Adopted, schema.Name{Database: p.Table.Database, Object: p.Short})
			}
			side.RowPolicies[name], side.Map.RowPolicies[name] = actual, r.in.Desired.RowPolicies[name]
		}
	}
}

// foundPolicies are the policies of the server that have the names and tables of these.
func (r *objects) foundPolicies(like []schema.RowPolicy) []schema.RowPolicy {
	var out []schema.RowPolicy
	for _, p := range like {
		for _, actual := range r.catalog.RowPolicies {
			if actual.Short == p.Short && actual.Table == p.Table {
				out = append(out, actual)
			}
		}
	}
	return out
}
