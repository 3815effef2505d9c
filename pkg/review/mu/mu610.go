package mu

import (
	"fmt"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mu610 = &review.Rule{
	Code: "MU610", Name: "backfill without a bound", Severity: finding.Warn,
	Detects: "A SQL resource copies or changes rows without a bound: INSERT … SELECT from a table without WHERE and LIMIT, or an UPDATE of all rows.",
	Happens: "The statement takes as long as the table is large. When it breaks off, an INSERT has stored a part of the rows, and running it again stores them twice.",
	Remedy:  "copy one partition or one span of time after the other, each with a WHERE",
	Demo: review.Demo{
		{Say: "a copy breaks off half-way", SQL: "CREATE TABLE sales (id UInt32) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO sales SELECT number FROM numbers(60000)"},
		{SQL: "CREATE TABLE copy (id UInt32) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO copy SELECT id + throwIf(id = 59999) FROM (SELECT id FROM sales ORDER BY id) SETTINGS max_block_size = 1000, min_insert_block_size_rows = 1000, min_insert_block_size_bytes = 1000, max_threads = 1, max_insert_threads = 1", Fails: 395},
		{Say: "some rows are there", SQL: "SELECT count() > 0 FROM copy", Want: "1"},
		{Say: "running it again stores them twice", SQL: "INSERT INTO copy SELECT id FROM sales"},
		{SQL: "SELECT count() > uniqExact(id) FROM copy", Want: "1"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, r := range s.ResourceSQL() {
			if r.Change.Action == diff.Remove {
				continue
			}
			for _, st := range r.Statements {
				what := unbounded(st)
				if what == "" {
					continue
				}
				out = append(out, review.Hit{
					Object: r.Object, Source: s.Source(r.Change), What: []string{st.Text},
					Evidence: []finding.Evidence{{Text: st.Text, Source: "the project"}},
					Text:     fmt.Sprintf("SQL resource %s %s in one statement without a bound", r.Change.Name, what),
				})
			}
		}
		return out
	},
}

// unbounded says what a statement does with all rows of a table, empty for another one.
func unbounded(st review.Statement) string {
	if slices.Contains(st.Words, ";") || st.Has("PARALLEL", "WITH") {
		return ""
	}
	where := st.Index("WHERE")
	all := where < 0 || where+2 == len(st.Words) && (st.Words[where+1] == "1" || st.Words[where+1] == "TRUE")
	switch {
	case st.Starts("INSERT", "INTO") && st.Has("SELECT") && st.Has("FROM") && all && !st.Has("LIMIT"):
		return "copies all rows of a query"
	case st.Starts("ALTER", "TABLE") && st.Has("UPDATE") && all && !st.Has("IN", "PARTITION") && !st.Has("DELETE") && !st.Has("DROP"):
		return "changes all rows of a table"
	}
	return ""
}
