package ds

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/chtype"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var ds103 = &review.Rule{
	Code: "DS103", Name: "drop column", Severity: finding.Block, Proof: true,
	Detects: "A column with stored values goes, or becomes an ALIAS that is computed when it is read. A column that is renamed is none of this; one that looks like the old name of a new column is LC223. Values that are all the default of the type, such as 0 or an empty text, count as none.",
	Happens: "The files of the column are removed from every part. Nothing brings them back: UNDROP is for tables only. ClickHouse refuses it for a column that a key, a materialized view or a default needs; a plain view is not protected, and fails when it is read.",
	Remedy:  "keep the column in the code until nothing reads it; a dropped column does not come back",
	Demo: review.Demo{
		{Say: "ten users, three of them with a note", SQL: "CREATE TABLE users (id UInt8, note String) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO users SELECT number, if(number < 3, 'call back', '') FROM numbers(10)"},
		{SQL: "CREATE VIEW notes AS SELECT id, note FROM users WHERE note != ''"},
		{SQL: "SELECT count() FROM notes", Want: "3"},
		{Say: "the column is dropped, and the server accepts it", SQL: "ALTER TABLE users DROP COLUMN note"},
		{Say: "the view is broken", SQL: "SELECT count() FROM notes", Fails: 47},
		{Say: "adding the column again brings no value back", SQL: "ALTER TABLE users ADD COLUMN note String"},
		{SQL: "SELECT count() FROM notes", Want: "0"},
	},
	Ask: func(s *review.Subject) []probe.Question {
		var out []probe.Question
		for _, c := range forgotten(s) {
			if c.Before == nil || c.Table.Before == nil {
				continue
			}
			key, columns := review.KeyOf(c.Table.Before)
			name := c.ColumnChange.Before.Name
			out = append(out, probe.Question{
				ID: dropID(c), Table: c.Table.Before.Name, Where: holdsValue(name, c.Before.Type),
				Value: sqltext.Ident(name), Key: key, Columns: append(columns, name),
			})
		}
		return out
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, c := range forgotten(s) {
			name := c.ColumnChange.Before.Name
			count := s.Count(dropID(c), c.Table.Before)
			if t := c.Table.Before; c.Action == diff.Update && (t == nil || t.Rows == nil || *t.Rows > 0) {
				count.None = false // the expression gives other values in their place
			}
			h := review.Hit{Object: s.Object(c.Table, name), Source: s.Source(c.Table.Change), Count: count}
			h.Text = fmt.Sprintf("column %s of table %s is %s%s%s", name, s.Label(c.Table), gone(c), values(c, count), newName(c))
			h.Evidence = append(readers(s, c.Table, name), views(s, c.Table, name)...)
			out = append(out, h)
		}
		return out
	},
}

// guessed reports whether a new column looks like the new name of one that goes; rule
// LC223 asks about it.
func guessed(c review.ColumnEdit) bool {
	return slices.ContainsFunc(c.Table.Table.Columns, func(o diff.ColumnChange) bool {
		return o.Action == diff.Add && !o.RenameStated && o.RenameOf == c.ColumnChange.Before.Name
	})
}

// forgotten are the columns whose stored values go.
func forgotten(s *review.Subject) []review.ColumnEdit {
	var out []review.ColumnEdit
	for _, c := range s.Columns(diff.Remove, diff.Update) {
		b, a := c.ColumnChange.Before, c.ColumnChange.After
		stored := b != nil && b.Alias == nil && b.Ephemeral == nil
		becomesAlias := c.Action == diff.Update && a != nil && a.Alias != nil && *a.Alias != ""
		if stored && c.RenamedTo == "" && !guessed(c) && (c.Action == diff.Remove || becomesAlias) {
			out = append(out, c)
		}
	}
	return out
}

func dropID(c review.ColumnEdit) string {
	if c.Table.Before == nil {
		return ""
	}
	return "DS103 " + c.Table.Before.Name.String() + "." + c.ColumnChange.Before.Name
}

// holdsValue is the condition that a row has a value other than the default of the type.
func holdsValue(column, typ string) string {
	name := sqltext.Ident(column)
	if chtype.Nullable(typ) || strings.HasPrefix(typ, "Variant(") || strings.HasPrefix(typ, "Dynamic") {
		return "isNotNull(" + name + ")"
	}
	// A comparison with NULL inside of a tuple is NULL; that counts as a value.
	return "ifNull(" + name + " != defaultValueOfArgumentType(" + name + "), 1)"
}

func gone(c review.ColumnEdit) string {
	if c.Action == diff.Update {
		return "computed from now on, and its stored values are dropped"
	}
	return "dropped"
}

// values says how many rows have one.
func values(e review.ColumnEdit, c review.Count) string {
	switch {
	case c.Stake != nil && c.Stake.Rows != nil && *c.Stake.Rows == 0 && c.Text == emptyTable:
		return "; " + c.Text
	case c.None:
		return "; it has a value in " + c.Text
	case strings.HasPrefix(c.Text, "how many") && e.Table.Before != nil && e.Table.Before.Rows != nil:
		return fmt.Sprintf(" with its values; the table holds %s, and in %s", report.RowsText(*e.Table.Before.Rows), c.Text)
	case strings.HasPrefix(c.Text, "how many"):
		return " with its values; in " + c.Text
	}
	return " with its values in " + c.Text
}

// emptyTable is what [review.Subject.Count] says of a table without rows.
const emptyTable = "the table holds no rows now"

// newName says which new column may be the old one.
func newName(c review.ColumnEdit) string {
	for _, other := range c.Table.Table.Columns {
		if other.Action == diff.Add && other.After != nil && other.RenameOf == c.ColumnChange.Before.Name {
			return fmt.Sprintf("; column %s looks like its new name", other.After.Name)
		}
	}
	return ""
}
