package lc

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc202 = &review.Rule{
	Code: "LC202", Name: "precision lost", Severity: finding.Warn,
	Detects: "A number becomes one of floating point that has fewer digits. It is only told when it is certain that every number in the table stays.",
	Happens: "ClickHouse takes the nearest number that the new type has, and reports nothing: 16777217 becomes 16777216 in a Float32, and 0.1 becomes 0.10000000149. Comparisons with = no longer find such rows.",
	Remedy:  newColumn + ", or accept it where the last digits do not matter",
	Demo: review.Demo{
		{Say: "two counters", SQL: "CREATE TABLE counters (id UInt8, n UInt32) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO counters VALUES (1, 5), (2, 16777217)"},
		{SQL: "ALTER TABLE counters MODIFY COLUMN n Float32 SETTINGS mutations_sync = 2"},
		{Say: "the great one has lost its last digit", SQL: "SELECT id, toUInt32(n) FROM counters ORDER BY id", Want: "1\t5\n2\t16777216"},
	},
	Ask: func(s *review.Subject) []probe.Question { return ask(s, "LC202") },
	Check: func(s *review.Subject) []review.Hit {
		return quietWhenNone(check(s, "LC202", func(c conversion, name string, count review.Count) string {
			return fmt.Sprintf("%s becomes %s instead of %s; numbers with more digits than that are rounded (%s)", name, c.to, c.from, count.Text)
		}))
	},
}

// quietWhenNone makes those hazards mere information that are known to affect nothing.
func quietWhenNone(hits []review.Hit) []review.Hit {
	for i := range hits {
		if hits[i].Count.None {
			hits[i].Severity = finding.Info
		}
	}
	return hits
}
