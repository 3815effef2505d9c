package ds

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// inMemory is the engine whose rows are nowhere else: UNDROP does not bring them back.
const inMemory = "Memory"

var ds112 = &review.Rule{
	Code: "DS112", Name: "drop table in memory", Severity: finding.Block, Proof: true,
	Detects: "A table of the engine Memory goes. DS101 is about the tables whose rows are on a disk.",
	Happens: "The rows are gone at once. They are on no disk, so UNDROP TABLE brings nothing back, not even in the first minutes.",
	Remedy:  "copy the rows into a table of the engine MergeTree first",
	Demo: review.Demo{
		{Say: "ten rows in memory", SQL: "CREATE TABLE cache (id UInt8) ENGINE = Memory"},
		{SQL: "INSERT INTO cache SELECT number FROM numbers(10)"},
		{SQL: "DROP TABLE cache SYNC"},
		{Say: "there is nothing to bring back; without SYNC that is so a moment later", SQL: "UNDROP TABLE cache", Fails: 60},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, t := range s.Tables(diff.Remove) {
			if t.Engine() != inMemory {
				continue
			}
			count := s.Holds(t)
			count.Evidence = append(count.Evidence, readers(s, t, "")...)
			out = append(out, review.Hit{
				Object: s.Object(t), Source: s.Source(t.Change), Count: count,
				Text: fmt.Sprintf("table %s, which is kept in memory only, is dropped%s", s.Label(t), review.And(count)),
			})
		}
		return out
	},
}
