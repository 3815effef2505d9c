package lc

import (
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/chtype"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// conversion is a column that keeps its values and gets another type.
type conversion struct {
	review.ColumnEdit
	// from and to are the types in the server's spelling.
	from, to string
	// column is what the server calls the column now.
	column string
}

// conversions are the columns with stored values whose type changes, those among them
// that get another name at the same time.
func conversions(s *review.Subject) []conversion {
	var out []conversion
	for _, c := range s.Columns(diff.Update) {
		if from, to, differs := c.Differs("type"); differs && stored(c.ColumnChange.Before) && stored(c.ColumnChange.After) {
			out = append(out, conversion{c, from, to, c.Name()})
		}
	}
	for _, c := range renamed(s) {
		if c.Before.Type != c.After.Type && stored(c.ColumnChange.After) && c.Before.DefaultKind != "ALIAS" && c.Before.DefaultKind != "EPHEMERAL" {
			out = append(out, conversion{c, c.Before.Type, c.After.Type, c.RenameOf})
		}
	}
	return out
}

// renamed are the columns that are surely renamed, with Before as it is called now.
func renamed(s *review.Subject) []review.ColumnEdit {
	var out []review.ColumnEdit
	for _, c := range s.Columns(diff.Add) {
		if !c.RenameStated || c.Table.Before == nil || c.After == nil {
			continue
		}
		if c.Before = c.Table.Before.Column(c.RenameOf); c.Before != nil {
			out = append(out, c)
		}
	}
	return out
}

// stored reports whether a declared column has values of its own in the table.
func stored(c *inframap.Column) bool {
	return c != nil && (c.Alias == nil || *c.Alias == "") && c.Ephemeral == nil
}

// ask are the questions of the rule with this code: in how many rows a value would
// become another one.
func ask(s *review.Subject, code string) []probe.Question {
	var out []probe.Question
	for _, c := range spokenBy(s, code) {
		out = append(out, c.question(code, c.changes()))
	}
	return out
}

// spokenBy are the conversions that the rule with this code speaks of.
func spokenBy(s *review.Subject, code string) []conversion {
	return slices.DeleteFunc(conversions(s), func(c conversion) bool { return c.rule() != code })
}

// check finds the conversions of the rule with this code; text says one.
func check(s *review.Subject, code string, text func(c conversion, name string, count review.Count) string) []review.Hit {
	var out []review.Hit
	for _, c := range spokenBy(s, code) {
		h := hit(s, c.ColumnEdit, code)
		h.What = []string{c.from, c.to}
		h.Text = text(c, nameOf(s, c.ColumnEdit), h.Count)
		out = append(out, h)
	}
	return out
}

// question asks in how many rows a condition holds.
func (c conversion) question(code, where string) probe.Question {
	q := question(c.ColumnEdit, code, where)
	if q.Table.Object == "" {
		return q
	}
	q.Value = sqltext.Ident(c.column)
	q.Columns[len(q.Columns)-1] = c.column
	return q
}

// changes is the condition on a row whose value would become another one. A NULL that
// is no longer allowed is a matter of LC208.
func (c conversion) changes() string {
	to := c.to
	if chtype.Nullable(c.from) && !chtype.Nullable(to) {
		to = "Nullable(" + chtype.Unwrapped(to, "LowCardinality") + ")"
	}
	return changes(sqltext.Ident(c.column), c.from, to, 0)
}

// losesNull reports whether the column no longer takes NULL.
func (c conversion) losesNull() bool {
	return chtype.Nullable(argument(c.from)) && !chtype.Nullable(argument(c.to))
}

// argument is what a SimpleAggregateFunction is of, another type as it is.
func argument(t string) string {
	if kind, args := chtype.Parts(t); kind == "SimpleAggregateFunction" && len(args) == 2 {
		return args[1]
	}
	return t
}

// function is the function of a SimpleAggregateFunction, "" for another type.
func function(t string) string {
	if kind, args := chtype.Parts(t); kind == "SimpleAggregateFunction" && len(args) == 2 {
		return args[0]
	}
	return ""
}

// aggregates reports whether an engine puts the values of rows with one key together.
func aggregates(engine string) bool {
	return strings.HasSuffix(engine, "AggregatingMergeTree") || strings.HasSuffix(engine, "SummingMergeTree") || strings.HasSuffix(engine, "CoalescingMergeTree")
}
