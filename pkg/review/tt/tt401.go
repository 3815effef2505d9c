package tt

import (
	"cmp"
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var tt401 = &review.Rule{
	Code: "TT401", Name: "rows expire", Severity: finding.Block, Proof: true,
	Detects: "A table gets a TTL that deletes rows, or a shorter one. One that surely keeps every row at least as long as before is none of this, and of a table that is made anew there is nothing left to expire.",
	Happens: "ClickHouse starts at once (materialize_ttl_after_modify): a mutation deletes every row that has expired by the new TTL. From then on each merge deletes what has expired since. There is no way back.",
	Remedy:  "ask for the oldest row that is needed; to see what would go, set materialize_ttl_after_modify = 0 for the statement, and delete partition by partition",
	Demo: review.Demo{
		{Say: "six events, ten days apart, the newest of today", SQL: "CREATE TABLE events (id UInt8, at DateTime) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO events SELECT number, now() - toIntervalDay(10 * number) FROM numbers(6)"},
		{Say: "a TTL of fifteen days", SQL: "ALTER TABLE events MODIFY TTL at + INTERVAL 15 DAY"},
		{Say: "four events are gone, without any merge", SQL: "SELECT count() FROM events", Want: "2", Eventually: true},
		{Say: "taking the TTL back brings none back", SQL: "ALTER TABLE events REMOVE TTL"},
		{SQL: "SELECT count() FROM events", Want: "2"},
	},
	Ask: func(s *review.Subject) []probe.Question {
		var out []probe.Question
		for _, e := range edits(s) {
			out = append(out, questions(e.id("TT401"), e.Before, e.now, deleting(e.before))...)
		}
		return out
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, e := range edits(s) {
			if _, _, ok := expired(e.Before, e.now, nil, 0); !ok && e.Before != nil {
				continue // TT405 speaks
			}
			h := e.hit(s)
			h.Count = count(s, e.id("TT401"), e.Before)
			h.Text = fmt.Sprintf("table %s gets the TTL %s (before: %s): rows older than that are deleted (%s)", s.Label(e.TableEdit), e.after, cmp.Or(e.before, "none"), h.Count.Text)
			out = append(out, h)
		}
		return out
	},
}

// edit is a table whose TTL changes.
type edit struct {
	review.TableEdit
	before, after string
	// now are the parts that delete rows earlier than before.
	now []element
}

// changed are the tables that keep rows and whose TTL changes in place.
func changed(s *review.Subject) []edit {
	var out []edit
	for _, t := range s.Tables(diff.Update) {
		before, after, differs := t.Differs("TTL")
		if !differs || t.Table.Before == nil || !report.HoldsRows(t.Engine()) {
			continue
		}
		out = append(out, edit{TableEdit: t, before: before, after: after, now: shortened(before, oldNames(t, after))})
	}
	return out
}

// edits are those by which rows expire earlier.
func edits(s *review.Subject) []edit {
	var out []edit
	for _, e := range changed(s) {
		if len(e.now) > 0 {
			out = append(out, e)
		}
	}
	return out
}

func (e edit) id(code string) string {
	if e.Before == nil {
		return code
	}
	return code + " " + e.Before.Name.String()
}

func (e edit) hit(s *review.Subject) review.Hit {
	return review.Hit{Object: s.Object(e.TableEdit), Source: s.Source(e.Change), What: []string{e.before, e.after}}
}

// deleting are the parts of a TTL that delete rows.
func deleting(ttl string) []element {
	var out []element
	for _, e := range elements(ttl) {
		if e.deletes() {
			out = append(out, e)
		}
	}
	return out
}
