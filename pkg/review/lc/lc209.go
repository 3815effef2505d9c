package lc

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc209 = &review.Rule{
	Code: "LC209", Name: "NULL allowed", Severity: finding.Info,
	Detects: "A column takes NULL from now on, and its type stays otherwise.",
	Happens: "No value changes. ClickHouse writes the column of all rows anew and keeps a second file beside it. Aggregates leave NULL out, and comparisons with it are neither true nor false.",
	Remedy:  "use a default where it can stand for what is not known",
	Demo: review.Demo{
		{SQL: "CREATE TABLE users (id UInt8, age UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO users VALUES (1, 30), (2, 0)"},
		{SQL: "ALTER TABLE users MODIFY COLUMN age Nullable(UInt8) SETTINGS mutations_sync = 2"},
		{Say: "the rows were written anew", SQL: "SELECT command, parts_to_do FROM system.mutations WHERE database = currentDatabase() AND table = 'users'", Want: "(MODIFY COLUMN `age` Nullable(UInt8))\t0"},
		{Say: "with the values that they had", SQL: "SELECT * FROM users ORDER BY id", Want: "1\t30\n2\t0"},
	},
	Check: func(s *review.Subject) []review.Hit {
		return told(s, "LC209", func(c conversion, name string) string {
			return fmt.Sprintf("%s takes NULL from now on; its values stay, and are written anew", name)
		})
	},
}

// told are the conversions of a rule that asks nothing.
func told(s *review.Subject, code string, text func(c conversion, name string) string) []review.Hit {
	var out []review.Hit
	for _, c := range spokenBy(s, code) {
		out = append(out, review.Hit{
			Object: s.Object(c.Table, c.Name()), Source: s.Source(c.Table.Change),
			What: []string{c.from, c.to}, Text: text(c, nameOf(s, c.ColumnEdit)),
		})
	}
	return out
}
