package mu

import (
	"fmt"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/price"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// worthMerging is how many bytes one ALTER must save to be worth a word.
const worthMerging = 1 << 30

var mu603 = &review.Rule{
	Code: "MU603", Name: "several rewrites of one table", Severity: finding.Warn,
	Detects: "Two or more changes of columns of one table are mutations of their own, and one ALTER with all of them would write at least 1 GB less.",
	Happens: "Each mutation goes over all parts. Several changes in one ALTER are one mutation; the server checks them as a whole, and does none of them when one is wrong.",
	Remedy:  "run the one ALTER by hand at a quiet time, before the migration; the plan then has nothing left to do there",
	Demo: review.Demo{
		{Say: "a table with one part", SQL: "CREATE TABLE sales (id UInt8, a Int32, b Int32) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO sales VALUES (1, 1, 1)"},
		{Say: "two ALTERs are two mutations", SQL: "ALTER TABLE sales MODIFY COLUMN a Int64"},
		{SQL: "ALTER TABLE sales MODIFY COLUMN b Int64"},
		{SQL: "SELECT uniqExact(mutation_id) FROM system.mutations WHERE database = currentDatabase()", Want: "2"},
		{Say: "one ALTER with two changes is one", SQL: "ALTER TABLE sales MODIFY COLUMN a Int32, MODIFY COLUMN b Int32"},
		{SQL: "SELECT uniqExact(mutation_id) FROM system.mutations WHERE database = currentDatabase()", Want: "3"},
		{Say: "when one change is wrong, none is made", SQL: "ALTER TABLE sales MODIFY COLUMN a String, MODIFY COLUMN id String", Fails: 524},
		{SQL: "SELECT type FROM system.columns WHERE database = currentDatabase() AND table = 'sales' AND name = 'a'", Want: "Int32"},
	},
	Check: func(s *review.Subject) []review.Hit {
		if s.Facts == nil {
			return nil
		}
		var out []review.Hit
		for _, r := range rewrites(s) {
			steps, merged := mergeable(s, r)
			if len(steps) < 2 {
				continue
			}
			var apart uint64
			for _, step := range steps {
				apart += step.Cost.Bytes
			}
			once := price.Merged(steps, s.Facts)
			if apart < once+worthMerging {
				continue
			}
			h := hit(s, r.edit, merged)
			h.Evidence = []finding.Evidence{{Text: "one ALTER for all: " + merged, Source: "the plan"}}
			h.Text = fmt.Sprintf("%s of table %s rewrite %s; one ALTER with all of them rewrites %s",
				english.Plural(len(steps), "change", ""), s.Label(r.edit), humanize.Bytes(apart), humanize.Bytes(once))
			out = append(out, h)
		}
		return out
	},
}

// mergeable are the changes of columns that one ALTER can make, and that ALTER.
func mergeable(s *review.Subject, r rewritten) ([]price.Step, string) {
	var steps []price.Step
	var clauses []string
	var head string
	for _, step := range r.steps {
		op, ok := step.Op.(*plan.ModifyTableColumnOp)
		if !ok {
			continue
		}
		statements, err := ddl.Statements(op, s.Outcome.Desired.DefaultDatabase)
		if err != nil || len(statements) != 1 {
			continue // one that needs several steps cannot be merged
		}
		before, clause, found := cutClause(statements[0])
		if !found {
			continue
		}
		head, steps, clauses = before, append(steps, step), append(clauses, clause)
	}
	return steps, head + strings.Join(clauses, ", ")
}

// cutClause cuts "ALTER TABLE … MODIFY COLUMN …" before MODIFY.
func cutClause(statement string) (head, clause string, found bool) {
	at := 0
	for _, t := range sqltext.Tokens(statement) {
		if t.Kind == sqltext.Word && t.Text == "MODIFY" {
			return statement[:at], statement[at:], true
		}
		at += len(t.Text)
	}
	return "", "", false
}
