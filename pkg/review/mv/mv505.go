package mv

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/chtype"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mv505 = &review.Rule{
	Code: "MV505", Name: "target does not take what the view gives", Severity: finding.Block,
	Detects: "What a materialized view gives for a column can no longer be converted to the column's type in the target. It warns where the type that a staying view gives changes, with the table that it reads, to one that the target's column does not hold in full. What happens to the rows that are there already is for the rules of the family LC.",
	Happens: "The insert into the table that the view reads fails, and its rows are stored there all the same: whoever tries again stores them twice, and the target gets none. A value that does not fit is cut or becomes another one without a word.",
	Remedy:  "give the column of the target the type that the query gives, or cast in the query",
	Demo: review.Demo{
		{Say: "a view copies a number", SQL: "CREATE TABLE sales (id UInt8, code Int32) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE TABLE seen (id UInt8, code Int32) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE MATERIALIZED VIEW watch TO seen AS SELECT id, code FROM sales"},
		{Say: "the target wants a UUID instead", SQL: "ALTER TABLE seen DROP COLUMN code"},
		{SQL: "ALTER TABLE seen ADD COLUMN code UUID"},
		{Say: "the insert fails", SQL: "INSERT INTO sales VALUES (1, 42)", Fails: 48},
		{Say: "and so does the next attempt", SQL: "INSERT INTO sales VALUES (1, 42)", Fails: 48},
		{Say: "but both have stored the row", SQL: "SELECT count() FROM sales", Want: "2"},
		{SQL: "SELECT count() FROM seen", Want: "0"},
		{Say: "a smaller number cuts values without a word", SQL: "ALTER TABLE seen DROP COLUMN code"},
		{SQL: "ALTER TABLE seen ADD COLUMN code UInt8"},
		{SQL: "INSERT INTO sales VALUES (2, 300)"},
		{SQL: "SELECT id, code FROM seen", Want: "2\t44"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, f := range flows(s) {
			if f.unknown() != nil {
				out = append(out, f.notAsked(s)...)
				continue
			}
			for _, c := range f.after.List {
				column := f.targetAfter.Column(c.Name)
				if !stores(column) || column.Type == c.Type {
					continue
				}
				was, _ := f.before.Type(c.Name)
				same := was == c.Type && f.filled(c.Name) && f.targetBefore.Column(c.Name).Type == column.Type
				if same {
					continue // as it is today
				}
				h := hit(s, f.view, c.Name, c.Type, column.Type)
				into := fmt.Sprintf("%s gives %s as %s", nameOf(s, f.view), c.Name, c.Type)
				target := s.LabelOf(f.targetAfter.Name)
				refused, err := s.Facts.Cast(c.Type, column.Type)
				switch {
				case err != nil:
					h.Text = fmt.Sprintf("%s, and %s holds it as %s; whether that can be converted is not known: %v", into, target, column.Type, err)
				case refused != "":
					h.Text = fmt.Sprintf("%s, which %s cannot take as %s: inserts into %s fail, and store their rows all the same", into, target, column.Type, source(s, f.view))
					h.Evidence = []finding.Evidence{{Text: refused, Source: "asked ClickHouse"}}
				case f.view.Stays() && was != "" && was != c.Type && chtype.Widens(was, column.Type) && !chtype.Widens(c.Type, column.Type):
					h.Severity = finding.Warn
					h.Text = fmt.Sprintf("%s (before: %s), and %s holds it as %s: values that do not fit are cut, become others, or let the insert fail", into, was, target, column.Type)
				default:
					continue
				}
				out = append(out, h)
			}
		}
		return out
	},
}

// source is the table whose inserts the view sees, in words.
func source(s *review.Subject, v review.ViewEdit) string {
	if from, ok := s.Trigger(v.After); ok {
		return s.LabelOf(from)
	}
	return "its source"
}

// notAsked are the columns of the target that change their type, where the view's query
// names them and the server could not be asked.
func (f flow) notAsked(s *review.Subject) []review.Hit {
	if f.targetBefore == nil || f.view.Before == nil {
		return nil
	}
	var out []review.Hit
	for _, c := range f.targetAfter.Columns {
		old := f.targetBefore.Column(c.Name)
		if old == nil || old.Type == c.Type || !mentions(f.view.After, c.Name) {
			continue
		}
		h := hit(s, f.view, c.Name, old.Type, c.Type)
		h.Text = fmt.Sprintf("column %s of %s becomes %s (before: %s); whether what %s gives can be converted is not known: %v",
			c.Name, s.LabelOf(f.targetAfter.Name), c.Type, old.Type, nameOf(s, f.view), f.unknown())
		out = append(out, h)
	}
	return out
}
