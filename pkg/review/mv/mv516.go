package mv

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mv516 = &review.Rule{
	Code: "MV516", Name: "statistics lost on recreate", Severity: finding.Warn,
	Detects: "A table is recreated whose columns have statistics or settings of their own on the server. The code cannot declare them. That the rows go is DS102; row policies and grants hold for the name and stay.",
	Happens: "The new table has none. Queries still give the same rows, and can become slower.",
	Remedy:  "note the statistics (SHOW CREATE TABLE) and add them again after the migration",
	Demo: review.Demo{
		{Say: "a column has statistics", SQL: "CREATE TABLE sales (id UInt8, price UInt32 STATISTICS(minmax)) ENGINE = MergeTree ORDER BY id"},
		{SQL: "SELECT create_table_query LIKE '%STATISTICS(minmax)%' FROM system.tables WHERE database = currentDatabase() AND name = 'sales'", Want: "1"},
		{Say: "the table is made again from the code", SQL: "DROP TABLE sales"},
		{SQL: "CREATE TABLE sales (id UInt8, price UInt32) ENGINE = MergeTree ORDER BY (id, price)"},
		{Say: "they are gone", SQL: "SELECT create_table_query LIKE '%STATISTICS%' FROM system.tables WHERE database = currentDatabase() AND name = 'sales'", Want: "0"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, t := range s.Tables(diff.Recreate) {
			if t.Before == nil {
				continue
			}
			var lost []string
			for _, c := range t.Before.Columns {
				if c.Statistics != "" {
					lost = append(lost, c.Name+" STATISTICS("+c.Statistics+")")
				}
				if c.Settings != "" {
					lost = append(lost, c.Name+" SETTINGS ("+c.Settings+")")
				}
			}
			if len(lost) == 0 {
				continue
			}
			out = append(out, review.Hit{
				Object: s.Object(t), Source: s.Source(t.Change), What: lost,
				Text: fmt.Sprintf("table %s is recreated without what the code does not declare: %s", s.Label(t), strings.Join(lost, ", ")),
			})
		}
		return out
	},
}
