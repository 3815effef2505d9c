package ds

import (
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/statement"
)

var ds104 = aboutStatements(review.Rule{
	Code: "DS104", Name: "drop database", Severity: finding.Block,
	Detects: "SQL of the project has DROP DATABASE.",
	Happens: "All tables of the database go at once. UNDROP does not bring them back, even when the database is made again: the new one is another one.",
	Remedy:  "take the statement out, and drop the tables one by one through the code, so that each is counted",
	Demo: review.Demo{
		{Say: "a database with one table of ten rows", SQL: "CREATE DATABASE shop_to_be_dropped"},
		{SQL: "CREATE TABLE shop_to_be_dropped.orders (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO shop_to_be_dropped.orders SELECT number FROM numbers(10)"},
		{Say: "it is dropped, and made again", SQL: "DROP DATABASE shop_to_be_dropped"},
		{SQL: "CREATE DATABASE shop_to_be_dropped"},
		{Say: "the table does not come back", SQL: "UNDROP TABLE shop_to_be_dropped.orders", Fails: 521},
		{SQL: "DROP DATABASE shop_to_be_dropped"},
	},
}, statement.DropsDatabase, ": everything in it is lost")
