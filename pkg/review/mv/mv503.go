package mv

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mv503 = &review.Rule{
	Code: "MV503", Name: "materialized view without a target", Severity: finding.Warn,
	Detects: "A SQL resource creates a materialized view without TO. One with POPULATE is MV511.",
	Happens: "The view keeps its rows in a hidden table of its own. They go with the view, and a change of its query means to drop it.",
	Remedy:  "create a table and let the view write into it with TO",
	Demo: review.Demo{
		{Say: "a view without a target", SQL: "CREATE TABLE sales (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE MATERIALIZED VIEW watch ENGINE = MergeTree ORDER BY id AS SELECT id FROM sales"},
		{SQL: "INSERT INTO sales VALUES (1)"},
		{Say: "its rows lie in a hidden table", SQL: "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name LIKE '.inner%'", Want: "1"},
		{Say: "they go with the view", SQL: "DROP VIEW watch SYNC"},
		{SQL: "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name LIKE '.inner%'", Want: "0"},
	},
	Check: func(s *review.Subject) []review.Hit {
		return ofStatements(s, "%s creates a materialized view without a target: its rows lie in a hidden table and go with the view", func(st review.Statement) bool {
			return ownTarget(st) && !st.Has("POPULATE")
		})
	},
}

// ownTarget reports whether a statement creates a materialized view that keeps its rows
// in a hidden table.
func ownTarget(st review.Statement) bool {
	if !st.Starts("CREATE", "MATERIALIZED", "VIEW") && !st.Starts("CREATE", "OR", "REPLACE", "MATERIALIZED", "VIEW") {
		return false
	}
	to, as := st.Index("TO"), st.Index("AS")
	return to < 0 || as >= 0 && as < to
}

// ofStatements are the SQL resources with such a statement, other than those that go.
func ofStatements(s *review.Subject, text string, matches func(review.Statement) bool) []review.Hit {
	var out []review.Hit
	for _, r := range s.ResourceSQL() {
		if r.Change.Action == diff.Remove {
			continue
		}
		for _, st := range r.Statements {
			if matches(st) {
				out = append(out, review.Hit{Object: r.Object, Source: s.Source(r.Change), What: []string{st.Text}, Text: fmt.Sprintf(text, "SQL resource "+r.Change.Name)})
			}
		}
	}
	return out
}
