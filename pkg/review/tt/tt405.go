package tt

import (
	"cmp"
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var tt405 = &review.Rule{
	Code: "TT405", Name: "TTL that cannot be judged", Severity: finding.Block, Proof: true,
	Detects: "The TTL of a table changes to one whose effect is not counted, because its expression has more in it than columns, values and functions that are known to read nothing else. TT401 is about the others.",
	Happens: "What expires is known only when it is gone: an expression can ask a dictionary or another table, and delete all rows.",
	Remedy:  "write the TTL as a time column plus an interval, or count by hand which rows it deletes",
	Demo: review.Demo{
		{Say: "events of today", SQL: "CREATE TABLE events (id UInt8, at DateTime) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO events SELECT number, now() FROM numbers(10)"},
		{SQL: "CREATE TABLE closed (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO closed SELECT number FROM numbers(8)"},
		{Say: "what expires depends on another table", SQL: "ALTER TABLE events MODIFY TTL at - INTERVAL 1 DAY DELETE WHERE id IN (SELECT id FROM closed)"},
		{SQL: "SELECT count() FROM events", Want: "2", Eventually: true},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, e := range edits(s) {
			if _, _, ok := expired(e.Before, e.now, nil, 0); ok || e.Before == nil {
				continue
			}
			h := e.hit(s)
			h.Count = s.Count(e.id("TT405"), e.Before)
			if !h.Count.None {
				h.Count = review.Count{Text: "which rows it deletes cannot be counted", Stake: &finding.Stake{Whole: true}}
			}
			h.Text = fmt.Sprintf("table %s gets the TTL %s (before: %s); %s", s.Label(e.TableEdit), e.after, cmp.Or(e.before, "none"), h.Count.Text)
			out = append(out, h)
		}
		return out
	},
}
