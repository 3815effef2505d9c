package mv

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mv510 = &review.Rule{
	Code: "MV510", Name: "materialized view starts without history", Severity: finding.Warn,
	Detects: "A materialized view is new, and the table whose inserts it sees holds rows already. One that takes the place of another with the same target is not meant.",
	Happens: "It sees what is inserted from then on. What is there already does not reach the target.",
	Remedy:  "insert the older rows into the target once, up to the time of the migration: `INSERT INTO target SELECT … FROM source WHERE …`",
	Demo: review.Demo{
		{Say: "a table with ten rows", SQL: "CREATE TABLE sales (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO sales SELECT number FROM numbers(10)"},
		{Say: "a view is created on it", SQL: "CREATE TABLE seen (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE MATERIALIZED VIEW watch TO seen AS SELECT id FROM sales"},
		{Say: "it brings only what comes from then on", SQL: "INSERT INTO sales VALUES (11)"},
		{SQL: "SELECT id FROM seen", Want: "11"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, v := range s.Views() {
			if v.Change == nil || v.Change.Action != diff.Add || v.After == nil || !v.After.Materialized || s.Replaces(v) {
				continue
			}
			from, ok := s.Trigger(v.After)
			if !ok || emptied(s, from.String()) {
				continue
			}
			stake := held(s, from)
			if stake == nil || *stake.Rows == 0 {
				continue
			}
			amount := report.Amount(stake.Rows, stake.Bytes)
			h := hit(s, v, from.String())
			h.Count.Stake = stake
			h.Evidence = []finding.Evidence{{Text: s.LabelOf(from) + " holds " + amount, Source: "system.tables"}}
			h.Text = fmt.Sprintf("%s sees what is inserted into %s from now on: what is there already (%s) does not reach %s", nameOf(s, v), s.LabelOf(from), amount, s.LabelOf(v.After.Target))
			out = append(out, h)
		}
		return out
	},
}
