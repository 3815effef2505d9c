package review

import (
	"cmp"
	"maps"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// ViewEdit is a view, plain or materialized, of the project or of the server.
type ViewEdit struct {
	Name schema.Name
	// Before and After are the view in canonical form, nil where there is none.
	Before, After *schema.View
	// Change is what the plan does with it, nil for a view that it leaves.
	Change *diff.Change
	// Foreign is set when the server has the view, and the project does not know it.
	Foreign bool
}

// Stays reports whether the plan leaves the view as it is.
func (v ViewEdit) Stays() bool { return v.Change == nil && v.Before != nil && v.After != nil }

// Materialized reports whether the view writes into a table.
func (v ViewEdit) Materialized() bool {
	return v.Before != nil && v.Before.Materialized || v.After != nil && v.After.Materialized || v.Change != nil && v.Change.Kind == diff.MaterializedView
}

// Views are all views of both sides of the plan, and those of the server that name a
// table which the plan touches, as far as the server was asked. They are in order of
// their names, and not to be changed.
func (s *Subject) Views() []ViewEdit { return s.sides().views }

func (s *Subject) views() []ViewEdit {
	byName := map[schema.Name]*ViewEdit{}
	at := func(n schema.Name) *ViewEdit {
		if byName[n] == nil {
			byName[n] = &ViewEdit{Name: n}
		}
		return byName[n]
	}
	changes := map[diff.Kind]map[string]*diff.Change{diff.View: {}, diff.MaterializedView: {}}
	for kind, list := range changes {
		for _, c := range s.Changes(kind) {
			list[c.ID] = c
		}
	}
	held := map[string]bool{}
	for _, b := range s.Outcome.Result.Blocked {
		held[string(b.Change.Kind)+" "+b.Change.ID] = true
	}
	side := func(kind diff.Kind, before, after map[string]*schema.View) {
		for _, id := range inframap.Keys(before) {
			v := before[id]
			if v == nil {
				continue
			}
			e := at(v.Name)
			e.Before, e.Change = v, changes[kind][id]
			if held[string(kind)+" "+id] {
				e.After, e.Change = v, nil
			}
		}
		for _, id := range inframap.Keys(after) {
			if v := after[id]; v != nil && !held[string(kind)+" "+id] {
				e := at(v.Name)
				e.After, e.Change = v, changes[kind][id]
			}
		}
	}
	side(diff.View, s.Outcome.Before.Views, s.Outcome.After.Views)
	side(diff.MaterializedView, s.Outcome.Before.MaterializedViews, s.Outcome.After.MaterializedViews)
	if s.Facts != nil {
		for n, v := range s.Facts.Views.Value {
			if byName[n] == nil && !s.resource(n) {
				byName[n] = &ViewEdit{Name: n, Before: v, After: v, Foreign: true}
			}
		}
	}
	out := make([]ViewEdit, 0, len(byName))
	for _, e := range byName {
		out = append(out, *e)
	}
	slices.SortFunc(out, func(x, y ViewEdit) int {
		return cmp.Or(cmp.Compare(x.Name.Database, y.Name.Database), cmp.Compare(x.Name.Object, y.Name.Object))
	})
	return out
}

// resource reports whether SQL of the project that the plan runs names the object: what
// becomes of it then is not known.
func (s *Subject) resource(n schema.Name) bool {
	for _, op := range s.Outcome.Operations {
		raw, ok := op.(*plan.RawSQLOp)
		if !ok {
			continue
		}
		for _, statement := range raw.SQL {
			if slices.ContainsFunc(sqltext.Tokens(statement), func(t sqltext.Token) bool { return sqltext.Unquote(t.Text) == n.Object }) {
				return true
			}
		}
	}
	return false
}

// Reads are the tables and views that a view reads, in the order in which its text names
// them.
func (s *Subject) Reads(v *schema.View) []schema.Name {
	if v == nil {
		return nil
	}
	sides := s.sides()
	if _, ok := sides.reads[v]; !ok {
		sides.reads[v] = s.namesIn(v.Select)
	}
	return sides.reads[v]
}

func (s *Subject) namesIn(sql string) []schema.Name {
	return diff.Names(sql, s.Outcome.Desired.DefaultDatabase, s.sides().known)
}

// Trigger is the table whose inserts a materialized view sees: the one that its query
// reads first. It is false where that is none that is known.
func (s *Subject) Trigger(v *schema.View) (schema.Name, bool) {
	if v == nil {
		return schema.Name{}, false
	}
	sides := s.sides()
	if _, ok := sides.triggers[v]; !ok {
		names := s.namesIn(firstSource(v.Select))
		if len(names) == 0 {
			names = s.Reads(v)
		}
		names = append(names, schema.Name{})
		sides.triggers[v] = names[0]
	}
	n := sides.triggers[v]
	return n, n != schema.Name{}
}

// firstSource is the query from its first FROM outside of brackets on, of a subquery
// there its own; the whole where there is none.
func firstSource(sql string) string {
	for _, c := range sqltext.Clauses(sql, "FROM", "JOIN", "WHERE", "GROUP BY", "ORDER BY", "UNION ALL", "SETTINGS")[1:] {
		if c.Keyword != "FROM" {
			continue
		}
		tokens := sqltext.Tokens(c.Text)
		if len(tokens) > 0 && tokens[0].Kind == sqltext.Open {
			depth := 0
			for i, t := range tokens {
				switch t.Kind {
				case sqltext.Open:
					depth++
				case sqltext.Close:
					depth--
				}
				if depth == 0 {
					return firstSource(sqltext.Join(tokens[1:i]))
				}
			}
		}
		return "SELECT 1 FROM " + c.Text
	}
	return sql
}

// known are all objects that a text may name.
func (s *Subject) known() map[schema.Name]bool {
	known := maps.Clone(diff.KnownObjects(s.Outcome.Before, s.Outcome.After))
	if s.Facts != nil {
		for n := range s.Facts.Views.Value {
			known[n] = true
		}
	}
	return known
}

// ViewSource is where a view is declared that the plan changes, see [Subject.Source].
func (s *Subject) ViewSource(v ViewEdit) inframap.Source {
	if v.Change == nil {
		return inframap.Source{}
	}
	return s.Source(v.Change)
}
