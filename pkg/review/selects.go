package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// ColumnsBefore are the columns that the query of a view has now, ColumnsAfter those that
// it will have when the plan has run: the server was asked for both, see [Subject.Affected].
func (s *Subject) ColumnsBefore(v ViewEdit) probe.Columns {
	return s.Facts.Select("before " + v.Name.String())
}

// ColumnsAfter is as [Subject.ColumnsBefore].
func (s *Subject) ColumnsAfter(v ViewEdit) probe.Columns {
	return s.Facts.Select("after " + v.Name.String())
}

// Affected are the views that the plan makes or changes, or that read or fill a table
// which it changes. Those that it removes are not among them.
func (s *Subject) Affected() []ViewEdit {
	touched := map[schema.Name]bool{}
	for _, t := range s.Tables() {
		if t.Before != nil {
			touched[t.Before.Name] = true
		}
		if t.After != nil {
			touched[t.After.Name] = true
		}
	}
	views := slices.DeleteFunc(slices.Clone(s.Views()), func(v ViewEdit) bool { return v.After == nil })
	var out []ViewEdit
	// A view may read a view that is affected.
	for again := true; again; {
		again = false
		for _, v := range views {
			if touched[v.Name] || v.Change == nil && !slices.ContainsFunc(slices.Concat(s.Reads(v.After), s.fills(v.After)), func(n schema.Name) bool { return touched[n] }) {
				continue
			}
			touched[v.Name], again = true, true
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(x, y ViewEdit) int { return strings.Compare(x.Name.String(), y.Name.String()) })
	return out
}

// fills is the table into which a view writes, if it does.
func (s *Subject) fills(v *schema.View) []schema.Name {
	if v == nil || !v.Materialized || v.Inner {
		return nil
	}
	return []schema.Name{v.Target}
}

// selects are the queries of the affected views as they are, and as they will be.
func (s *Subject) selects(f *probe.Facts) []probe.Select {
	asked := *s
	asked.Facts = f
	var out []probe.Select
	after := asked.schemaAfter()
	for _, v := range asked.Affected() {
		if v.Before != nil {
			out = append(out, probe.Select{ID: "before " + v.Name.String(), SQL: v.Before.Select})
		}
		if sql, ok := after.query(v.After, 0); ok {
			out = append(out, probe.Select{ID: "after " + v.Name.String(), SQL: sql})
		}
	}
	return out
}

// casts are the conversions from what the queries of materialized views will give to
// what their targets will hold.
func (s *Subject) casts(f *probe.Facts) []clickhouse.Conversion {
	asked := *s
	asked.Facts = f
	seen := map[clickhouse.Conversion]bool{}
	var out []clickhouse.Conversion
	tables := asked.TablesAfter()
	for _, v := range asked.Affected() {
		target := tables[v.After.Target]
		if !v.After.Materialized || target == nil {
			continue
		}
		for _, c := range asked.ColumnsAfter(v).List {
			column := target.Column(c.Name)
			if column == nil || column.Type == c.Type {
				continue
			}
			if k := (clickhouse.Conversion{From: c.Type, To: column.Type}); !seen[k] {
				seen[k] = true
				out = append(out, k)
			}
		}
	}
	return out
}

// schemaAfter is what a query will find when the plan has run.
type schemaAfter struct {
	subject *Subject
	tables  map[schema.Name]*schema.Table
	before  map[schema.Name]*schema.Table
	views   map[schema.Name]ViewEdit
}

func (s *Subject) schemaAfter() schemaAfter {
	out := schemaAfter{subject: s, tables: s.TablesAfter(), before: s.TablesBefore(), views: map[schema.Name]ViewEdit{}}
	for _, v := range s.Affected() {
		out.views[v.Name] = v
	}
	return out
}

// deepest is how many views may read one another in a question.
const deepest = 8

// query is the query of a view on the tables as they will be: each that differs from
// what the server has stands before it as a query of its columns' types. It is false
// where something that it reads is gone.
func (a schemaAfter) query(v *schema.View, depth int) (string, bool) {
	var with []string
	names := map[schema.Name]string{}
	taken := map[string]bool{}
	for _, n := range a.subject.Reads(v) {
		body, changed, ok := a.source(n, v.Select, depth)
		if !ok {
			return "", false
		}
		if !changed {
			continue
		}
		names[n] = n.Object
		if taken[n.Object] {
			names[n] = n.String()
		}
		taken[names[n]] = true
		with = append(with, sqltext.Ident(names[n])+" AS ("+body+")")
	}
	if len(with) == 0 {
		return v.Select, true
	}
	return "WITH " + strings.Join(with, ", ") + " SELECT * FROM (" + renamedSources(v.Select, names) + "\n)", true
}

// source is what a name will mean as a query; changed is false where the server has it
// already as it will be, ok where it will be gone.
func (a schemaAfter) source(n schema.Name, reader string, depth int) (body string, changed, ok bool) {
	if v, affected := a.views[n]; affected && !v.After.Materialized {
		if depth > deepest {
			return "", false, true
		}
		body, ok = a.query(v.After, depth+1)
		return body, true, ok
	}
	before, after := a.before[n], a.tables[n]
	switch {
	case before != nil && after == nil:
		return "", false, false
	case after == nil:
		return "", false, true
	case before != nil && slices.EqualFunc(before.Columns, after.Columns, func(x, y schema.Column) bool {
		return x.Name == y.Name && x.Type == y.Type && x.DefaultKind == y.DefaultKind
	}):
		return "", false, true
	}
	named := map[string]bool{}
	for _, t := range sqltext.Tokens(reader) {
		named[sqltext.Unquote(t.Text)] = true
	}
	var columns []string
	for _, c := range after.Columns {
		switch c.DefaultKind {
		case "EPHEMERAL":
			continue
		case "MATERIALIZED", "ALIAS":
			// SELECT * does not show it.
			if !named[c.Name] {
				continue
			}
		}
		columns = append(columns, fmt.Sprintf("materialize(defaultValueOfTypeName(%s)) AS %s", sqltext.String(c.Type), sqltext.Ident(c.Name)))
	}
	return "SELECT " + strings.Join(columns, ", "), len(columns) > 0, true
}

// renamedSources replaces the full names of sources by those of the queries that stand
// for them.
func renamedSources(sql string, names map[schema.Name]string) string {
	tokens := sqltext.Tokens(sql)
	var out []sqltext.Token
	for i := 0; i < len(tokens); i++ {
		if i+2 < len(tokens) && tokens[i+1].Text == "." && (i == 0 || tokens[i-1].Text != ".") {
			n := schema.Name{Database: sqltext.Unquote(tokens[i].Text), Object: sqltext.Unquote(tokens[i+2].Text)}
			if name, ok := names[n]; ok {
				out = append(out, sqltext.Token{Kind: sqltext.QuotedName, Text: sqltext.Ident(name)})
				i += 2
				continue
			}
		}
		out = append(out, tokens[i])
	}
	return sqltext.Join(out)
}

// Replaced is the view that the plan makes in the place of one that it removes: it
// sees the same table and writes into the same target. It is false where there is none.
func (s *Subject) Replaced(v ViewEdit) (ViewEdit, bool) {
	sides := s.sides()
	if sides.replaced == nil {
		sides.replaced = s.replacements()
	}
	by, ok := sides.replaced[v.Name]
	return by, ok
}

// Replaces reports whether a new view takes the place of one that goes.
func (s *Subject) Replaces(v ViewEdit) bool {
	if v.Before != nil || v.After == nil {
		return false
	}
	s.Replaced(v)
	for _, by := range s.seen.replaced {
		if by.Name == v.Name {
			return true
		}
	}
	return false
}

// replacements are the new views by the names of those that go.
func (s *Subject) replacements() map[schema.Name]ViewEdit {
	type way struct{ from, target schema.Name }
	made := map[way]ViewEdit{}
	for _, v := range s.Views() {
		if v.Before != nil || v.After == nil || v.Change == nil || v.Change.Action != diff.Add {
			continue
		}
		if from, ok := s.Trigger(v.After); ok && v.After.Materialized {
			made[way{from, v.After.Target}] = v
		}
	}
	out := map[schema.Name]ViewEdit{}
	for _, v := range s.Views() {
		if v.Before == nil || v.After != nil || !v.Before.Materialized {
			continue
		}
		if from, ok := s.Trigger(v.Before); ok {
			if by, ok := made[way{from, v.Before.Target}]; ok {
				out[v.Name] = by
			}
		}
	}
	return out
}
