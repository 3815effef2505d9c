package planner

import (
	"cmp"

	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Sizes are the bytes on disk of the tables that the plan drops, as in [plan.Plan], of those
// for which the server knows them. Tables on a cluster are left out: each host holds
// another part of their rows, and is not asked.
func (o *Outcome) Sizes() map[string]uint64 {
	held := map[schema.Name]*uint64{}
	for _, c := range o.Result.Changes {
		if c.Table != nil && c.Table.Actual != nil {
			held[c.Table.Actual.Name] = c.Table.Actual.Bytes
		}
	}
	var out map[string]uint64
	for _, op := range o.Operations {
		drop, ok := op.(*plan.DropTableOp)
		if !ok || drop.Cluster() != "" {
			continue
		}
		t := drop.Target()
		if bytes := held[schema.Name{Database: cmp.Or(t.Database, o.Desired.DefaultDatabase), Object: t.Name}]; bytes != nil {
			if out == nil {
				out = map[string]uint64{}
			}
			out[t.String()] = *bytes
		}
	}
	return out
}
