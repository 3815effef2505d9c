package mv

import (
	"fmt"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// manyViews is how many materialized views may run for one insert before it is worth a word.
const manyViews = 4

var mv514 = &review.Rule{
	Code: "MV514", Name: "many views for one insert", Severity: finding.Info,
	Detects: "A new materialized view makes the fourth, or a later one, that runs whenever rows are inserted into a table, counting those that see what the others write.",
	Happens: "Every insert runs all of them, one insert becomes several, and when one fails the insert fails.",
	Remedy:  "join views that read the same table into one, or fill the further tables by a schedule",
	Demo: review.Demo{
		{Say: "three views, one after the other", SQL: "CREATE TABLE a (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE TABLE b (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE TABLE c (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE TABLE d (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{SQL: "CREATE MATERIALIZED VIEW ab TO b AS SELECT id FROM a"},
		{SQL: "CREATE MATERIALIZED VIEW bc TO c AS SELECT id FROM b"},
		{SQL: "CREATE MATERIALIZED VIEW cd TO d AS SELECT throwIf(id = 2) + id AS id FROM c"},
		{Say: "one insert writes four tables", SQL: "INSERT INTO a VALUES (1)"},
		{SQL: "SELECT (SELECT count() FROM a), (SELECT count() FROM b), (SELECT count() FROM c), (SELECT count() FROM d)", Want: "1\t1\t1\t1"},
		{Say: "when the last view fails, the insert does", SQL: "INSERT INTO a VALUES (2)", Fails: 395},
	},
	Check: func(s *review.Subject) []review.Hit {
		by := map[schema.Name][]review.ViewEdit{}
		into := map[schema.Name][]schema.Name{}
		for _, v := range s.Views() {
			if from, ok := s.Trigger(v.After); ok && v.After.Materialized && v.After.Refresh == "" {
				by[from] = append(by[from], v)
				into[v.After.Target] = append(into[v.After.Target], from)
			}
		}
		var out []review.Hit
		for _, v := range s.Views() {
			from, ok := s.Trigger(v.After)
			if !ok || !v.After.Materialized || v.Change == nil || v.Change.Action != diff.Add || s.Replaces(v) {
				continue
			}
			top := first(from, into)
			run := reached(top, by)
			if len(run) < manyViews {
				continue
			}
			h := hit(s, v, top.String())
			h.Text = fmt.Sprintf("%s makes %d materialized views that run for every insert into %s", nameOf(s, v), len(run), s.LabelOf(top))
			out = append(out, h)
		}
		return out
	},
}

// first is the table with which the chain of views begins that leads to a table.
func first(n schema.Name, into map[schema.Name][]schema.Name) schema.Name {
	seen := map[schema.Name]bool{}
	for len(into[n]) > 0 && !seen[n] {
		seen[n] = true
		n = slices.MinFunc(into[n], func(x, y schema.Name) int { return compare(x, y) })
	}
	return n
}

// reached are all views that an insert into a table runs.
func reached(n schema.Name, by map[schema.Name][]review.ViewEdit) map[schema.Name]bool {
	run := map[schema.Name]bool{}
	queue := []schema.Name{n}
	for len(queue) > 0 {
		for _, v := range by[queue[0]] {
			if !run[v.Name] {
				run[v.Name] = true
				queue = append(queue, v.After.Target)
			}
		}
		queue = queue[1:]
	}
	return run
}
