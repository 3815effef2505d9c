package lc

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc203 = &review.Rule{
	Code: "LC203", Name: "decimal cut", Severity: finding.Block, Proof: true,
	Detects: "A decimal gets fewer digits before or behind the point, or becomes another kind of number; or a number becomes a decimal with fewer digits than it has.",
	Happens: "Digits behind the point are cut off without rounding and without an error: 1.2399 becomes 1.23. A number with too many digits before the point ends the change with an error, and the column cannot be read until its type is changed back; some are kept although the type does not allow them.",
	Remedy:  newColumn,
	Demo: review.Demo{
		{Say: "three prices", SQL: "CREATE TABLE prices (id UInt8, price Decimal(10, 4)) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO prices VALUES (1, 1.25), (2, 1.2399), (3, -0.009)"},
		{Say: "two digits are taken away", SQL: "ALTER TABLE prices MODIFY COLUMN price Decimal(10, 2) SETTINGS mutations_sync = 2"},
		{Say: "they are cut off, not rounded", SQL: "SELECT * FROM prices ORDER BY id", Want: "1\t1.25\n2\t1.23\n3\t0"},
	},
	Ask: func(s *review.Subject) []probe.Question { return ask(s, "LC203") },
	Check: func(s *review.Subject) []review.Hit {
		return check(s, "LC203", func(c conversion, name string, count review.Count) string {
			return fmt.Sprintf("%s becomes %s instead of %s; digits that the new type does not have are cut off (%s)", name, c.to, c.from, count.Text)
		})
	},
}
