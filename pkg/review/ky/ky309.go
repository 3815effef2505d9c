package ky

import (
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/recreate"
)

var ky309 = recreate.Rule(review.Rule{
	Code: "KY309", Name: "fixed setting changed",
	Detects: "Nothing but settings of a table change that ClickHouse takes only when the table is made, such as index_granularity.",
	Happens: "ALTER TABLE … MODIFY SETTING is refused (error 472), so the whole table is dropped and made anew for it, empty.",
	Remedy:  "leave the setting as the table has it",
	Demo: review.Demo{
		{Say: "ten rows", SQL: "CREATE TABLE events (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO events SELECT number FROM numbers(10)"},
		{Say: "the setting is fixed", SQL: "ALTER TABLE events MODIFY SETTING index_granularity = 1024", Fails: 472},
		{Say: "for a setting, all rows go", SQL: "DROP TABLE events SYNC"},
		{SQL: "CREATE TABLE events (id UInt8) ENGINE = MergeTree ORDER BY id SETTINGS index_granularity = 1024"},
		{SQL: "SELECT count() FROM events", Want: "0"},
	},
}, func(t review.TableEdit) string {
	var out []string
	for _, a := range t.Forced {
		out = append(out, strings.TrimPrefix(a.Name, "setting ")+" "+recreate.FromTo(a.Before, a.After))
	}
	if len(out) == 1 {
		return "ClickHouse cannot change this setting in place: " + out[0]
	}
	return "ClickHouse cannot change these settings in place: " + strings.Join(out, ", ")
})
