package diff

import (
	"fmt"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// checkBlocked reports changes that cannot go ahead because something they need,
// or that needs them, is held back by its life cycle.
func (r *Result) checkBlocked(before, after Side) {
	known := KnownObjects(before, after)
	kept := map[string]*schema.View{}
	withheld := map[schema.Name]bool{}
	for _, b := range r.Blocked {
		switch {
		case b.Change.Kind == MaterializedView && before.MaterializedViews[b.Change.ID] != nil:
			kept[b.Change.ID] = before.MaterializedViews[b.Change.ID]
		case b.Change.Kind == Table && b.Change.Table.After != nil && addsColumns(b.Change):
			withheld[tableName(b.Change.Table.After, after)] = true
		}
	}
	for i := range r.Changes {
		c := &r.Changes[i]
		switch {
		case c.Kind == Table && (c.Action == Remove || c.Action == Recreate):
			r.checkKept(tableName(c.Table.Before, before), c.Action, kept, before, known)
		case c.Kind == View && c.View.After != nil:
			r.checkWithheld(c, after.Views[c.ID], after, withheld, known)
		case c.Kind == MaterializedView && c.MaterializedView.After != nil:
			r.checkWithheld(c, after.MaterializedViews[c.ID], after, withheld, known)
		}
	}
}

func addsColumns(c Change) bool {
	return c.Action == Add || slices.ContainsFunc(c.Table.Columns, func(col ColumnChange) bool { return col.Action != Remove })
}

func tableName(t *inframap.Table, side Side) schema.Name {
	return schema.Name{Database: t.DatabaseOr(side.Map.DefaultDatabase), Object: t.Name}
}

func (r *Result) checkKept(table schema.Name, action Action, kept map[string]*schema.View, before Side, known map[schema.Name]bool) {
	for _, id := range inframap.Keys(kept) {
		v := kept[id]
		if v.Target == table || slices.Contains(Names(v.Select, before.Map.DefaultDatabase, known), table) {
			r.Invalid = append(r.Invalid, fmt.Sprintf(
				"table %q cannot be dropped (%s): the materialized view %q, which is protected, uses it, and every insert that reaches it would fail", table.Object, action, id))
		}
	}
}

func (r *Result) checkWithheld(c *Change, v *schema.View, after Side, withheld map[schema.Name]bool, known map[schema.Name]bool) {
	for _, n := range Names(v.Select, after.Map.DefaultDatabase, known) {
		if withheld[n] {
			r.Invalid = append(r.Invalid, fmt.Sprintf(
				"%s %q reads table %q, whose change is held back by its life cycle; the view may need what the table does not get", c.Kind, c.Name, n.Object))
		}
	}
}
