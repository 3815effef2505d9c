package pl

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

var pl010 = &review.Rule{
	Code: "PL010", Name: "table recreated without need", Severity: finding.Block,
	Detects: "The saved plan, which Moose has made, drops a table and makes it again, while the server's own spelling of both definitions shows that the table stays or can be changed in place.",
	Happens: "Moose compares the text of definitions in places where ClickHouse writes the same thing differently. The table is dropped with all its rows for a difference that is none.",
	Remedy:  "make the plan again with `moose generate migration --save` of moose-migrate, which compares what the server understands",
	Demo: review.Demo{
		{Say: "a table with ten rows, and a default that uses trim", SQL: "CREATE TABLE orders (id UInt8, label String DEFAULT trim(toString(id))) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO orders (id) SELECT number FROM numbers(10)"},
		{Say: "the server writes trim as trimBoth, so the two texts differ and mean the same", SQL: "SELECT default_expression FROM system.columns WHERE database = currentDatabase() AND table = 'orders' AND name = 'label'", Want: "trimBoth(toString(id))"},
		{Say: "a plan that takes such a difference for a change drops the rows", SQL: "DROP TABLE orders SYNC"},
		{SQL: "CREATE TABLE orders (id UInt8, label String DEFAULT trim(toString(id))) ENGINE = MergeTree ORDER BY id"},
		{SQL: "SELECT count() FROM orders", Want: "0"},
	},
	Check: func(s *review.Subject) []review.Hit {
		saved := atWork(s)
		// A stale plan is refused anyway, and an edited one is another rule's.
		if saved == nil || saved.Files.Plan.Digest != "" || len(saved.Stale) > 0 || len(saved.Drifted) > 0 {
			return nil
		}
		needed := map[schema.Name]bool{}
		for _, t := range s.Tables(diff.Recreate, diff.Remove, diff.Add) {
			needed[s.Name(t)] = true
		}
		dropped := map[schema.Name]bool{}
		var out []review.Hit
		for _, op := range saved.Files.Plan.Operations {
			t := op.Target()
			n := schema.Name{Database: t.Database, Object: t.Name}
			if n.Database == "" {
				n.Database = s.Outcome.Desired.DefaultDatabase
			}
			switch op.Kind() {
			case plan.DropTable:
				dropped[n] = true
			case plan.CreateTable:
				if !dropped[n] || needed[n] {
					continue
				}
				dropped[n] = false
				out = append(out, review.Hit{
					Object: n.String(), What: []string{"recreate"},
					Text: fmt.Sprintf("the saved plan of Moose drops table %s with all its rows and makes it again, for a difference that the server does not see", n.Object),
				})
			}
		}
		return out
	},
}
