package lc

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc216 = &review.Rule{
	Code: "LC216", Name: "elements narrowed", Severity: finding.Block, Proof: true,
	Detects: "The elements of an array, a map or a tuple get a type that does not hold every value of the old one.",
	Happens: "ClickHouse converts each element as it would convert a column of that type: 300 becomes 44 in an Array(UInt8), and no error says so. A NULL in an array that no longer takes any ends the change with an error.",
	Remedy:  newColumn,
	Demo: review.Demo{
		{Say: "two lists of numbers", SQL: "CREATE TABLE carts (id UInt8, counts Array(UInt16)) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO carts VALUES (1, [1, 2]), (2, [300, 2])"},
		{SQL: "ALTER TABLE carts MODIFY COLUMN counts Array(UInt8) SETTINGS mutations_sync = 2"},
		{Say: "one list is another one", SQL: "SELECT * FROM carts ORDER BY id", Want: "1\t[1,2]\n2\t[44,2]"},
	},
	Ask: func(s *review.Subject) []probe.Question { return ask(s, "LC216") },
	Check: func(s *review.Subject) []review.Hit {
		return check(s, "LC216", func(c conversion, name string, count review.Count) string {
			return fmt.Sprintf("%s becomes %s instead of %s; elements that do not fit become other ones (%s)", name, c.to, c.from, count.Text)
		})
	},
}
