package ds

import (
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/recreate"
)

var ds102 = recreate.Rule(review.Rule{
	Code: recreate.Any, Name: "recreate table",
	Detects: "A table must be dropped and made anew, for several reasons at once or for one that no rule of the family KY is about, such as a column of a table that ClickHouse cannot alter. Where there is one reason, its rule speaks instead.",
	Happens: "The new table is empty. Readers see no rows, inserts in between fail, and materialized views fire again on the new table, because they know it by its name only.",
	Remedy:  recreate.Beside,
	Demo: review.Demo{
		{Say: "ten rows, and a view that counts what comes", SQL: "CREATE TABLE events (id UInt8, note String) ENGINE = Log"},
		{SQL: "INSERT INTO events SELECT number, 'x' FROM numbers(10)"},
		{SQL: "CREATE TABLE seen (id UInt8) ENGINE = Memory"},
		{SQL: "CREATE MATERIALIZED VIEW watch TO seen AS SELECT id FROM events"},
		{Say: "no statement changes a column of such a table", SQL: "ALTER TABLE events ADD COLUMN at DateTime", Fails: 48},
		{Say: "so it is dropped and made anew, and its rows are gone", SQL: "DROP TABLE events SYNC"},
		{SQL: "CREATE TABLE events (id UInt8, note String, at DateTime) ENGINE = Log"},
		{SQL: "SELECT count() FROM events", Want: "0"},
		{Say: "the view fires on the new table", SQL: "INSERT INTO events (id) VALUES (11)"},
		{SQL: "SELECT id FROM seen", Want: "11"},
	},
}, func(t review.TableEdit) string {
	if causes := recreate.Causes(t); causes != "" {
		return "ClickHouse cannot change this in place: " + causes
	}
	return ""
})
