package mv

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mv508 = &review.Rule{
	Code: "MV508", Name: "source of a materialized view renamed", Severity: finding.Block,
	Detects: "A table is renamed whose inserts a materialized view sees, and the view stays as it is.",
	Happens: "The view keeps the old name. Rows that are inserted under the new one no longer reach the target, and no error says so. A new table under the old name does not wake it.",
	Remedy:  "change the query of the view to the new name in the same change, and insert the rows of that time into the target afterwards",
	Demo: review.Demo{
		{Say: "a view sees what is inserted", SQL: "CREATE TABLE sales (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE TABLE seen (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE MATERIALIZED VIEW watch TO seen AS SELECT id FROM sales"},
		{SQL: "INSERT INTO sales VALUES (1)"},
		{Say: "the table is renamed", SQL: "RENAME TABLE sales TO orders"},
		{Say: "an insert succeeds, and the view does not see it", SQL: "INSERT INTO orders VALUES (2)"},
		{SQL: "SELECT id FROM seen", Want: "1"},
	},
	Check: func(s *review.Subject) []review.Hit {
		return triggerGone(s, "is renamed", "%s keeps reading %s, which %s: it no longer sees what is inserted, and no error says so")
	},
}

// triggerGone are the staying materialized views whose table goes in that way.
func triggerGone(s *review.Subject, how, text string) []review.Hit {
	var out []review.Hit
	for _, v := range s.Views() {
		if !v.Stays() || !v.Materialized() || v.Before.Refresh != "" {
			continue
		}
		from, ok := s.Trigger(v.Before)
		if what := gone(s, from); ok && strings.HasPrefix(what, how) {
			h := hit(s, v, from.String(), what)
			h.Text = fmt.Sprintf(text, nameOf(s, v), s.LabelOf(from), what)
			out = append(out, h)
		}
	}
	return out
}
