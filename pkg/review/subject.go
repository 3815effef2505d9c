package review

import (
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Subject is what a review looks at. Rules only read it.
type Subject struct {
	Outcome *planner.Outcome
	Report  *report.Report
	// Facts are what the servers answered, nil before they were asked or when none was.
	Facts *probe.Facts
	// Sources are the places where the objects of the desired map are declared.
	Sources inframap.Sources
	// Outside are the servers beside ClickHouse that can be asked.
	Outside probe.Outside
	// Now is the time of the review.
	Now time.Time
	// Process is what is known beside maps and servers, nil when nobody has looked.
	Process *Process

	// seen is what was worked out once, see [Subject.sides].
	seen *sides
}

// TableEdit is a table that the plan adds, changes, recreates or removes.
type TableEdit struct {
	*diff.Change
	// Before and After are the table in canonical form, nil where there is none. Before is
	// as the server has it, with its number of rows.
	Before, After *schema.Table
}

// ColumnEdit is a column of a table that is changed in place.
type ColumnEdit struct {
	Table TableEdit
	*diff.ColumnChange
	// Before and After are the column in canonical form, nil where there is none.
	Before, After *schema.Column
}

// Tables are the edits of tables with one of the actions, all when none is given.
func (s *Subject) Tables(actions ...diff.Action) []TableEdit {
	var out []TableEdit
	for i := range s.Outcome.Result.Changes {
		c := &s.Outcome.Result.Changes[i]
		if c.Kind != diff.Table || c.Table == nil || !wanted(c.Action, actions) {
			continue
		}
		e := TableEdit{Change: c, Before: c.Table.Actual}
		if t := c.Table.After; t != nil {
			e.After = s.Outcome.After.Tables[c.ID]
		}
		out = append(out, e)
	}
	return out
}

// Changes are the changes of one kind with one of the actions, all when none is given.
func (s *Subject) Changes(kind diff.Kind, actions ...diff.Action) []*diff.Change {
	var out []*diff.Change
	for i := range s.Outcome.Result.Changes {
		if c := &s.Outcome.Result.Changes[i]; c.Kind == kind && wanted(c.Action, actions) {
			out = append(out, c)
		}
	}
	return out
}

func wanted(a diff.Action, list []diff.Action) bool {
	for _, w := range list {
		if a == w {
			return true
		}
	}
	return len(list) == 0
}

// Columns are the edits of columns of tables that are changed in place, with one of the
// actions, all when none is given. A renamed column is two edits, see
// [diff.ColumnChange]. Tables that keep no rows of their own are left out.
func (s *Subject) Columns(actions ...diff.Action) []ColumnEdit {
	var out []ColumnEdit
	for _, t := range s.Tables(diff.Update) {
		if t.Table.Before == nil || !report.HoldsRows(t.Engine()) {
			continue
		}
		for i := range t.Table.Columns {
			c := &t.Table.Columns[i]
			if !wanted(c.Action, actions) {
				continue
			}
			e := ColumnEdit{Table: t, ColumnChange: c}
			if c.Before != nil && t.Before != nil {
				e.Before = t.Before.Column(c.Before.Name)
			}
			if c.After != nil && t.After != nil {
				e.After = t.After.Column(c.After.Name)
			}
			out = append(out, e)
		}
	}
	return out
}

// Differs gives both values of an attribute of the column ("type", "default", "TTL",
// "codec", "comment"), false when it stays.
func (c ColumnEdit) Differs(attribute string) (before, after string, differs bool) {
	return attributeOf(c.Why, attribute)
}

// Name is the column's name, the old one of a column that goes.
func (c ColumnEdit) Name() string {
	if c.ColumnChange.After != nil {
		return c.ColumnChange.After.Name
	}
	return c.ColumnChange.Before.Name
}

// Differs gives both values of an attribute of the table ("order by", "TTL", "engine"),
// false when it stays.
func (t TableEdit) Differs(attribute string) (before, after string, differs bool) {
	return attributeOf(t.Why, attribute)
}

func attributeOf(list []diff.Attribute, name string) (before, after string, differs bool) {
	for _, a := range list {
		if a.Name == name {
			return a.Before, a.After, true
		}
	}
	return "", "", false
}

// Engine is the name of the engine that the table has, without arguments; empty for a
// table that is added.
func (t TableEdit) Engine() string {
	if t.Before != nil {
		return t.Before.Engine.Name
	}
	if t.Table.Before == nil {
		return ""
	}
	name, _, _ := strings.Cut(t.Table.Before.Engine.Name, "(")
	return name
}

// Object is the name by which people know the table, or a part of it.
func (s *Subject) Object(t TableEdit, part ...string) string {
	n := s.Name(t)
	return strings.Join(append([]string{n.Database, n.Object}, part...), ".")
}

// Name is the table's name: the one that the server has, of a new table the declared one.
func (s *Subject) Name(t TableEdit) schema.Name {
	declared := t.Table.Before
	if declared == nil {
		declared = t.Table.After
	}
	return schema.Name{Database: declared.DatabaseOr(s.Outcome.Desired.DefaultDatabase), Object: declared.Name}
}

// Source is where a changed object is declared.
func (s *Subject) Source(c *diff.Change) inframap.Source {
	if s.Report == nil {
		return inframap.Source{}
	}
	for i := range s.Report.Changes {
		if r := &s.Report.Changes[i]; r.Kind == c.Kind && r.ID == c.ID {
			return r.Source
		}
	}
	return inframap.Source{}
}

// KeyOf are the SQL expression and the columns that identify a row of a table: its
// sorting key. Both are empty for a table without one, or with expressions in it.
func KeyOf(t *schema.Table) (expr string, columns []string) {
	if t == nil {
		return "", nil
	}
	var quoted []string
	for _, e := range t.OrderBy {
		name := sqltext.Unquote(e)
		if t.Column(name) == nil {
			return "", nil
		}
		quoted, columns = append(quoted, sqltext.Ident(name)), append(columns, name)
	}
	switch len(quoted) {
	case 0:
		return "", nil
	case 1:
		return quoted[0], columns
	}
	return "(" + strings.Join(quoted, ", ") + ")", columns
}

// Label is the table's name in a sentence, without the default database.
func (s *Subject) Label(t TableEdit) string {
	n := s.Name(t)
	if n.Database == s.Outcome.Desired.DefaultDatabase {
		return n.Object
	}
	return n.String()
}
