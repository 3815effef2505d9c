package ds

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var ds111 = &review.Rule{
	Code: "DS111", Name: "protection taken away", Severity: finding.Warn,
	Detects: "A table loses its life cycle DELETION_PROTECTED or EXTERNALLY_MANAGED in the same plan that recreates it or drops columns of it.",
	Happens: "The guard would have held exactly this change back. It goes together with what it guards, so that nobody has decided on the one without the other.",
	Remedy:  "change the life cycle in one pull request, and drop in the next",
	Demo: review.Demo{
		{Say: "ClickHouse knows nothing of life cycles: whoever may drop a column can", SQL: "CREATE TABLE ledger (id UInt8, note String) ENGINE = MergeTree ORDER BY id COMMENT 'protected'"},
		{SQL: "INSERT INTO ledger VALUES (1, 'paid')"},
		{SQL: "ALTER TABLE ledger DROP COLUMN note"},
		{SQL: "SELECT count() FROM system.columns WHERE database = currentDatabase() AND table = 'ledger'", Want: "1"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, t := range s.Tables() {
			b, a := t.Table.Before, t.Table.After
			if b == nil || a == nil || !b.LifeCycle.ProtectsFromDrop() || a.LifeCycle.ProtectsFromDrop() {
				continue
			}
			what := destroys(t)
			if what == "" {
				continue
			}
			out = append(out, review.Hit{
				Object: s.Object(t), Source: s.Source(t.Change), What: []string{string(b.LifeCycle), string(a.LifeCycle), what},
				Text: fmt.Sprintf("table %s is no longer %s, and %s in the same plan", s.Label(t), lifeCycle(b.LifeCycle), what),
			})
		}
		return out
	},
}

func lifeCycle(l inframap.LifeCycle) string {
	if l == inframap.ExternallyManaged {
		return "externally managed"
	}
	return "protected from deletion"
}
