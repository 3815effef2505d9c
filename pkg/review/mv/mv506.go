package mv

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mv506 = &review.Rule{
	Code: "MV506", Name: "values of a materialized view have no place", Severity: finding.Block,
	Detects: "A column that a materialized view fills is renamed or removed in its target, or the view no longer gives a column that the target keeps (a warning). The server is asked which columns the query gives.",
	Happens: "A view brings its values into the columns of the same names. A value without such a column is left out, and a column without a value gets its default; inserts succeed, and no error says so. A new view with such a query is refused (error 8).",
	Remedy:  "rename or remove the column in the query of the view in the same change",
	Demo: review.Demo{
		{Say: "a view copies a price", SQL: "CREATE TABLE sales (id UInt8, price UInt32) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE TABLE seen (id UInt8, price UInt32) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE MATERIALIZED VIEW watch TO seen AS SELECT id, price FROM sales"},
		{SQL: "INSERT INTO sales VALUES (1, 10)"},
		{Say: "the column gets another name in the target", SQL: "ALTER TABLE seen RENAME COLUMN price TO amount"},
		{Say: "the insert succeeds", SQL: "INSERT INTO sales VALUES (2, 20)"},
		{Say: "and its price is nowhere", SQL: "SELECT id, amount FROM seen ORDER BY id", Want: "1\t10\n2\t0"},
		{Say: "a new view with that query is refused", SQL: "CREATE MATERIALIZED VIEW watch2 TO seen AS SELECT id, price FROM sales", Fails: 8},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, f := range flows(s) {
			target := s.LabelOf(f.targetAfter.Name)
			for _, name := range f.leftOut() {
				h := hit(s, f.view, name, "no column")
				switch {
				case f.view.Change != nil:
					h.Text = fmt.Sprintf("%s gives a column %s that %s does not have: ClickHouse refuses to create the view", nameOf(s, f.view), name, target)
				case f.unknown() != nil:
					h.Text = fmt.Sprintf("%s loses the column %s, which %s names; what the view fills is not known: %v", target, name, nameOf(s, f.view), f.unknown())
				default:
					h.Text = fmt.Sprintf("%s fills the column %s, which %s no longer has: its values are left out of every row from then on, without an error", nameOf(s, f.view), name, target)
				}
				out = append(out, h)
			}
			if !f.after.Known() || !f.before.Known() {
				continue
			}
			for _, c := range f.before.List {
				if _, still := f.after.Type(c.Name); still || !f.filled(c.Name) || !stores(f.targetAfter.Column(c.Name)) || f.targetBefore.Name != f.targetAfter.Name {
					continue
				}
				h := hit(s, f.view, c.Name, "no value")
				h.Severity = finding.Warn
				h.Text = fmt.Sprintf("%s no longer fills the column %s of %s: new rows get its default", nameOf(s, f.view), c.Name, target)
				out = append(out, h)
			}
		}
		return out
	},
}

// leftOut are the columns that the query gives and the target does not have. Those that
// a staying view leaves out today are not among them.
func (f flow) leftOut() []string {
	var out []string
	if f.unknown() != nil {
		for _, c := range f.targetColumns() {
			if f.targetAfter.Column(c) == nil && mentions(f.view.After, c) {
				out = append(out, c)
			}
		}
		return out
	}
	for _, c := range f.after.List {
		if f.targetAfter.Column(c.Name) == nil && (f.view.Change != nil || f.filled(c.Name)) {
			out = append(out, c.Name)
		}
	}
	return out
}

func (f flow) targetColumns() []string {
	if f.targetBefore == nil {
		return nil
	}
	var out []string
	for _, c := range f.targetBefore.Columns {
		out = append(out, c.Name)
	}
	return out
}
