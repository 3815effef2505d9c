package mv

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mv513 = &review.Rule{
	Code: "MV513", Name: "new column flows through SELECT *", Severity: finding.Info,
	Detects: "A staying materialized view selects *, and its source and its target have a column of the same name for the first time after the plan.",
	Happens: "The star is read again at every insert. From the migration on the view fills the column; rows that are in the target already have its default.",
	Remedy:  "list the columns in the query, so that a change of one table does not change what the view does",
	Demo: review.Demo{
		{Say: "a view copies everything", SQL: "CREATE TABLE sales (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE TABLE seen (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE MATERIALIZED VIEW watch TO seen AS SELECT * FROM sales"},
		{SQL: "INSERT INTO sales VALUES (1)"},
		{Say: "both tables get a column", SQL: "ALTER TABLE sales ADD COLUMN note String"},
		{SQL: "ALTER TABLE seen ADD COLUMN note String"},
		{SQL: "INSERT INTO sales VALUES (2, 'new')"},
		{Say: "the view fills it, though nobody changed the view", SQL: "SELECT id, note FROM seen ORDER BY id", Want: "1\t\n2\tnew"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, f := range flows(s) {
			if !f.view.Stays() || !strings.Contains(f.view.After.Select, "*") || !f.before.Known() || !f.after.Known() {
				continue
			}
			var names []string
			for _, c := range f.after.List {
				if stores(f.targetAfter.Column(c.Name)) && !f.filled(c.Name) && !mentions(f.view.After, c.Name) {
					names = append(names, c.Name)
				}
			}
			if len(names) == 0 {
				continue
			}
			h := hit(s, f.view, names...)
			h.Text = fmt.Sprintf("%s selects * and fills %s of %s from then on; older rows there have the default", nameOf(s, f.view), strings.Join(names, ", "), s.LabelOf(f.targetAfter.Name))
			out = append(out, h)
		}
		return out
	},
}
