package lc

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc201 = &review.Rule{
	Code: "LC201", Name: "number narrowed", Severity: finding.Block, Proof: true,
	Detects: "The new type of a number does not hold every value of the old one: it is smaller, has no sign, or has no fraction.",
	Happens: "ClickHouse writes every value anew and reports nothing. A number that does not fit starts over from the other end: 300 becomes 44 in a UInt8, -1 becomes 4294967295 in a UInt32. A fraction is cut off. Only nan and inf end the change with an error.",
	Remedy:  newColumn,
	Demo: review.Demo{
		{Say: "three amounts", SQL: "CREATE TABLE orders (id UInt8, amount Int32) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO orders VALUES (1, 44), (2, 300), (3, -1)"},
		{Say: "the column is made smaller, and the server accepts it", SQL: "ALTER TABLE orders MODIFY COLUMN amount UInt8 SETTINGS mutations_sync = 2"},
		{Say: "two of the three are other numbers now", SQL: "SELECT * FROM orders ORDER BY id", Want: "1\t44\n2\t44\n3\t255"},
	},
	Ask: func(s *review.Subject) []probe.Question { return ask(s, "LC201") },
	Check: func(s *review.Subject) []review.Hit {
		return check(s, "LC201", func(c conversion, name string, count review.Count) string {
			return fmt.Sprintf("%s becomes %s instead of %s; a number that does not fit becomes another one, and no error says so (%s)", name, c.to, c.from, count.Text)
		})
	},
}
