package ky

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/recreate"
)

var ky301 = recreate.Rule(review.Rule{
	Code: "KY301", Name: "sorting key changed",
	Detects: "ORDER BY of a table changes. A primary key that changes with it is the same hazard.",
	Happens: "The rows of each part are stored in that order, so no ALTER can change it; only a column that is added in the same statement may be put at the end. The table is dropped and made anew, empty.",
	Remedy:  recreate.Beside,
	Demo: review.Demo{
		{Say: "ten rows, sorted by id", SQL: "CREATE TABLE events (id UInt8, at DateTime) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO events SELECT number, now() FROM numbers(10)"},
		{Say: "a column that is there cannot join the key", SQL: "ALTER TABLE events MODIFY ORDER BY (id, at)", Fails: 36},
		{Say: "what is left is to drop the table and make it anew", SQL: "DROP TABLE events SYNC"},
		{SQL: "CREATE TABLE events (id UInt8, at DateTime) ENGINE = MergeTree ORDER BY (id, at)"},
		{SQL: "SELECT count() FROM events", Want: "0"},
	},
}, attribute("order by", "ClickHouse cannot change the sorting key in place (%s)"))

// attribute says a cause with both values of an attribute.
func attribute(name, format string) func(review.TableEdit) string {
	return func(t review.TableEdit) string {
		before, after, _ := t.Differs(name)
		return fmt.Sprintf(format, recreate.FromTo(before, after))
	}
}
