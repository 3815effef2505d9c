package lc

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc207 = &review.Rule{
	Code: "LC207", Name: "fixed text shortened", Severity: finding.Block,
	Detects: "A FixedString gets fewer bytes.",
	Happens: "ClickHouse refuses it (error 131), whatever the rows hold, so that the plan cannot be applied.",
	Remedy:  newColumn,
	Demo: review.Demo{
		{SQL: "CREATE TABLE codes (id UInt8, code FixedString(4)) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO codes VALUES (1, 'ab')"},
		{Say: "the texts would fit, and it is refused all the same", SQL: "ALTER TABLE codes MODIFY COLUMN code FixedString(3)", Fails: 131},
		{SQL: "SELECT * FROM codes", Want: "1\tab\\0\\0"},
	},
	Check: func(s *review.Subject) []review.Hit {
		return told(s, "LC207", func(c conversion, name string) string {
			return fmt.Sprintf("%s becomes %s instead of %s, which ClickHouse refuses", name, c.to, c.from)
		})
	},
}
