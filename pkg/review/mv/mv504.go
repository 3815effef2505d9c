package mv

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mv504 = &review.Rule{
	Code: "MV504", Name: "target of a materialized view goes", Severity: finding.Block,
	Detects: "A table is dropped or renamed that a materialized view writes into, and the view stays. Views that the project does not know are looked for, too.",
	Happens: "From then on every insert into the table that the view reads fails (error 60).",
	Remedy:  "remove the view first, or point it to another table in the same change",
	Demo: review.Demo{
		{Say: "a view writes into a table", SQL: "CREATE TABLE sales (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE TABLE seen (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE MATERIALIZED VIEW watch TO seen AS SELECT id FROM sales"},
		{Say: "the table is renamed, and the view does not follow", SQL: "RENAME TABLE seen TO seen_before"},
		{Say: "nothing can be inserted any more", SQL: "INSERT INTO sales VALUES (1)", Fails: 60},
		{SQL: "SELECT count() FROM sales", Want: "0"},
		{Say: "the same after a drop", SQL: "DROP TABLE seen_before"},
		{SQL: "INSERT INTO sales VALUES (1)", Fails: 60},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, v := range s.Views() {
			if v.After == nil || !v.After.Materialized || v.After.Inner {
				continue
			}
			what := gone(s, v.After.Target)
			if what == "" {
				continue
			}
			source := "its source"
			if from, ok := s.Trigger(v.After); ok {
				source = s.LabelOf(from)
			}
			h := hit(s, v, v.After.Target.String(), what)
			h.Text = fmt.Sprintf("table %s %s while %s writes into it: every insert into %s fails from then on", s.LabelOf(v.After.Target), what, nameOf(s, v), source)
			out = append(out, h)
		}
		return out
	},
}
