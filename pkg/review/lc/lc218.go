package lc

import (
	"cmp"
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc218 = &review.Rule{
	Code: "LC218", Name: "way of merging changed", Severity: finding.Block, Proof: true,
	Detects: "A column of a table that aggregates gets another function in its SimpleAggregateFunction, gets one for the first time, or loses it.",
	Happens: "ClickHouse accepts it and writes nothing anew. From the next merge on, values that were made with the old function are put together with the new one: a maximum of 7 and a new 7 become a sum of 14. Without a function any one of the values stays. That cannot be undone.",
	Remedy:  "add a column with the new function beside it, fill it from the source of the data, and drop the old one in a later pull request",
	Demo: review.Demo{
		{Say: "the highest score of each player", SQL: "CREATE TABLE scores (player UInt8, best SimpleAggregateFunction(max, UInt64)) ENGINE = AggregatingMergeTree ORDER BY player"},
		{SQL: "INSERT INTO scores VALUES (1, 7)"},
		{Say: "the maximum becomes a sum, and the server accepts it", SQL: "ALTER TABLE scores MODIFY COLUMN best SimpleAggregateFunction(sum, UInt64)"},
		{SQL: "INSERT INTO scores VALUES (1, 7)"},
		{Say: "with the next merge", SQL: "OPTIMIZE TABLE scores FINAL"},
		{Say: "the player has a score that never was", SQL: "SELECT * FROM scores", Want: "1\t14"},
	},
	Ask: func(s *review.Subject) []probe.Question {
		var out []probe.Question
		for _, c := range spokenBy(s, "LC218") {
			out = append(out, c.question("LC218", "1"))
		}
		return out
	},
	Check: func(s *review.Subject) []review.Hit {
		return check(s, "LC218", func(c conversion, name string, count review.Count) string {
			return fmt.Sprintf("%s merges its values with %s instead of %s; those that are there are put together in the new way (%s)",
				name, cmp.Or(function(c.to), "no function"), cmp.Or(function(c.from), "no function"), count.Text)
		})
	},
}
