package lc

import (
	"cmp"
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc221 = &review.Rule{
	Code: "LC221", Name: "codec changed", Severity: finding.Info,
	Detects: "The compression of a column changes.",
	Happens: "No value changes, and nothing is written anew: only parts that are written from now on have the new codec, by inserts and merges.",
	Remedy:  "run OPTIMIZE TABLE … FINAL at a quiet time if the rows that are there should have it, too",
	Demo: review.Demo{
		{SQL: "CREATE TABLE logs (id UInt32, line String CODEC(NONE)) ENGINE = MergeTree ORDER BY id SETTINGS min_bytes_for_wide_part = 0"},
		{SQL: "INSERT INTO logs SELECT number, repeat('x', 100) FROM numbers(1000)"},
		{SQL: "ALTER TABLE logs MODIFY COLUMN line String CODEC(ZSTD(1)) SETTINGS mutations_sync = 2"},
		{Say: "what is there is as large as before", SQL: "SELECT data_compressed_bytes > 100000 FROM system.columns WHERE database = currentDatabase() AND table = 'logs' AND name = 'line'", Want: "1"},
		{Say: "until it is written anew", SQL: "OPTIMIZE TABLE logs FINAL"},
		{SQL: "SELECT data_compressed_bytes < 10000 FROM system.columns WHERE database = currentDatabase() AND table = 'logs' AND name = 'line'", Want: "1"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, c := range s.Columns(diff.Update) {
			before, after, differs := c.Differs("codec")
			if !differs || !stored(c.ColumnChange.After) {
				continue
			}
			out = append(out, review.Hit{
				Object: s.Object(c.Table, c.Name()), Source: s.Source(c.Table.Change), What: []string{before, after},
				Text: fmt.Sprintf("%s is compressed with %s instead of %s in parts that are written from now on", nameOf(s, c), cmp.Or(after, "the codec of the server"), cmp.Or(before, "the codec of the server")),
			})
		}
		return out
	},
}
