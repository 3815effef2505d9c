package mv

import (
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// flow is what a materialized view brings into its target, before and after the plan.
type flow struct {
	view                      review.ViewEdit
	before, after             probe.Columns
	targetBefore, targetAfter *schema.Table
}

// flows are those of the affected materialized views whose targets the project has.
func flows(s *review.Subject) []flow {
	var out []flow
	before, after := s.TablesBefore(), s.TablesAfter()
	for _, v := range s.Affected() {
		if !v.After.Materialized || after[v.After.Target] == nil {
			continue
		}
		f := flow{view: v, before: s.ColumnsBefore(v), after: s.ColumnsAfter(v), targetAfter: after[v.After.Target]}
		if v.Before != nil {
			f.targetBefore = before[v.Before.Target]
		}
		out = append(out, f)
	}
	return out
}

// unknown is why the columns of the query could not be had, nil when they are known or
// the server refuses the query.
func (f flow) unknown() error { return f.after.Err }

// filled is the type of a column of the query that the target has, before the plan.
func (f flow) filled(name string) bool {
	_, gives := f.before.Type(name)
	return gives && f.targetBefore != nil && stores(f.targetBefore.Column(name))
}

// stores reports whether an insert can fill a column.
func stores(c *schema.Column) bool {
	return c != nil && c.DefaultKind != "ALIAS" && c.DefaultKind != "MATERIALIZED"
}
