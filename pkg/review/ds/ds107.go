package ds

import (
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/statement"
)

var ds107 = aboutStatements(review.Rule{
	Code: "DS107", Name: "CREATE OR REPLACE TABLE", Severity: finding.Block, Proof: true,
	Detects: "SQL of the project has CREATE OR REPLACE TABLE or REPLACE TABLE.",
	Happens: "If there is a table of that name, a new one takes its place and the old one is dropped with its rows, under a name that nobody knows.",
	Remedy:  "create the new table under a new name, copy the rows, and use EXCHANGE TABLES",
	Demo: review.Demo{
		{Say: "ten rows", SQL: "CREATE TABLE events (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO events SELECT number FROM numbers(10)"},
		{Say: "the table is replaced by one with a column more", SQL: "CREATE OR REPLACE TABLE events (id UInt8, note String) ENGINE = MergeTree ORDER BY id"},
		{SQL: "SELECT count() FROM events", Want: "0"},
		{Say: "the old one waits for its end under another name", SQL: "SELECT count() FROM system.dropped_tables WHERE database = currentDatabase() AND startsWith(table, '_tmp_replace_')", Want: "1"},
	},
}, statement.Replaces, ", which puts a new table in the place of one that is there")
