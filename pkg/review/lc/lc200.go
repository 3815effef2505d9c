package lc

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var lc200 = &review.Rule{
	Code: "LC200", Name: "values may change", Severity: finding.Block, Proof: true,
	Detects: "The type of a column changes in a way that no other rule knows, and that is not known to keep every value.",
	Happens: "ClickHouse casts each value to the new type. One for which there is no such value ends the change with an error, or becomes another value without one: a number becomes a date, a UUID a number.",
	Remedy:  newColumn,
	Demo: review.Demo{
		{Say: "two numbers that are days, and one that is too great for that", SQL: "CREATE TABLE bills (id UInt8, day UInt32) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO bills VALUES (1, 1), (2, 19000), (3, 20240501)"},
		{SQL: "ALTER TABLE bills MODIFY COLUMN day Date SETTINGS mutations_sync = 2"},
		{Say: "the last one was read as seconds", SQL: "SELECT * FROM bills ORDER BY id", Want: "1\t1970-01-02\n2\t2022-01-08\n3\t1970-08-23"},
	},
	Ask: func(s *review.Subject) []probe.Question { return ask(s, "LC200") },
	Check: func(s *review.Subject) []review.Hit {
		out := check(s, "LC200", func(c conversion, name string, count review.Count) string {
			return fmt.Sprintf("%s becomes %s instead of %s, which can change values or fail (%s)", name, c.to, c.from, count.Text)
		})
		return append(out, unnamed(s)...)
	},
}

// unnamed are the conversions that the report counts as losses and no rule speaks of.
func unnamed(s *review.Subject) []review.Hit {
	if s.Report == nil {
		return nil
	}
	named := map[string]bool{}
	for _, c := range conversions(s) {
		if c.rule() != "" || c.losesNull() || c.onlyFunction() {
			named[s.Object(c.Table, c.Name())] = true
		}
	}
	var out []review.Hit
	for _, t := range s.Tables(diff.Update) {
		n := s.Name(t)
		for _, l := range s.Report.Losses {
			if !l.Converts() || l.Database != n.Database || l.Name != n.Object || named[s.Object(t, l.Column)] {
				continue
			}
			count := review.Count{None: l.Empty(), Stake: &finding.Stake{Rows: l.Rows}}
			out = append(out, review.Hit{Object: s.Object(t, l.Column), Source: s.Source(t.Change), What: []string{l.From, l.To}, Text: l.Text, Count: count})
		}
	}
	return out
}
