package pl

import (
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/rehearse"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var pl016 = &review.Rule{
	Code: "PL016", Name: "rehearsal failed", Severity: finding.Block,
	Detects: "The plan was rehearsed on a server of its own that has the actual schema and no data, and a statement was refused, or the end state was another one than the declared.",
	Happens: "A migration runs the same statements one after the other: it would stop at the one that is refused, with those before it done.",
	Remedy:  "correct the declaration",
	Demo: review.Demo{
		{Say: "the plan creates a table", SQL: "CREATE TABLE first (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{Say: "and adds an index that the type does not take", SQL: "ALTER TABLE first ADD INDEX words id TYPE tokenbf_v1(256, 2, 0) GRANULARITY 1", Fails: 36},
		{Say: "the migration has stopped half-way", SQL: "SELECT count() FROM system.tables WHERE database = currentDatabase()", Want: "1"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, f := range rehearse.Findings(s.Report.Rehearsal) {
			out = append(out, review.Hit{Object: f.Object, Text: f.Text, Remedy: f.Remedy, What: []string{f.Fingerprint}})
		}
		return out
	},
}
