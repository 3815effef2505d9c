package lc

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc204 = &review.Rule{
	Code: "LC204", Name: "time cut", Severity: finding.Block, Proof: true,
	Detects: "A date or a time gets a type that is coarser or covers fewer years, or that is no time at all.",
	Happens: "Fractions of a second and times of the day are cut off. A date beyond the range of the new type becomes another date: 1950 becomes 2086 in a DateTime. No error says so.",
	Remedy:  newColumn,
	Demo: review.Demo{
		{Say: "three moments", SQL: "CREATE TABLE events (id UInt8, at DateTime64(3, 'UTC')) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO events VALUES (1, '2024-05-01 10:00:00.000'), (2, '2024-05-01 10:00:00.789'), (3, '1950-01-01 00:00:00.000')"},
		{Say: "the column loses its milliseconds", SQL: "ALTER TABLE events MODIFY COLUMN at DateTime('UTC') SETTINGS mutations_sync = 2"},
		{Say: "so do the values, and the year 1950 is another one", SQL: "SELECT * FROM events ORDER BY id", Want: "1\t2024-05-01 10:00:00\n2\t2024-05-01 10:00:00\n3\t2086-02-06 06:28:16"},
	},
	Ask: func(s *review.Subject) []probe.Question { return ask(s, "LC204") },
	Check: func(s *review.Subject) []review.Hit {
		return check(s, "LC204", func(c conversion, name string, count review.Count) string {
			return fmt.Sprintf("%s becomes %s instead of %s; what the new type does not have is cut off, and dates beyond its range become other dates (%s)", name, c.to, c.from, count.Text)
		})
	},
}
