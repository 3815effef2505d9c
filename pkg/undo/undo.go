// Package undo works out what a way back from migrations cannot bring back. A plan that
// leads to an earlier map restores definitions; values that were dropped, converted or
// expired on the way are another matter, and each is named here, with what still helps.
// Nothing in this package talks to a server.
package undo

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/chtype"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// Step is one migration of the way that is gone back.
type Step struct {
	Run   *journal.Run
	Files *plan.Files
}

// Gone is something that the way back does not restore.
type Gone struct {
	// Object is what it is about: "local.Orders", or "local.Orders.note" for a column.
	Object string `json:"object"`
	// Digest is that of the plan that did it.
	Digest string `json:"digest"`
	// Text says what is gone, in a sentence. Remedy says what still brings it back, empty
	// when nothing is known to.
	Text   string `json:"text"`
	Remedy string `json:"remedy,omitzero"`
}

// Situation is what is known of the present.
type Situation struct {
	// Database is the default one.
	Database string
	Now      time.Time
	// There reports whether the server has a table of that name.
	There func(schema.Name) bool
	// Kept names, for a table that was dropped, the one in which its rows are kept aside,
	// empty when there is none; nil when none are kept.
	Kept func(schema.Name) string
}

// Lost lists what going back over steps, the oldest first, does not restore, in the order
// in which it happened. Operations that were never begun are left out.
func Lost(steps []Step, now Situation) []Gone {
	w := &walker{now: now}
	for _, s := range steps {
		w.step = s
		for i, op := range s.Files.Plan.Operations {
			if i < len(s.Run.Steps) && (s.Run.Steps[i] == journal.Verified || s.Run.Steps[i] == journal.Started) {
				w.operation(op)
			}
		}
	}
	return w.out
}

type walker struct {
	now  Situation
	step Step
	out  []Gone
}

func (w *walker) add(object, remedy, format string, args ...any) {
	w.out = append(w.out, Gone{Object: object, Digest: w.step.Run.Digest, Remedy: remedy, Text: fmt.Sprintf(format, args...)})
}

func (w *walker) name(op plan.Operation) schema.Name {
	t := op.Target()
	return schema.Name{Database: cmp.Or(t.Database, w.now.Database), Object: t.Name}
}

func (w *walker) operation(op plan.Operation) {
	name := w.name(op)
	switch op := op.(type) {
	case *plan.DropTableOp:
		w.dropped(name)
	case *plan.DropTableColumnOp:
		w.add(name.String()+"."+op.ColumnName, "Take the values from a backup, if there is one.",
			"the values of the column are gone; it comes back with the default value in every row")
	case *plan.ModifyTableColumnOp:
		w.modified(name, op)
	case *plan.ModifyTableTTLOp:
		if op.After != nil && *op.After != "" {
			w.add(name.String(), "Take the rows from a backup, if there is one.",
				"rows that have expired since by the TTL %s are gone", secretsql.Mask(*op.After))
		}
	case *plan.DropMaterializedViewOp:
		if w.sameView(op.Name) {
			return
		}
		w.add(name.String(), "Insert what is missing into its target table, with its SELECT and the time from when to when.",
			"rows inserted since are not in its target table as the materialized view of before would have put them there")
	case *plan.RawSQLOp:
		w.sql(op)
	}
}

// sameView reports whether a materialized view was only taken away for a while.
func (w *walker) sameView(name string) bool {
	find := func(m *inframap.Map) *inframap.MaterializedView {
		for _, v := range m.MaterializedViews {
			if v.Name == name {
				return v
			}
		}
		return nil
	}
	before, after := find(w.step.Files.Before), find(w.step.Files.Desired)
	return before != nil && after != nil && before.SelectSQL == after.SelectSQL && before.TargetTable == after.TargetTable
}

// holdsRows reports whether a table that a step dropped had rows of its own.
func (w *walker) holdsRows(name schema.Name) bool {
	for _, t := range w.step.Files.Before.Tables {
		if t.Name == name.Object && t.DatabaseOr(w.now.Database) == name.Database {
			return report.HoldsRows(t.Engine.Name)
		}
	}
	return true
}

