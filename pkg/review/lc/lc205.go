package lc

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/chtype"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc205 = &review.Rule{
	Code: "LC205", Name: "time zone changed", Severity: finding.Warn,
	Detects: "The time zone of a column changes, and nothing else that matters. It is only told when the rows look the same in both, as those in the time zone of the server do.",
	Happens: "What is stored stays, and no row is written anew. But every time is shown in the new zone, days begin at another moment, and texts that are inserted or compared with the column are read in the new zone.",
	Remedy:  "keep the zone of the column, and convert in the queries with toTimeZone",
	Demo: review.Demo{
		{SQL: "CREATE TABLE events (id UInt8, at DateTime('UTC')) ENGINE = MergeTree ORDER BY id"},
		{Say: "late in the evening of the first of May", SQL: "INSERT INTO events VALUES (1, '2024-05-01 22:00:00')"},
		{SQL: "ALTER TABLE events MODIFY COLUMN at DateTime('Asia/Tokyo')"},
		{Say: "it is the second of May now", SQL: "SELECT id, at, toDate(at) FROM events", Want: "1\t2024-05-02 07:00:00\t2024-05-02"},
		{Say: "and the old text no longer finds it", SQL: "SELECT count() FROM events WHERE at = '2024-05-01 22:00:00'", Want: "0"},
	},
	Ask: func(s *review.Subject) []probe.Question {
		var out []probe.Question
		for _, c := range spokenBy(s, "LC205") {
			// The same type but for the zone, so that only the zone changes the text.
			shown := sqltext.Ident(c.column)
			out = append(out, c.question("LC205", fmt.Sprintf("ifNull(toString(%s) != toString(%s), 0)", cast(shown, c.to), cast(shown, otherZones(c.to, chtype.Zones(c.from))))))
		}
		return out
	},
	Check: func(s *review.Subject) []review.Hit {
		return quietWhenNone(check(s, "LC205", func(c conversion, name string, count review.Count) string {
			return fmt.Sprintf("%s becomes %s instead of %s; what is stored stays, but every time is shown and read in the other zone (shown otherwise: %s)", name, c.to, c.from, count.Text)
		}))
	},
}
