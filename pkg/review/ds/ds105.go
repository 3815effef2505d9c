package ds

import (
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/statement"
)

var ds105 = aboutStatements(review.Rule{
	Code: "DS105", Name: "SQL of the project removes data", Severity: finding.Block, Proof: true,
	Detects: "SQL of the project has DROP TABLE, TRUNCATE, DELETE, UPDATE, or an ALTER TABLE that drops, clears, replaces or moves away partitions, columns or rows. How the server understands the statement counts, not how it is written.",
	Happens: "The rows or values are gone when the statement is done. TRUNCATE leaves nothing that UNDROP could bring back, and neither do the others but for DROP TABLE.",
	Remedy:  "move the statement into a script that someone reviews and runs by hand, and that counts the rows first",
	Demo: review.Demo{
		{Say: "ten rows", SQL: "CREATE TABLE events (id UInt8, day UInt8) ENGINE = MergeTree PARTITION BY day ORDER BY id"},
		{SQL: "INSERT INTO events SELECT number, number % 2 FROM numbers(10)"},
		{SQL: "ALTER TABLE events DROP PARTITION 1"},
		{SQL: "SELECT count() FROM events", Want: "5"},
		{SQL: "DELETE FROM events WHERE id = 0"},
		{SQL: "SELECT count() FROM events", Want: "4", Eventually: true},
		{SQL: "TRUNCATE TABLE events"},
		{SQL: "SELECT count() FROM events", Want: "0"},
		{Say: "there is nothing to bring back", SQL: "SELECT count() FROM system.dropped_tables WHERE database = currentDatabase()", Want: "0"},
	},
}, statement.Removes, ", which removes stored data")
