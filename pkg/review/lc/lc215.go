package lc

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc215 = &review.Rule{
	Code: "LC215", Name: "tuple changed", Severity: finding.Block, Proof: true,
	Detects: "A tuple, or one inside an array or a map, loses a field or has its fields in another order.",
	Happens: "ClickHouse goes by the names of the fields. One that is no longer there goes with its values, and no error says so; a renamed field is one that goes and one that comes. In another order the values stay with their names, but whoever reads them by place reads another field.",
	Remedy:  "keep the field, or add a column of the new type beside it, fill it, and drop the old one in a later pull request",
	Demo: review.Demo{
		{Say: "a tuple with two fields", SQL: "CREATE TABLE visits (id UInt8, page Tuple(path String, title String)) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO visits VALUES (1, ('/a', 'A')), (2, ('/b', ''))"},
		{Say: "one of them is renamed", SQL: "ALTER TABLE visits MODIFY COLUMN page Tuple(path String, heading String) SETTINGS mutations_sync = 2"},
		{Say: "its values are gone", SQL: "SELECT * FROM visits ORDER BY id", Want: "1\t('/a','')\n2\t('/b','')"},
		{Say: "the old name does not bring them back", SQL: "ALTER TABLE visits MODIFY COLUMN page Tuple(path String, title String) SETTINGS mutations_sync = 2"},
		{SQL: "SELECT * FROM visits ORDER BY id", Want: "1\t('/a','')\n2\t('/b','')"},
	},
	Ask: func(s *review.Subject) []probe.Question { return ask(s, "LC215") },
	Check: func(s *review.Subject) []review.Hit {
		return check(s, "LC215", func(c conversion, name string, count review.Count) string {
			return fmt.Sprintf("%s becomes %s instead of %s; fields that go lose their values (%s)", name, c.to, c.from, count.Text)
		})
	},
}
