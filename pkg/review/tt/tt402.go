package tt

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var tt402 = &review.Rule{
	Code: "TT402", Name: "rows no longer expire", Severity: finding.Info,
	Detects: "A table has no TTL any more that deletes rows.",
	Happens: "Nothing is lost. Rows stay for good, and the table grows.",
	Remedy:  "watch the disk, and give the table a TTL when it is known how long rows are needed",
	Demo: review.Demo{
		{Say: "an event that has expired goes with the first merge", SQL: "CREATE TABLE events (id UInt8, at DateTime) ENGINE = MergeTree ORDER BY id TTL at + INTERVAL 15 DAY"},
		{Say: "without the TTL it stays", SQL: "ALTER TABLE events REMOVE TTL"},
		{SQL: "INSERT INTO events VALUES (1, now() - toIntervalDay(30))"},
		{SQL: "OPTIMIZE TABLE events FINAL"},
		{SQL: "SELECT count() FROM events", Want: "1"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, e := range changed(s) {
			if len(deleting(e.before)) == 0 || len(deleting(e.after)) > 0 {
				continue
			}
			h := e.hit(s)
			h.Text = fmt.Sprintf("table %s no longer deletes rows (before: %s), and grows from now on", s.Label(e.TableEdit), e.before)
			out = append(out, h)
		}
		return out
	},
}
