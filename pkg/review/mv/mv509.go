package mv

import (
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mv509 = &review.Rule{
	Code: "MV509", Name: "source of a materialized view dropped", Severity: finding.Warn,
	Detects: "A table is dropped whose inserts a materialized view sees, and the view stays.",
	Happens: "The view stays behind without anything to see; what it has written into its target remains.",
	Remedy:  "remove the view, too",
	Demo: review.Demo{
		{Say: "a view sees what is inserted", SQL: "CREATE TABLE sales (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE TABLE seen (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE MATERIALIZED VIEW watch TO seen AS SELECT id FROM sales"},
		{SQL: "INSERT INTO sales VALUES (1)"},
		{Say: "the server lets the table go", SQL: "DROP TABLE sales"},
		{Say: "the view is still there", SQL: "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'watch'", Want: "1"},
		{Say: "its target keeps its rows", SQL: "SELECT id FROM seen", Want: "1"},
	},
	Check: func(s *review.Subject) []review.Hit {
		return triggerGone(s, "is dropped", "%s stays behind: %s, which it reads, %s")
	},
}
