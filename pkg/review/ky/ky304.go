package ky

import (
	"fmt"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var ky304 = &review.Rule{
	Code: "KY304", Name: "sampling outside of the primary key", Severity: finding.Warn,
	Detects: "SAMPLE BY of a table gets an expression that is no element of its primary key.",
	Happens: "ClickHouse refuses it. The migration stops at this statement, and what comes after it in the plan is not done.",
	Remedy:  "sample by an element of the primary key that is an unsigned number, such as cityHash64(user_id)",
	Demo: review.Demo{
		{SQL: "CREATE TABLE events (id UInt32, at UInt32) ENGINE = MergeTree ORDER BY id"},
		{Say: "a column outside of the key", SQL: "ALTER TABLE events MODIFY SAMPLE BY at", Fails: 36},
		{Say: "one of the key", SQL: "ALTER TABLE events MODIFY SAMPLE BY id"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, t := range s.Tables(diff.Add, diff.Update, diff.Recreate) {
			a := t.After
			if a == nil || a.SampleBy == "" || !(inframap.Engine{Name: a.Engine.Name}).IsMergeTree() || t.Action == diff.Update && !t.Table.SampleBy || slices.Contains(a.PrimaryKey, a.SampleBy) {
				continue
			}
			out = append(out, review.Hit{
				Object: s.Object(t), Source: s.Source(t.Change), What: []string{a.SampleBy},
				Text: fmt.Sprintf("table %s is to be sampled by %s, which is not in its primary key; ClickHouse refuses that, and the migration stops there", s.Label(t), a.SampleBy),
			})
		}
		return out
	},
}
