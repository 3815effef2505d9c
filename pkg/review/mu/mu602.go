package mu

import (
	"fmt"

	"github.com/dustin/go-humanize/english"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mu602 = &review.Rule{
	Code: "MU602", Name: "unfinished mutations", Severity: finding.Block,
	Detects: "A table that the plan changes in place has mutations that are not finished, or that fail.",
	Happens: "Mutations of a table run one after the other. A new one waits for those before it, and behind one that fails it waits for ever. With 500 the server slows down, with 1,000 it refuses further ones.",
	Remedy:  "wait until they are finished, or stop those that fail: `KILL MUTATION WHERE database = '…' AND table = '…' AND mutation_id = '…'`",
	Demo: review.Demo{
		{Say: "a mutation that cannot succeed", SQL: "CREATE TABLE sales (id UInt8, n Int32, price Int32) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO sales VALUES (1, 1, 10)"},
		{SQL: "ALTER TABLE sales UPDATE n = throwIf(id = 1) WHERE 1 SETTINGS mutations_sync = 0"},
		{SQL: "SELECT count() FROM system.mutations WHERE database = currentDatabase() AND NOT is_done AND latest_fail_reason != ''", Want: "1", Eventually: true},
		{Say: "a new one is accepted", SQL: "ALTER TABLE sales MODIFY COLUMN price Int64 SETTINGS mutations_sync = 0, alter_sync = 0"},
		{Say: "and waits behind it", SQL: "SELECT count() FROM system.mutations WHERE database = currentDatabase() AND NOT is_done", Want: "2", Eventually: true},
		{Say: "when the first is stopped, the second runs", SQL: "KILL MUTATION WHERE database = currentDatabase() AND table = 'sales' AND mutation_id = 'mutation_2.txt' SYNC"},
		{SQL: "SELECT count() FROM system.mutations WHERE database = currentDatabase() AND NOT is_done", Want: "0", Eventually: true},
	},
	Check: func(s *review.Subject) []review.Hit {
		if s.Facts == nil {
			return nil
		}
		var out []review.Hit
		for _, t := range s.Tables(diff.Update) {
			if t.Before == nil {
				continue
			}
			pending := s.Facts.Mutations.Value[t.Before.Name]
			if len(pending) == 0 {
				continue
			}
			h := hit(s, t)
			how := "; the changes of the plan wait until it is"
			if len(pending) > 1 {
				how = "; the changes of the plan wait until they are"
			}
			for _, m := range pending {
				text := fmt.Sprintf("%s: %s; %s to do", m.ID, m.Command, english.Plural(int(m.PartsToDo), "part", ""))
				if m.FailReason != "" {
					how = ", and it fails: the changes of the plan wait behind it for ever"
					text += "; it fails: " + m.FailReason
				}
				h.Evidence = append(h.Evidence, finding.Evidence{Text: text, Source: "system.mutations"})
			}
			h.Text = fmt.Sprintf("table %s has %s not finished%s", s.Label(t), english.Plural(len(pending), "mutation", ""), how)
			out = append(out, h)
		}
		return out
	},
}
