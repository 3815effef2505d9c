package lc

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc213 = &review.Rule{
	Code: "LC213", Name: "enum value added", Severity: finding.Info,
	Detects: "An enum gets more values, and keeps those that it has.",
	Happens: "ClickHouse changes the definition only. Writers that know the old values go on as before; readers must know what to do with the new ones. A later removal is a hazard, see LC210.",
	Remedy:  "deploy readers that know the new values first",
	Demo: review.Demo{
		{SQL: "CREATE TABLE orders (id UInt8, state Enum8('new' = 1)) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO orders VALUES (1, 'new')"},
		{SQL: "ALTER TABLE orders MODIFY COLUMN state Enum8('new' = 1, 'paid' = 2)"},
		{SQL: "INSERT INTO orders VALUES (2, 'paid')"},
		{SQL: "SELECT * FROM orders ORDER BY id", Want: "1\tnew\n2\tpaid"},
		{Say: "nothing was written anew", SQL: "SELECT count() FROM system.mutations WHERE database = currentDatabase()", Want: "0"},
	},
	Check: func(s *review.Subject) []review.Hit {
		return told(s, "LC213", func(c conversion, name string) string {
			return fmt.Sprintf("%s gets more enum values; those that it has stay", name)
		})
	},
}
