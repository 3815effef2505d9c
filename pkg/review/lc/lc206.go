package lc

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc206 = &review.Rule{
	Code: "LC206", Name: "text to another type", Severity: finding.Block, Proof: true,
	Detects: "A text becomes a number, a date, a UUID, JSON, an address, an enum or a text of fixed length.",
	Happens: "One row whose text cannot be read ends the change with an error, when the table's definition is changed already: the column cannot be read, the mutation is tried again and again, and only changing the type back helps. Texts that can be read but are spelled in another way become other texts: 007 becomes 7, 300 becomes 44 in a UInt8. Shorter texts are filled with zero bytes in a FixedString.",
	Remedy:  "add a column of the new type beside it, fill it with a function that gives NULL for what does not fit, such as toUInt64OrNull, look at those rows, and drop the old column in a later pull request",
	Demo: review.Demo{
		{Say: "three numbers that came as text, one of them is none", SQL: "CREATE TABLE items (id UInt8, code String) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO items VALUES (1, '12'), (2, '007'), (3, 'n/a')"},
		{Say: "the change ends with an error", SQL: "ALTER TABLE items MODIFY COLUMN code UInt16 SETTINGS mutations_sync = 2", Fails: 341},
		{Say: "but the definition is the new one, and nobody can read the column", SQL: "SELECT * FROM items ORDER BY id", Fails: 6},
		{Say: "changing the type back helps", SQL: "ALTER TABLE items MODIFY COLUMN code String SETTINGS mutations_sync = 0"},
		{SQL: "SELECT * FROM items ORDER BY id", Want: "1\t12\n2\t007\n3\tn/a"},
	},
	Ask: func(s *review.Subject) []probe.Question { return ask(s, "LC206") },
	Check: func(s *review.Subject) []review.Hit {
		return check(s, "LC206", func(c conversion, name string, count review.Count) string {
			return fmt.Sprintf("%s becomes %s instead of %s; a text that is no such value ends the migration half-way, and one that is spelled in another way changes (%s)", name, c.to, c.from, count.Text)
		})
	},
}
