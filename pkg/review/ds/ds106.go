package ds

import (
	"cmp"
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

var ds106 = &review.Rule{
	Code: "DS106", Name: "drop materialized view with rows of its own", Severity: finding.Block, Proof: true,
	Detects: "A materialized view without a target table goes, or is made anew. Its rows lie in a hidden table of its own (.inner_id.…).",
	Happens: "The hidden table goes with the view, and its rows with it. UNDROP does not bring them back.",
	Remedy:  "create a table, copy the rows of the view into it, and give it to the view as its target",
	Demo: review.Demo{
		{Say: "a view that keeps its rows itself", SQL: "CREATE TABLE events (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE MATERIALIZED VIEW big ENGINE = MergeTree ORDER BY id AS SELECT id FROM events WHERE id > 4"},
		{SQL: "INSERT INTO events SELECT number FROM numbers(10)"},
		{SQL: "SELECT count() FROM big", Want: "5"},
		{SQL: "SELECT count() FROM system.tables WHERE database = currentDatabase() AND startsWith(name, '.inner_id.')", Want: "1"},
		{Say: "the view is dropped, and its rows go with it", SQL: "DROP VIEW big"},
		{SQL: "SELECT count() FROM system.tables WHERE database = currentDatabase() AND startsWith(name, '.inner_id.')", Want: "0"},
		{SQL: "UNDROP TABLE big", Fails: 60},
		{Say: "made anew, it starts empty", SQL: "CREATE MATERIALIZED VIEW big ENGINE = MergeTree ORDER BY id AS SELECT id FROM events WHERE id > 4"},
		{SQL: "SELECT count() FROM big", Want: "0"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, c := range s.Changes(diff.MaterializedView, diff.Remove, diff.Update, diff.Recreate) {
			v := s.Outcome.Before.MaterializedViews[c.ID]
			if v == nil || !v.Inner {
				continue
			}
			verb := "dropped"
			if c.Action != diff.Remove {
				verb = "made anew"
			}
			count := innerRows(s, v.Name)
			out = append(out, review.Hit{
				Object: cmp.Or(v.Name.Database, s.Outcome.Desired.DefaultDatabase) + "." + v.Name.Object, Source: s.Source(c), Count: count,
				Text: fmt.Sprintf("materialized view %s, which keeps its rows itself, is %s%s", v.Name.Object, verb, review.And(count)),
			})
		}
		return out
	},
}

// innerRows is what the hidden table of a view holds.
func innerRows(s *review.Subject, view schema.Name) review.Count {
	c := review.Count{Stake: &finding.Stake{Whole: true}, Text: "all its rows are lost; how many is not known"}
	if s.Facts == nil {
		return c
	}
	if err := s.Facts.Inner.Err; err != nil {
		c.Text += ": " + err.Error()
		return c
	}
	in, ok := s.Facts.Inner.Value[view]
	if !ok || in.Rows == nil {
		return c
	}
	c.Stake.Rows, c.Stake.Bytes = in.Rows, in.Bytes
	price := report.Amount(in.Rows, in.Bytes)
	c.Text = "its " + price + " are lost"
	switch *in.Rows {
	case 0:
		c.None, c.Text, price = true, "it holds no rows now", "no rows"
	case 1:
		c.Text = "its " + price + " is lost"
	}
	c.Evidence = []finding.Evidence{{Text: fmt.Sprintf("its hidden table %s holds %s", in.Name, price), Source: "system.tables"}}
	return c
}
