package ds

import (
	"cmp"
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var ds108 = &review.Rule{
	Code: "DS108", Name: "drop dictionary", Severity: finding.Warn,
	Detects: "A dictionary goes. What it was filled from stays.",
	Happens: "Every query, view and default that asks it with dictGet fails from then on. The other way round ClickHouse is careful: it refuses to drop a table from which a dictionary is filled.",
	Remedy:  "change what asks the dictionary first, and drop it in a later pull request",
	Demo: review.Demo{
		{Say: "a dictionary over a table", SQL: "CREATE TABLE names (id UInt64, name String) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO names VALUES (1, 'one')"},
		{SQL: "CREATE DICTIONARY name_of (id UInt64, name String) PRIMARY KEY id SOURCE(CLICKHOUSE(QUERY 'SELECT 1 AS id, ''one'' AS name')) LAYOUT(FLAT()) LIFETIME(0)"},
		{SQL: "CREATE VIEW named AS SELECT dictGet('name_of', 'name', id) AS name FROM names"},
		{SQL: "SELECT name FROM named", Want: "one"},
		{Say: "it is dropped, and the view fails", SQL: "DROP DICTIONARY name_of"},
		{SQL: "SELECT name FROM named", Fails: 36},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, c := range s.Changes(diff.Dictionary, diff.Remove) {
			database := s.Outcome.Desired.DefaultDatabase
			if c.Dictionary != nil && c.Dictionary.Before != nil {
				database = cmp.Or(c.Dictionary.Before.DatabaseOr(database), database)
			}
			out = append(out, review.Hit{
				Object: fmt.Sprintf("%s %s.%s", diff.Dictionary, database, c.Name), Source: s.Source(c),
				Text: fmt.Sprintf("dictionary %s is removed; queries that ask it fail", c.Name),
			})
		}
		return out
	},
}
