package secretsql

import "github.com/moose-migrate/moose-migrate/pkg/inframap"

// Map returns the map without any credential: neither those that its Masked hides
// nor those in SQL. The argument is not changed.
func Map(m *inframap.Map) *inframap.Map { return SQL(m.Masked()) }

// SQL returns the map without the credentials that the SQL of views, materialized
// views, dictionaries and SQL resources spells out; the argument is not changed.
func SQL(m *inframap.Map) *inframap.Map {
	out := *m
	out.Views = each(m.Views, View)
	out.MaterializedViews = each(m.MaterializedViews, MaterializedView)
	out.SQLResources = Resources(m.SQLResources)
	out.Dictionaries = dictionaries(m.Dictionaries)
	return &out
}

// View returns a view without the credentials of its SQL; nil stays nil.
func View(v *inframap.View) *inframap.View {
	if v == nil {
		return nil
	}
	out := *v
	out.SelectSQL = Mask(v.SelectSQL)
	return &out
}

// MaterializedView returns a materialized view without the credentials of its SQL; nil stays nil.
func MaterializedView(v *inframap.MaterializedView) *inframap.MaterializedView {
	if v == nil {
		return nil
	}
	out := *v
	out.SelectSQL = Mask(v.SelectSQL)
	return &out
}

// Resource returns a SQL resource without the credentials of its statements; nil stays nil.
func Resource(r *inframap.SQLResource) *inframap.SQLResource {
	if r == nil {
		return nil
	}
	out := *r
	out.Setup, out.Teardown = Statements(r.Setup), Statements(r.Teardown)
	return &out
}

// Resources returns SQL resources without the credentials of their statements.
func Resources(in map[string]*inframap.SQLResource) map[string]*inframap.SQLResource {
	return each(in, Resource)
}

// Statements masks each statement; nil stays nil.
func Statements(in []string) []string {
	if in == nil {
		return nil
	}
	out := make([]string, len(in))
	for i, sql := range in {
		out[i] = Mask(sql)
	}
	return out
}

func each[T any](in map[string]*T, masked func(*T) *T) map[string]*T {
	if in == nil {
		return nil
	}
	out := make(map[string]*T, len(in))
	for k, v := range in {
		out[k] = masked(v)
	}
	return out
}

// OfMap lists every credential that a map holds in clear text, for redaction: those
// of its Secrets and those in SQL.
func OfMap(m *inframap.Map) []string {
	out := m.Secrets()
	for _, k := range inframap.Keys(m.Views) {
		out = append(out, Secrets(m.Views[k].SelectSQL)...)
	}
	for _, k := range inframap.Keys(m.MaterializedViews) {
		out = append(out, Secrets(m.MaterializedViews[k].SelectSQL)...)
	}
	out = append(out, dictionarySecrets(m)...)
	for _, k := range inframap.Keys(m.SQLResources) {
		for _, list := range [][]string{m.SQLResources[k].Setup, m.SQLResources[k].Teardown} {
			for _, sql := range list {
				out = append(out, Secrets(sql)...)
			}
		}
	}
	return out
}
