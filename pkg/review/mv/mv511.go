package mv

import (
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mv511 = &review.Rule{
	Code: "MV511", Name: "materialized view with POPULATE", Severity: finding.Block,
	Detects: "A SQL resource creates a materialized view with POPULATE.",
	Happens: "The view is filled with what the table holds at that moment. ClickHouse's documentation says that rows which are inserted meanwhile are missed. POPULATE cannot be used together with TO (error 62), so the rows lie in a hidden table that goes with the view.",
	Remedy:  "create the view with TO and without POPULATE, and insert the older rows into its target up to a fixed time",
	Demo: review.Demo{
		{Say: "a table with ten rows", SQL: "CREATE TABLE sales (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO sales SELECT number FROM numbers(10)"},
		{Say: "a view is created and filled in one statement", SQL: "CREATE MATERIALIZED VIEW watch ENGINE = MergeTree ORDER BY id POPULATE AS SELECT id FROM sales"},
		{SQL: "SELECT count() FROM watch", Want: "10"},
		{Say: "its rows lie in a hidden table", SQL: "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name LIKE '.inner%'", Want: "1"},
		{Say: "with a target it is refused", SQL: "CREATE MATERIALIZED VIEW watch2 TO sales POPULATE AS SELECT id FROM sales", Fails: 62},
	},
	Check: func(s *review.Subject) []review.Hit {
		return ofStatements(s, "%s creates a materialized view with POPULATE: rows inserted while it runs can be missed", func(st review.Statement) bool {
			return ownTarget(st) && st.Has("POPULATE")
		})
	},
}
