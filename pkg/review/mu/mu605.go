package mu

import (
	"fmt"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mu605 = &review.Rule{
	Code: "MU605", Name: "too little free disk", Severity: finding.Block,
	Detects: "The disks of a table have less free space than a rewrite of the plan needs. Object storage is left out: its room is not known.",
	Happens: "The old parts stay until the new ones are written. Where there is no room the mutation stalls, and with a full disk merges and inserts fail, too.",
	Remedy:  "free disk first, or change one partition after the other",
	Demo: review.Demo{
		{Say: "while a mutation runs, old and new parts lie side by side", SQL: "CREATE TABLE sales (id UInt32, note String) ENGINE = MergeTree ORDER BY id SETTINGS old_parts_lifetime = 600"},
		{SQL: "INSERT INTO sales SELECT number, randomPrintableASCII(100) FROM numbers(1000)"},
		{SQL: "ALTER TABLE sales MODIFY COLUMN note Nullable(String) SETTINGS mutations_sync = 2"},
		{Say: "the values are on disk twice", SQL: "SELECT active, count(), sum(bytes_on_disk) > 90000 FROM system.parts WHERE database = currentDatabase() GROUP BY active ORDER BY active", Want: "0\t1\t1\n1\t1\t1"},
	},
	Check: func(s *review.Subject) []review.Hit {
		if s.Facts == nil {
			return nil
		}
		var out []review.Hit
		for _, r := range rewrites(s) {
			disk, known := s.Facts.Disks.Value[r.edit.Before.Name]
			need := r.cost().FreeNeeded
			if !known || disk.Remote || disk.Free >= need {
				continue
			}
			h := hit(s, r.edit, r.what(s)...)
			h.Evidence = []finding.Evidence{
				{Text: fmt.Sprintf("%s are free for the storage policy %s", humanize.Bytes(disk.Free), disk.Policy), Source: "system.disks"},
				{Text: r.cost().Text(), Source: "system.parts, system.columns"},
			}
			h.Text = fmt.Sprintf("changing table %s needs about %s of free disk, and there are %s", s.Label(r.edit), humanize.Bytes(need), humanize.Bytes(disk.Free))
			out = append(out, h)
		}
		return out
	},
}
