package tt

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var tt403 = &review.Rule{
	Code: "TT403", Name: "TTL names a column that goes", Severity: finding.Block,
	Detects: "A column goes that the TTL of its table still names in the code.",
	Happens: "ClickHouse refuses to drop it (error 47). The migration stops at this statement, and what comes after it in the plan is not done.",
	Remedy:  "change the TTL together with the column, or keep the column",
	Demo: review.Demo{
		{SQL: "CREATE TABLE events (id UInt8, at DateTime) ENGINE = MergeTree ORDER BY id TTL at + INTERVAL 15 DAY"},
		{Say: "the TTL needs the column", SQL: "ALTER TABLE events DROP COLUMN at", Fails: 47},
		{Say: "without it the column can go", SQL: "ALTER TABLE events REMOVE TTL"},
		{SQL: "ALTER TABLE events DROP COLUMN at"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, c := range s.Columns(diff.Remove) {
			t := c.Table
			if t.After == nil || c.RenamedTo != "" || c.ColumnChange.Before == nil || !names(t.After.TTL, c.ColumnChange.Before.Name) {
				continue
			}
			name := c.ColumnChange.Before.Name
			out = append(out, review.Hit{
				Object: s.Object(t, name), Source: s.Source(t.Change), What: []string{t.After.TTL},
				Text: fmt.Sprintf("column %s of table %s is dropped, and the TTL %s still needs it; ClickHouse refuses that", name, s.Label(t), t.After.TTL),
			})
		}
		return out
	},
}

// names reports whether an expression names a column.
func names(expr, column string) bool {
	for _, t := range sqltext.Tokens(expr) {
		if (t.Kind == sqltext.Word || t.Kind == sqltext.QuotedName) && sqltext.Unquote(t.Text) == column {
			return true
		}
	}
	return false
}
