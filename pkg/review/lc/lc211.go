package lc

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc211 = &review.Rule{
	Code: "LC211", Name: "enum value renamed", Severity: finding.Block, Proof: true,
	Detects: "A number of an enum gets another name.",
	Happens: "An enum stores numbers. ClickHouse changes the definition only, without an error, and every row that holds the number has the new name from then on, as if it had never been otherwise. Queries and inserts that use the old name fail (error 691).",
	Remedy:  "keep the old name, and give the new one a new number; rename it only if the new name means the same for all rows that are there",
	Demo: review.Demo{
		{Say: "ten orders, three of them returned", SQL: "CREATE TABLE orders (id UInt8, state Enum8('paid' = 1, 'returned' = 2)) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO orders SELECT number, if(number < 7, 'paid', 'returned') FROM numbers(10)"},
		{Say: "the number 2 is used for something else", SQL: "ALTER TABLE orders MODIFY COLUMN state Enum8('paid' = 1, 'shipped' = 2)"},
		{Say: "three orders that came back were shipped, as far as anyone can tell", SQL: "SELECT state, count() FROM orders GROUP BY state ORDER BY state", Want: "paid\t7\nshipped\t3"},
		{Say: "and nothing was written anew", SQL: "SELECT count() FROM system.mutations WHERE database = currentDatabase()", Want: "0"},
	},
	Ask: func(s *review.Subject) []probe.Question {
		var out []probe.Question
		for _, c := range relabellings(s) {
			out = append(out, c.question("LC211", c.holdsNumber(relabelled(c.from, c.to))))
		}
		return out
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, c := range relabellings(s) {
			_, now := members(c.from, c.to)
			var pairs []string
			for _, m := range relabelled(c.from, c.to) {
				name, number := cutLast(m, " = ")
				pairs = append(pairs, name+" becomes "+now[number])
			}
			h := hit(s, c.ColumnEdit, "LC211")
			h.What = pairs
			h.Text = fmt.Sprintf("%s gives another name to what is stored: %s, in all rows that hold it (%s)", nameOf(s, c.ColumnEdit), strings.Join(pairs, ", "), h.Count.Text)
			out = append(out, h)
		}
		return out
	},
}

// relabellings are the enums of which a number gets another name, those among them that
// lose a number, too.
func relabellings(s *review.Subject) []conversion {
	var out []conversion
	for _, c := range conversions(s) {
		if code := c.rule(); (code == "LC210" || code == "LC211") && len(relabelled(c.from, c.to)) > 0 {
			out = append(out, c)
		}
	}
	return out
}
