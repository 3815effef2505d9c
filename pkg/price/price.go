package price

import (
	"fmt"
	"slices"

	"github.com/dustin/go-humanize/english"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Step is an operation that rewrites parts of a table, with its cost.
type Step struct {
	// Index is that of the operation in the plan, from 0.
	Index int
	Op    plan.Operation
	// Change is the change that the operation belongs to, Table the table as the server has it.
	Change *diff.Change
	Table  *schema.Table
	Cost   report.Cost
	// columns are written again in parts that keep each column by itself.
	columns []string
}

// Of lists the steps of a plan that write something again, in the order of the plan. What
// the servers did not tell has no price.
func Of(o *planner.Outcome, f *probe.Facts) []Step {
	if f == nil {
		return nil
	}
	var out []Step
	tables := tablesOf(o)
	for i, op := range o.Operations {
		target := op.Target()
		if target.Database == "" {
			target.Database = o.Desired.DefaultDatabase
		}
		t := tables[schema.Name{Database: target.Database, Object: target.Name}]
		if t == nil || !(inframap.Engine{Name: t.before.Engine.Name}).IsMergeTree() {
			continue
		}
		e := t.extent(op)
		if cost, ok := costOf(e, t.before.Name, f); ok {
			out = append(out, Step{Index: i, Op: op, Change: t.change, Table: t.before, Cost: cost, columns: e.columns})
		}
	}
	return out
}

// table is a table that is changed in place.
type table struct {
	change        *diff.Change
	before, after *schema.Table
	// oldNames are those of renamed columns, by the new ones.
	oldNames map[string]string
}

// tablesOf are the tables that are changed in place, by their names before and after.
func tablesOf(o *planner.Outcome) map[schema.Name]*table {
	out := map[schema.Name]*table{}
	for i := range o.Result.Changes {
		c := &o.Result.Changes[i]
		if c.Kind != diff.Table || c.Action != diff.Update || c.Table == nil || c.Table.Actual == nil {
			continue
		}
		t := &table{change: c, before: c.Table.Actual, after: o.After.Tables[c.ID], oldNames: map[string]string{}}
		for _, col := range c.Table.Columns {
			if col.RenameStated && col.After != nil {
				t.oldNames[col.After.Name] = col.RenameOf
			}
		}
		out[t.before.Name] = t
		if t.after != nil {
			out[t.after.Name] = t
		}
	}
	return out
}

// extent is what an operation writes again: all of each part, or only some columns.
// Parts that keep all columns in one file are written as a whole in any case.
type extent struct {
	any, whole bool
	columns    []string
}

func (t *table) extent(op plan.Operation) extent {
	switch op := op.(type) {
	case *plan.ModifyTableColumnOp:
		old, now := t.column(op.After.Name), t.newColumn(op.After.Name)
		if old == nil || now == nil || !storesValues(old) || !storesValues(now) {
			return extent{}
		}
		if !SameStorage(old.Type, now.Type) || now.TTL != "" && now.TTL != old.TTL {
			return extent{any: true, columns: []string{old.Name}}
		}
	case *plan.DropTableColumnOp:
		old := t.column(op.ColumnName)
		return extent{any: old != nil && storesValues(old)}
	case *plan.RenameTableColumnOp:
		old := t.before.Column(op.Before)
		return extent{any: old != nil && storesValues(old)}
	case *plan.DropTableIndexOp, *plan.DropTableProjectionOp:
		return extent{any: true}
	case *plan.ModifyTableTTLOp:
		// The server deletes what has expired at once (materialize_ttl_after_modify).
		return extent{any: op.After != nil && *op.After != "", whole: true}
	}
	return extent{}
}

// column is a column of the server under its name at that point of the plan.
func (t *table) column(name string) *schema.Column {
	if old, ok := t.oldNames[name]; ok {
		name = old
	}
	return t.before.Column(name)
}

func (t *table) newColumn(name string) *schema.Column {
	if t.after == nil {
		return nil
	}
	return t.after.Column(name)
}

func storesValues(c *schema.Column) bool {
	return c.DefaultKind != "ALIAS" && c.DefaultKind != "EPHEMERAL"
}

// reserve is how much more than a part's size the server sets aside before it writes the
// part again (DISK_USAGE_COEFFICIENT_TO_RESERVE of ClickHouse's CompactionStatistics).
const reserve = 1.1

// costOf is the cost of an extent, false when nothing is written or that is not known.
func costOf(e extent, n schema.Name, f *probe.Facts) (report.Cost, bool) {
	parts, known := f.Parts.Value[n]
	layout, placed := f.Layouts.Value[n]
	if !e.any || !known || !placed || parts.Rows == 0 {
		return report.Cost{}, false
	}
	c := report.Cost{Bytes: layout.CompactBytes, Parts: layout.Compact, Rows: layout.CompactRows}
	switch {
	case e.whole:
		c = report.Cost{Bytes: parts.Bytes, Parts: parts.Count, Rows: parts.Rows}
	case len(e.columns) > 0:
		c.Parts, c.Rows = parts.Count, parts.Rows
		for _, name := range e.columns {
			c.Bytes += f.Columns.Value[n][name].Compressed
		}
	}
	if c.Bytes == 0 {
		return c, false
	}
	c.FreeNeeded = max(c.Bytes, uint64(reserve*float64(parts.Largest)))
	c.Seconds, c.Basis = estimate(c.Bytes, f)
	return c, true
}

// Merged is how many bytes are written again when one ALTER makes all the changes of a table.
func Merged(steps []Step, f *probe.Facts) uint64 {
	var e extent
	for _, s := range steps {
		e.any, e.columns = true, append(e.columns, s.columns...)
	}
	slices.Sort(e.columns)
	e.columns = slices.Compact(e.columns)
	if len(steps) == 0 {
		return 0
	}
	c, _ := costOf(e, steps[0].Table.Name, f)
	return c.Bytes
}

// leastBytes is how much the server must have rewritten lately for an estimate.
const leastBytes = 1 << 20

// estimate is how long rewriting takes at the speed of the server's recent mutations.
func estimate(bytes uint64, f *probe.Facts) (seconds float64, basis string) {
	s := f.Speed.Value
	switch {
	case f.Speed.Err != nil:
		return 0, fmt.Sprintf("how long it takes is not known: %v", f.Speed.Err)
	case s.Bytes < leastBytes || s.Seconds <= 0:
		return 0, "how long it takes is not known: the server has rewritten too little lately to tell"
	}
	return float64(bytes) / float64(s.Bytes) * s.Seconds, fmt.Sprintf("as fast as the last %s that it rewrote, by %s", english.Plural(int(min(s.Parts, 1<<31)), "part", ""), s.Source)
}

// Put puts the costs of a plan into its report.
func Put(r *report.Report, o *planner.Outcome, f *probe.Facts) {
	if r == nil {
		return
	}
	for i := range r.Operations {
		r.Operations[i].Cost = nil
	}
	for i := range r.Changes {
		r.Changes[i].Cost = nil
	}
	for _, s := range Of(o, f) {
		if s.Index < len(r.Operations) {
			cost := s.Cost
			r.Operations[s.Index].Cost = &cost
		}
		for i := range r.Changes {
			if c := &r.Changes[i]; c.Kind == s.Change.Kind && c.ID == s.Change.ID {
				sum := s.Cost
				if c.Cost != nil {
					sum = c.Cost.Plus(s.Cost)
				}
				c.Cost = &sum
			}
		}
	}
}
