package lc

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc210 = &review.Rule{
	Code: "LC210", Name: "enum value removed", Severity: finding.Block, Proof: true,
	Detects: "A column's enum loses a value.",
	Happens: "ClickHouse accepts the change, and its mutation finishes. Rows that hold the value cannot be read from then on (error 691), while queries that do not touch them still work, so it is noticed late. Adding the value back makes them readable again.",
	Remedy:  "keep the value in the enum and mark it as deprecated; rewrite the rows that hold it first",
	Demo: review.Demo{
		{Say: "ten orders, three of them returned", SQL: "CREATE TABLE orders (id UInt8, state Enum8('new' = 1, 'paid' = 2, 'returned' = 3)) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO orders SELECT number, if(number < 7, 'paid', 'returned') FROM numbers(10)"},
		{Say: "the value is taken out of the enum, and the server accepts it", SQL: "ALTER TABLE orders MODIFY COLUMN state Enum8('new' = 1, 'paid' = 2)"},
		{Say: "counting all rows still works", SQL: "SELECT count() FROM orders", Want: "10"},
		{Say: "reading them does not", SQL: "SELECT * FROM orders ORDER BY id", Fails: 691},
		{Say: "with the value back, they can be read", SQL: "ALTER TABLE orders MODIFY COLUMN state Enum8('new' = 1, 'paid' = 2, 'returned' = 3)"},
		{SQL: "SELECT state, count() FROM orders GROUP BY state ORDER BY state", Want: "paid\t7\nreturned\t3"},
	},
	Ask: func(s *review.Subject) []probe.Question {
		var out []probe.Question
		for _, c := range spokenBy(s, "LC210") {
			out = append(out, c.question("LC210", c.holdsNumber(removedMembers(c.from, c.to))))
		}
		return out
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, c := range spokenBy(s, "LC210") {
			lost := removedMembers(c.from, c.to)
			h := hit(s, c.ColumnEdit, "LC210")
			h.What = lost
			h.Text = fmt.Sprintf("%s loses the enum value %s; rows that hold it can no longer be read (%s)", nameOf(s, c.ColumnEdit), strings.Join(names(lost), ", "), h.Count.Text)
			out = append(out, h)
		}
		return out
	},
}
