package ky

import (
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/recreate"
)

var ky303 = recreate.Rule(review.Rule{
	Code: "KY303", Name: "partitioning changed",
	Detects: "PARTITION BY of a table changes.",
	Happens: "Each part belongs to one partition, so no ALTER can change it. The table is dropped and made anew, empty.",
	Remedy:  recreate.Beside,
	Demo: review.Demo{
		{Say: "ten rows", SQL: "CREATE TABLE events (id UInt8, at DateTime) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO events SELECT number, now() FROM numbers(10)"},
		{Say: "there is no such statement", SQL: "ALTER TABLE events MODIFY PARTITION BY toYYYYMM(at)", Fails: 62},
		{SQL: "DROP TABLE events SYNC"},
		{SQL: "CREATE TABLE events (id UInt8, at DateTime) ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY id"},
		{SQL: "SELECT count() FROM events", Want: "0"},
	},
}, attribute("partition by", "ClickHouse cannot change the partitioning in place (%s)"))
