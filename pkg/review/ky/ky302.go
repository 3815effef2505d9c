package ky

import (
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/recreate"
)

var ky302 = recreate.Rule(review.Rule{
	Code: "KY302", Name: "primary key changed",
	Detects: "PRIMARY KEY of a table changes while its ORDER BY stays.",
	Happens: "No ALTER can change a primary key. The table is dropped and made anew, empty.",
	Remedy:  "keep the primary key, which only says what the index holds; " + recreate.Beside,
	Demo: review.Demo{
		{Say: "ten rows", SQL: "CREATE TABLE events (id UInt8, at DateTime) ENGINE = MergeTree PRIMARY KEY id ORDER BY (id, at)"},
		{SQL: "INSERT INTO events SELECT number, now() FROM numbers(10)"},
		{Say: "there is no such statement", SQL: "ALTER TABLE events MODIFY PRIMARY KEY (id, at)", Fails: 62},
		{SQL: "DROP TABLE events SYNC"},
		{SQL: "CREATE TABLE events (id UInt8, at DateTime) ENGINE = MergeTree PRIMARY KEY (id, at) ORDER BY (id, at)"},
		{SQL: "SELECT count() FROM events", Want: "0"},
	},
}, attribute("primary key", "ClickHouse cannot change the primary key in place (%s)"))
