package mv

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var mv502 = &review.Rule{
	Code: "MV502", Name: "query of a materialized view changed", Severity: finding.Warn,
	Detects: "The query of a materialized view changes, and its target holds rows. That rows can be missed meanwhile is MV501.",
	Happens: "The rows that the old query made stay in the target as they are. From then on it holds rows of two meanings, and none says which it has.",
	Remedy:  "give the new query a target of its own, or make the old rows again after the migration",
	Demo: review.Demo{
		{Say: "a view keeps prices in euro", SQL: "CREATE TABLE sales (id UInt8, cents UInt32) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE TABLE prices (id UInt8, price Float64) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE MATERIALIZED VIEW watch TO prices AS SELECT id, cents / 100 AS price FROM sales"},
		{SQL: "INSERT INTO sales VALUES (1, 500)"},
		{Say: "its query becomes another one", SQL: "DROP VIEW watch"},
		{SQL: "CREATE MATERIALIZED VIEW watch TO prices AS SELECT id, cents AS price FROM sales"},
		{SQL: "INSERT INTO sales VALUES (2, 500)"},
		{Say: "the same price stands there in two ways", SQL: "SELECT id, price FROM prices ORDER BY id", Want: "1\t5\n2\t500"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, v := range s.Views() {
			if v.Before == nil || v.After == nil || !v.Materialized() || !differs(v.Change, "select") || v.Before.Target != v.After.Target {
				continue
			}
			target := s.TablesBefore()[v.Before.Target]
			if target != nil && (target.Rows != nil && *target.Rows == 0 || emptied(s, target.Name.String())) {
				continue
			}
			held := "how many rows that are is not known"
			h := hit(s, v, why(v.Change)...)
			if target != nil && target.Rows != nil {
				held = report.Amount(target.Rows, target.Bytes)
				h.Count.Stake = &finding.Stake{Rows: target.Rows, Bytes: target.Bytes}
				h.Evidence = []finding.Evidence{{Text: "the target holds " + held, Source: "system.tables"}}
			}
			h.Text = fmt.Sprintf("%s gets another query: what is in %s already keeps the meaning of the old one (%s)", nameOf(s, v), s.LabelOf(v.Before.Target), held)
			out = append(out, h)
		}
		return out
	},
}

// emptied reports whether the plan removes all rows of a table.
func emptied(s *review.Subject, name string) bool {
	for _, t := range s.Tables(diff.Remove, diff.Recreate) {
		if t.Before != nil && t.Before.Name.String() == name {
			return true
		}
	}
	return false
}
