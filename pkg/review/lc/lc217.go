package lc

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc217 = &review.Rule{
	Code: "LC217", Name: "aggregate function changed", Severity: finding.Block,
	Detects: "A column with states of an aggregate function gets those of another function or of other arguments.",
	Happens: "ClickHouse refuses it (error 70), so that the plan cannot be applied.",
	Remedy:  "add a column with the new function beside it, fill it from the source of the data, and drop the old one in a later pull request",
	Demo: review.Demo{
		{SQL: "CREATE TABLE totals (id UInt8, amount AggregateFunction(sum, UInt64)) ENGINE = AggregatingMergeTree ORDER BY id"},
		{SQL: "INSERT INTO totals SELECT 1, sumState(toUInt64(3))"},
		{Say: "a sum is to become a maximum", SQL: "ALTER TABLE totals MODIFY COLUMN amount AggregateFunction(max, UInt64)", Fails: 70},
	},
	Check: func(s *review.Subject) []review.Hit {
		return told(s, "LC217", func(c conversion, name string) string {
			return fmt.Sprintf("%s becomes %s instead of %s, which ClickHouse refuses", name, c.to, c.from)
		})
	},
}
