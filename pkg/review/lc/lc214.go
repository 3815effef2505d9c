package lc

import (
	"fmt"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// manyValues is from when on a dictionary hurts more than it helps, in different values
// (ClickHouse's documentation of LowCardinality).
const manyValues = 100_000

var lc214 = &review.Rule{
	Code: "LC214", Name: "LowCardinality changed", Severity: finding.Warn,
	Detects: "A column gets or loses LowCardinality, and its type stays otherwise. It is only told when the column has few different values, or loses it.",
	Happens: "No value changes. ClickHouse writes the column of all rows anew. With a dictionary a column of few different values is smaller and faster; with more than a hundred thousand it is larger and slower than without.",
	Remedy:  "count the different values with uniq first, and leave LowCardinality out where there are many",
	Demo: review.Demo{
		{SQL: "CREATE TABLE visits (id UInt32, session String) ENGINE = MergeTree ORDER BY id SETTINGS min_bytes_for_wide_part = 0"},
		{Say: "every row has a value of its own", SQL: "INSERT INTO visits SELECT number, hex(sipHash64(number)) FROM numbers(200000)"},
		{SQL: "CREATE TABLE before (size UInt64) ENGINE = Memory"},
		{SQL: "INSERT INTO before SELECT data_compressed_bytes FROM system.columns WHERE database = currentDatabase() AND table = 'visits' AND name = 'session'"},
		{SQL: "ALTER TABLE visits MODIFY COLUMN session LowCardinality(String) SETTINGS mutations_sync = 2"},
		{Say: "with the dictionary the column is larger", SQL: "SELECT data_compressed_bytes > (SELECT size FROM before) FROM system.columns WHERE database = currentDatabase() AND table = 'visits' AND name = 'session'", Want: "1"},
		{Say: "its values are the same", SQL: "SELECT countIf(session = hex(sipHash64(toUInt64(id)))) FROM visits", Want: "200000"},
	},
	Ask: func(s *review.Subject) []probe.Question {
		var out []probe.Question
		for _, c := range spokenBy(s, "LC214") {
			if lowCardinality(argument(c.to)) {
				q := c.question("LC214", "0")
				q.Distinct = sqltext.Ident(c.column)
				out = append(out, q)
			}
		}
		return out
	},
	Check: func(s *review.Subject) []review.Hit {
		hits := told(s, "LC214", func(_ conversion, _ string) string { return "" })
		for i, c := range spokenBy(s, "LC214") {
			h, name := &hits[i], nameOf(s, c.ColumnEdit)
			if !lowCardinality(argument(c.to)) {
				h.Severity, h.Text = finding.Info, name+" loses LowCardinality; its values stay, and are written anew"
				continue
			}
			values := s.Facts.Answer(id(c.ColumnEdit, "LC214"))
			known := "how many different values it has is not known"
			switch {
			case c.Table.Before != nil && c.Table.Before.Rows != nil && *c.Table.Before.Rows == 0:
				known, h.Severity = "the table holds no rows now", finding.Info
			case values.Err == nil:
				known = fmt.Sprintf("about %s different values in %s rows", humanize.Comma(int64(values.Rows)), humanize.Comma(int64(values.Total)))
				h.Evidence = []finding.Evidence{{Text: known, Source: "uniq over the column", Sampled: values.Sampled}}
				if values.Rows <= manyValues {
					h.Severity = finding.Info
				}
			}
			h.Text = fmt.Sprintf("%s gets LowCardinality, which helps only with few different values (%s)", name, known)
		}
		return hits
	},
}