// dropped is about a table that was dropped, for good or to be made anew.
func (w *walker) dropped(name schema.Name) {
	again := w.recreated(name)
	if !again && w.now.There(name) || !w.holdsRows(name) {
		return // somebody brought it back, or it had no rows
	}
	text, remedy := "the table was dropped, and its rows are gone; it comes back empty", ""
	if again {
		text = "the table was dropped and made anew; the rows of before are gone, and those written since are lost again when it is made anew once more"
	}
	aside := ""
	if again {
		aside = fmt.Sprintf(" The name must be free for it: first rename the table of now, RENAME TABLE %s TO %s.", sqltext.Qualified(name.Database, name.Object), sqltext.Qualified(name.Database, name.Object+"_now"))
	}
	if w.now.Kept != nil {
		if kept := w.now.Kept(name); kept != "" {
			w.add(name.String(), fmt.Sprintf("Its rows are kept in %s. Before you make this plan: moose trash restore %s", kept, name)+aside, "%s", "the table was dropped; it comes back empty unless its rows are taken from where they are kept")
			return
		}
	}
	for _, d := range w.step.Run.Drops {
		if d.Table != name.String() || d.Undrop == "" {
			continue
		}
		if d.Until.IsZero() || w.now.Now.Before(d.Until) {
			until := ""
			if !d.Until.IsZero() {
				until = " until " + clock(d.Until)
			}
			remedy = fmt.Sprintf("ClickHouse can bring it back%s. Before you make this plan: %s", until, d.Undrop) + aside
		} else {
			remedy = fmt.Sprintf("The time in which ClickHouse could bring it back ended at %s. Take the rows from a backup, if there is one.", clock(d.Until))
		}
	}
	w.add(name.String(), cmp.Or(remedy, "Take the rows from a backup, if there is one."), "%s", text)
}

// recreated reports whether the plan of the step makes a table of that name.
func (w *walker) recreated(name schema.Name) bool {
	for _, op := range w.step.Files.Plan.Operations {
		if op.Kind() == plan.CreateTable && w.name(op) == name {
			return true
		}
	}
	return false
}

// modified is about a column whose values were rewritten.
func (w *walker) modified(table schema.Name, op *plan.ModifyTableColumnOp) {
	object := table.String() + "." + op.After.Name
	before, errBefore := ddl.ColumnType(&op.Before)
	after, errAfter := ddl.ColumnType(&op.After)
	if errBefore != nil || errAfter != nil {
		w.add(object, "", "what became of its values is not known, because its types cannot be read")
		return
	}
	stored := op.Before.Alias == nil && op.After.Alias == nil
	switch {
	case !stored, before == after:
	case schema.Nullable(before) && !schema.Nullable(after):
		w.add(object, "", "rows that had no value got the default, and keep it: %s became %s", before, after)
		if !chtype.Widens(chtype.WithoutNull(before), after) {
			w.narrowed(object, before, after)
		}
	case !chtype.Widens(before, after):
		w.narrowed(object, before, after)
	}
	if op.After.TTL != nil && *op.After.TTL != "" && (op.Before.TTL == nil || *op.Before.TTL != *op.After.TTL) {
		w.add(object, "Take the values from a backup, if there is one.", "values that have expired since by the TTL %s are gone", secretsql.Mask(*op.After.TTL))
	}
}

func (w *walker) narrowed(object, before, after string) {
	w.add(object, "Take the values from a backup, if there is one.",
		"values that %s cannot hold were changed when %s became %s, and stay as they are now", after, before, after)
}

func (w *walker) sql(op *plan.RawSQLOp) {
	if strings.HasPrefix(op.Description, plan.SetupDescription) || strings.HasPrefix(op.Description, plan.TeardownDescription) {
		return // the way back tears it down, or sets it up
	}
	for _, sql := range op.SQL {
		w.add(cmp.Or(op.Description, "SQL"), "Write the statement that undoes it, and put it into plan.yaml as RawSql.",
			"nothing is known of how to undo: %s", secretsql.Mask(sql))
	}
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
