package mv

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mv517 = &review.Rule{
	Code: "MV517", Name: "remove materialized view", Severity: finding.Warn,
	Detects: "A materialized view goes, and the tables that it reads and fills stay. One that another takes the place of is MV501, one that keeps its rows itself is DS106.",
	Happens: "What is inserted no longer reaches the target, and no error says so. The target keeps its rows.",
	Remedy:  "make sure that nobody reads the target, or fill it in another way",
	Demo: review.Demo{
		{Say: "a view fills a table", SQL: "CREATE TABLE sales (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE TABLE seen (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE MATERIALIZED VIEW watch TO seen AS SELECT id FROM sales"},
		{SQL: "INSERT INTO sales VALUES (1)"},
		{Say: "the view goes", SQL: "DROP VIEW watch"},
		{SQL: "INSERT INTO sales VALUES (2)"},
		{Say: "the table is no longer filled", SQL: "SELECT id FROM seen", Want: "1"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, c := range s.Changes(diff.MaterializedView, diff.Remove) {
			v := edit(s, c)
			if _, replaced := s.Replaced(v); replaced || v.Before != nil && v.Before.Inner {
				continue
			}
			target := "its target"
			if v.Before != nil {
				from, known := s.Trigger(v.Before)
				if gone(s, v.Before.Target) != "" || known && gone(s, from) != "" {
					continue // their own rules speak
				}
				target = s.LabelOf(v.Before.Target)
			}
			h := hit(s, v)
			h.Object = string(c.Kind) + " " + h.Object
			h.Text = fmt.Sprintf("%s is removed; %s is no longer filled by it, and no error says so", nameOf(s, v), target)
			out = append(out, h)
		}
		return out
	},
}
