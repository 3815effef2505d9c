package lc

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc212 = &review.Rule{
	Code: "LC212", Name: "enum renumbered", Severity: finding.Block,
	Detects: "A value of an enum keeps its name and gets another number.",
	Happens: "ClickHouse refuses it (error 70), so that the plan cannot be applied.",
	Remedy:  "keep the numbers of all values that are there, and give new values new numbers",
	Demo: review.Demo{
		{SQL: "CREATE TABLE orders (id UInt8, state Enum8('new' = 1, 'paid' = 2)) ENGINE = MergeTree ORDER BY id"},
		{Say: "two values swap their numbers", SQL: "ALTER TABLE orders MODIFY COLUMN state Enum8('new' = 2, 'paid' = 1)", Fails: 70},
	},
	Check: func(s *review.Subject) []review.Hit {
		return told(s, "LC212", func(c conversion, name string) string {
			return fmt.Sprintf("%s gives other numbers to the enum values %s, which ClickHouse refuses", name, strings.Join(renumbered(c.from, c.to), ", "))
		})
	},
}
