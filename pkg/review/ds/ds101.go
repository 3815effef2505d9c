package ds

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var ds101 = &review.Rule{
	Code: "DS101", Name: "drop table", Severity: finding.Block, Proof: true,
	Detects: "A table goes that keeps rows of its own.",
	Happens: "The table is gone from view at once. Its files are kept for eight minutes (database_atomic_delay_before_drop_table_sec), in which UNDROP TABLE brings it back; after that nothing does.",
	Remedy:  "keep the table in the code with the life cycle EXTERNALLY_MANAGED until its rows are no longer needed",
	Demo: review.Demo{
		{Say: "a table with ten rows", SQL: "CREATE TABLE events (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO events SELECT number FROM numbers(10)"},
		{Say: "it is dropped", SQL: "DROP TABLE events"},
		{SQL: "SELECT count() FROM events", Fails: 60},
		{Say: "for eight minutes it can be brought back", SQL: "UNDROP TABLE events"},
		{SQL: "SELECT count() FROM events", Want: "10"},
		{Say: "with SYNC it cannot", SQL: "DROP TABLE events SYNC"},
		{SQL: "UNDROP TABLE events", Fails: 60},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, t := range s.Tables(diff.Remove) {
			if t.Table.Before == nil || !report.HoldsRows(t.Engine()) || t.Engine() == inMemory {
				continue
			}
			count := s.Holds(t)
			count.Evidence = append(count.Evidence, readers(s, t, "")...)
			out = append(out, review.Hit{
				Object: s.Object(t), Source: s.Source(t.Change), Count: count,
				Text: fmt.Sprintf("table %s is dropped%s", s.Label(t), review.And(count)),
			})
		}
		return out
	},
}
