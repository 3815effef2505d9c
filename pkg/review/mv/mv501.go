package mv

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mv501 = &review.Rule{
	Code: "MV501", Name: "recreate materialized view", Severity: finding.Block, Proof: true,
	Detects: "A materialized view is dropped and created again, under its name or another one, to change its query or its target. It warns only where nothing was written into the table that it reads for seven days.",
	Happens: "A materialized view sees rows as they are inserted. Those that come while it is gone never reach the target, and no error says so.",
	Remedy:  "stop the inserts while the plan runs, or insert the rows of that time into the target afterwards; where only the query changes, `ALTER TABLE view MODIFY QUERY` leaves no gap",
	Demo: review.Demo{
		{Say: "a view notes what is sold", SQL: "CREATE TABLE sales (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE TABLE seen (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE MATERIALIZED VIEW watch TO seen AS SELECT id FROM sales"},
		{SQL: "INSERT INTO sales VALUES (1)"},
		{Say: "it is dropped, a row comes, and it is created again", SQL: "DROP VIEW watch"},
		{SQL: "INSERT INTO sales VALUES (2)"},
		{SQL: "CREATE MATERIALIZED VIEW watch TO seen AS SELECT id FROM sales"},
		{SQL: "INSERT INTO sales VALUES (3)"},
		{Say: "row 2 is missing", SQL: "SELECT id FROM seen ORDER BY id", Want: "1\n3"},
		{Say: "MODIFY QUERY leaves no gap", SQL: "ALTER TABLE watch MODIFY QUERY SELECT id + 100 AS id FROM sales"},
		{SQL: "INSERT INTO sales VALUES (4)"},
		{SQL: "SELECT id FROM seen ORDER BY id", Want: "1\n3\n104"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, c := range s.Changes(diff.MaterializedView) {
			v := edit(s, c)
			by, ok := recreated(s, v)
			if !ok || v.Before != nil && v.Before.Refresh != "" {
				continue // one that refreshes sees no inserts
			}
			h := hit(s, v, why(v.Change)...)
			from, known := s.Trigger(v.Before)
			text, source, target := "is dropped and created anew", "its source", "its target"
			if v.Before != nil {
				target = s.LabelOf(v.Before.Target)
			}
			if by.Name != v.Name {
				text = "is dropped, and " + s.LabelOf(by.Name) + " is created in its place"
				h.Source, h.What = s.ViewSource(by), append(h.What, by.Name.String())
			}
			if known {
				h.Count, source = inserts(s, from), s.LabelOf(from)
			} else {
				h.Count.Text = "which table it reads is not known"
			}
			h.Text = fmt.Sprintf("%s %s: rows inserted into %s between the DROP and the CREATE do not reach %s (%s)", nameOf(s, v), text, source, target, h.Count.Text)
			out = append(out, h)
		}
		return out
	},
}
