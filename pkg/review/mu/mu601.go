package mu

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// The sizes from which on a rewrite is worth a word, and from which on somebody should
// decide about it. They are ours: a disk writes the first in minutes, the second in hours.
const (
	largeBytes = 10 << 30
	hugeBytes  = 1 << 40
)

var mu601 = &review.Rule{
	Code: "MU601", Name: "large rewrite", Severity: finding.Block,
	Detects: "The plan makes the server write 10 GB or more of a table again; from 1 TB on it blocks. A column is counted by itself where parts keep each column in files of its own.",
	Happens: "A changed type, a TTL, and the removal of a column, an index or a projection are mutations: the server writes part after part anew. The ALTER has returned long before; meanwhile the disk holds old and new parts, and merges and queries wait for it.",
	Remedy:  "migrate at a quiet time, with enough free disk; a new column that is filled partition by partition can be stopped and goes on",
	Demo: review.Demo{
		{Say: "a table of two parts", SQL: "CREATE TABLE sales (id UInt32, price Int32, note String) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO sales SELECT number, number, 'x' FROM numbers(1000)"},
		{SQL: "INSERT INTO sales SELECT number, number, 'x' FROM numbers(1000)"},
		{SQL: "SELECT name FROM system.parts WHERE database = currentDatabase() AND active ORDER BY name", Want: "all_1_1_0\nall_2_2_0"},
		{Say: "a wider type, though every value fits", SQL: "ALTER TABLE sales MODIFY COLUMN price Int64"},
		{Say: "both parts are written again", SQL: "SELECT name FROM system.parts WHERE database = currentDatabase() AND active ORDER BY name", Want: "all_1_1_0_3\nall_2_2_0_3", Eventually: true},
		{Say: "a default rewrites nothing", SQL: "ALTER TABLE sales MODIFY COLUMN price DEFAULT 1"},
		{SQL: "SELECT name FROM system.parts WHERE database = currentDatabase() AND active ORDER BY name", Want: "all_1_1_0_3\nall_2_2_0_3"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, r := range rewrites(s) {
			cost := r.cost()
			if cost.Bytes < largeBytes {
				continue
			}
			h := hit(s, r.edit, r.what(s)...)
			if cost.Bytes < hugeBytes {
				h.Severity = finding.Warn
			}
			h.Count.Stake = &finding.Stake{Rows: &cost.Rows, Bytes: &cost.Bytes}
			h.Evidence = []finding.Evidence{{Text: cost.Text(), Source: "system.parts, system.columns"}}
			h.Text = fmt.Sprintf("changing table %s %s", s.Label(r.edit), cost.Text())
			out = append(out, h)
		}
		return out
	},
}
