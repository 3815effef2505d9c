package mv

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mv515 = &review.Rule{
	Code: "MV515", Name: "schedule of a materialized view lost", Severity: finding.Warn,
	Detects: "A materialized view that runs by a schedule (REFRESH) is dropped and created again. The code cannot declare a schedule.",
	Happens: "The new view has none: it sees what is inserted instead, and what it would have replaced at every refresh now adds up in the target.",
	Remedy:  "keep the view as it is with the life cycle EXTERNALLY_MANAGED, or change it by hand with `ALTER TABLE view MODIFY QUERY`",
	Demo: review.Demo{
		{Say: "a view counts all rows once a day", SQL: "CREATE TABLE sales (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE TABLE total (n UInt64) ENGINE = MergeTree ORDER BY n"},
		{SQL: "INSERT INTO sales VALUES (1), (2)"},
		{SQL: "CREATE MATERIALIZED VIEW watch REFRESH EVERY 1 DAY TO total AS SELECT count() AS n FROM sales"},
		{SQL: "SELECT n FROM total", Want: "2", Eventually: true},
		{Say: "it is created again without its schedule", SQL: "DROP VIEW watch"},
		{SQL: "CREATE MATERIALIZED VIEW watch TO total AS SELECT count() AS n FROM sales"},
		{SQL: "INSERT INTO sales VALUES (3)"},
		{Say: "the count of one insert stands beside the old total", SQL: "SELECT n FROM total ORDER BY n", Want: "1\n2"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, v := range s.Views() {
			if by, ok := recreated(s, v); ok && v.Before != nil && v.Before.Refresh != "" {
				h := hit(s, v, append(why(v.Change), v.Before.Refresh)...)
				h.Source = s.ViewSource(by)
				h.Text = fmt.Sprintf("%s runs by a schedule (%s) and is created again without one: it sees inserts from then on", nameOf(s, v), v.Before.Refresh)
				out = append(out, h)
			}
		}
		return out
	},
}
