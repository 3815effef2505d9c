package migrate

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// settleInterval is how often unfinished mutations are looked at.
const settleInterval = 500 * time.Millisecond

// settle waits until no table of the plan, and no column of any declared table, is being rewritten. Definitions change
// before rows do, so a table can look right while a mutation of an earlier,
// interrupted run still works on it, or fails again and again.
func settle(ctx context.Context, in Input) error {
	planned := tablesOf(in.Files.Plan.Operations, in.Desired.DefaultDatabase)
	tables := planned
	for _, id := range inframap.Keys(in.Desired.Tables) {
		t := in.Desired.Tables[id]
		tables = append(tables, schema.Name{Database: t.DatabaseOr(in.Desired.DefaultDatabase), Object: t.Name})
	}
	for {
		pending, err := in.Server.Mutations(ctx, tables)
		if err != nil {
			return fmt.Errorf("look at the mutations: %w", err)
		}
		pending = slices.DeleteFunc(pending, func(m clickhouse.Mutation) bool {
			return !slices.Contains(planned, schema.Name{Database: m.Database, Object: m.Table}) && !strings.Contains(m.Command, "MODIFY COLUMN")
		})
		if len(pending) == 0 {
			return nil
		}
		for _, m := range pending {
			if m.FailReason != "" {
				return fmt.Errorf("table %s.%s has its new definition, but the mutation %s that rewrites its rows fails again and again: %s\n"+
					"Its command is: %s\nStop it with: %s, mend the rows, and go on with `moose migrate --resume`; to keep the old type, change the code and make a new plan",
					m.Database, m.Table, m.ID, m.FailReason, m.Command, m.Stop())
			}
		}
		in.Events.Waiting(pending[0])
		select {
		case <-ctx.Done():
			return fmt.Errorf("table %s.%s is still being rewritten by ClickHouse, see system.mutations: %w", pending[0].Database, pending[0].Table, context.Cause(ctx))
		case <-time.After(settleInterval):
		}
	}
}

// tablesOf are the tables that a plan touches, each once.
func tablesOf(ops []plan.Operation, defaultDatabase string) []schema.Name {
	seen := map[schema.Name]bool{}
	var out []schema.Name
	for _, op := range ops {
		n := nameOf(op, defaultDatabase)
		if op.Target().Kind == "table" && !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}
