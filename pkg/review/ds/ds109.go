package ds

import (
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/statement"
)

var ds109 = aboutStatements(review.Rule{
	Code: "DS109", Name: "SQL of the project detaches data", Severity: finding.Block, Proof: true,
	Detects: "SQL of the project has DETACH … PERMANENTLY, or detaches a partition.",
	Happens: "The rows can no longer be read, inserts fail, and a restart does not change that. The files stay on the disk until someone attaches them again.",
	Remedy:  "take the statement out; to hide a table, take away the right to read it",
	Demo: review.Demo{
		{Say: "ten rows", SQL: "CREATE TABLE events (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO events SELECT number FROM numbers(10)"},
		{SQL: "DETACH TABLE events PERMANENTLY"},
		{SQL: "SELECT count() FROM events", Fails: 60},
		{SQL: "INSERT INTO events VALUES (11)", Fails: 60},
		{Say: "someone who knows the name can bring it back", SQL: "ATTACH TABLE events"},
		{SQL: "SELECT count() FROM events", Want: "10"},
	},
}, statement.Detaches, ", after which the rows can no longer be read")
