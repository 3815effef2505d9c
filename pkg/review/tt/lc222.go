package tt

import (
	"cmp"
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc222 = &review.Rule{
	Code: "LC222", Name: "values expire", Severity: finding.Block, Proof: true,
	Detects: "A column gets a TTL, or a shorter one. One that surely keeps every value at least as long as before is none of this.",
	Happens: "ClickHouse starts at once (materialize_ttl_after_modify): values of expired rows become the default of the column. From then on each merge does so. There is no way back.",
	Remedy:  "ask for the oldest value that is needed, and copy the others into another table first",
	Demo: review.Demo{
		{Say: "six notes, ten days apart, the newest of today", SQL: "CREATE TABLE events (id UInt8, at DateTime, note String) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO events SELECT number, now() - toIntervalDay(10 * number), 'x' FROM numbers(6)"},
		{Say: "a TTL of fifteen days for the notes", SQL: "ALTER TABLE events MODIFY COLUMN note String TTL at + INTERVAL 15 DAY"},
		{Say: "four of them are empty, all rows are there", SQL: "SELECT countIf(note = ''), count() FROM events", Want: "4\t6", Eventually: true},
	},
	Ask: func(s *review.Subject) []probe.Question {
		var out []probe.Question
		for _, c := range expiring(s) {
			if c.Table.Before != nil {
				out = append(out, questions(c.id(), c.Table.Before, c.now, elements(c.before))...)
			}
		}
		return out
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, c := range expiring(s) {
			h := review.Hit{Object: s.Object(c.Table, c.Name()), Source: s.Source(c.Table.Change), What: []string{c.before, c.after}}
			h.Count = count(s, c.id(), c.Table.Before)
			if _, _, ok := expired(c.Table.Before, c.now, nil, 0); !ok && c.Table.Before != nil && !h.Count.None {
				h.Count = review.Count{Text: "in how many rows cannot be counted"}
			}
			h.Text = fmt.Sprintf("column %s of table %s gets the TTL %s (before: %s): older values become the default (%s)", c.Name(), s.Label(c.Table), c.after, cmp.Or(c.before, "none"), h.Count.Text)
			out = append(out, h)
		}
		return out
	},
}

// expiry is a column whose values expire earlier.
type expiry struct {
	review.ColumnEdit
	before, after string
	now           []element
}

func (e expiry) id() string {
	if e.Table.Before == nil {
		return "LC222"
	}
	return "LC222 " + e.Table.Before.Name.String() + "." + e.Name()
}

func expiring(s *review.Subject) []expiry {
	var out []expiry
	for _, c := range s.Columns(diff.Update) {
		before, after, differs := c.Differs("TTL")
		if !differs {
			continue
		}
		if now := shortened(before, oldNames(c.Table, after)); len(now) > 0 {
			out = append(out, expiry{c, before, after, now})
		}
	}
	return out
}
