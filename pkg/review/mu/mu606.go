package mu

import (
	"fmt"
	"strconv"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mu606 = &review.Rule{
	Code: "MU606", Name: "merges are behind", Severity: finding.Warn,
	Detects: "A partition of a table that the plan changes has at least eight tenths of the parts from which on inserts are slowed down (parts_to_delay_insert).",
	Happens: "A mutation writes every part anew and takes the place of merges, so the number of parts grows further. First inserts are slowed down, then they fail (error 252).",
	Remedy:  "wait until the merges have caught up, and look at why there are so many parts: small inserts, or a partition key that is too fine",
	Demo: review.Demo{
		{Say: "a table that may have few parts, and no merges", SQL: "CREATE TABLE sales (id UInt8) ENGINE = MergeTree ORDER BY id SETTINGS parts_to_delay_insert = 2, parts_to_throw_insert = 3, max_delay_to_insert = 1"},
		{SQL: "SYSTEM STOP MERGES sales"},
		{SQL: "INSERT INTO sales VALUES (1)"},
		{SQL: "INSERT INTO sales VALUES (2)"},
		{SQL: "INSERT INTO sales VALUES (3)"},
		{Say: "a further insert fails", SQL: "INSERT INTO sales VALUES (4)", Fails: 252},
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
			layout, known := s.Facts.Layouts.Value[t.Before.Name]
			limit := layout.Delay
			if own, err := strconv.ParseUint(t.Before.Settings["parts_to_delay_insert"], 10, 64); err == nil {
				limit = own
			}
			if !known || limit == 0 || layout.InPartition*10 < limit*8 {
				continue
			}
			h := hit(s, t)
			h.Evidence = []finding.Evidence{{Text: fmt.Sprintf("%s parts in one partition, slowed down from %s on", humanize.Comma(int64(layout.InPartition)), humanize.Comma(int64(limit))), Source: "system.parts"}}
			h.Text = fmt.Sprintf("a partition of table %s has %s parts, and inserts are slowed down from %s on", s.Label(t), humanize.Comma(int64(layout.InPartition)), humanize.Comma(int64(limit)))
			out = append(out, h)
		}
		return out
	},
}
