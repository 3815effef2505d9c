package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// Rename is a question to the reader: an object that goes and one that comes look like
// one under two names. As long as it is not answered, it is planned as both.
type Rename struct {
	// Kind is "column" or "table"; Table is the table, under its old name.
	Kind     string `json:"kind" report:"keep"`
	Database string `json:"database" report:"keep"`
	Table    string `json:"table" report:"keep"`
	From     string `json:"from" report:"keep"`
	To       string `json:"to" report:"keep"`
	// Keep is the SQL that keeps the values, Lose the SQL of the plan as it is.
	Keep []string `json:"keep"`
	Lose []string `json:"lose"`
	// Rows is what the table holds now, absent where not known.
	Rows *uint64 `json:"rows,omitzero"`
}

// Question asks it in one sentence.
func (r Rename) Question() string {
	if r.Kind == "table" {
		return fmt.Sprintf("is table %s the new name of table %s?", r.To, r.From)
	}
	return fmt.Sprintf("is column %s of table %s the new name of its column %s?", r.To, r.Table, r.From)
}

// Advice says how to answer, and what each answer runs.
func (r Rename) Advice() string {
	lost := "its values are lost"
	switch {
	case r.Rows != nil && *r.Rows == 0:
		lost = "the table holds no rows now"
	case r.Rows != nil && r.Kind == "table":
		lost = "its " + RowsText(*r.Rows) + " are lost"
	case r.Rows != nil:
		lost = "its values in " + RowsText(*r.Rows) + " are lost"
	}
	return fmt.Sprintf("%s If so, --yes-rename keeps what it holds (it runs: %s). If not, --no-rename drops it, and %s (it runs: %s)",
		strings.ToUpper(r.Question()[:1])+r.Question()[1:], strings.Join(r.Keep, "; "), lost, strings.Join(r.Lose, "; "))
}

// renames lists the questions that the changes leave open.
func (b *builder) renames(changes []diff.Change) []Rename {
	var out []Rename
	removed := map[string]*diff.TableChange{}
	for i := range changes {
		if c := &changes[i]; c.Kind == diff.Table && c.Action == diff.Remove && c.Table != nil && c.Table.Before != nil {
			removed[c.Table.Before.DatabaseOr(b.db)+"."+c.Table.Before.Name] = c.Table
		}
	}
	for i := range changes {
		c := &changes[i]
		switch {
		case c.Kind != diff.Table || c.Table == nil || c.Table.After == nil:
		case c.Action == diff.Add && c.RenameOf != "":
			if old := removed[c.Table.After.DatabaseOr(b.db)+"."+c.RenameOf]; old != nil {
				out = append(out, b.tableRename(old, c.Table))
			}
		case c.Action == diff.Update:
			for _, added := range c.Table.Columns {
				if added.Action == diff.Add && added.RenameOf != "" && !added.RenameStated {
					out = append(out, b.columnRename(c.Table, added))
				}
			}
		}
	}
	return out
}

func (b *builder) tableRename(old, new *diff.TableChange) Rename {
	r := Rename{Kind: "table", Database: old.Before.DatabaseOr(b.db), Table: old.Before.Name, From: old.Before.Name, To: new.After.Name}
	if old.Actual != nil {
		r.Rows = old.Actual.Rows
	}
	on := plan.OfTable(old.Before)
	r.Keep = b.sql(&plan.RenameTableOp{OnTable: on, To: new.After.Name, ToDatabase: new.After.Database})
	r.Lose = append(b.sql(&plan.DropTableOp{OnTable: on}), fmt.Sprintf("CREATE TABLE %s …", new.After.Name))
	return r
}

func (b *builder) columnRename(t *diff.TableChange, added diff.ColumnChange) Rename {
	r := Rename{Kind: "column", Database: t.After.DatabaseOr(b.db), Table: t.After.Name, From: added.RenameOf, To: added.After.Name}
	if t.Actual != nil {
		r.Rows = t.Actual.Rows
	}
	on := plan.OfTable(t.After)
	r.Keep = b.sql(&plan.RenameTableColumnOp{OnTable: on, Before: r.From, After: r.To})
	if added.RenameFrom != nil {
		r.Keep = slices.Concat(r.Keep, b.sql(&plan.ModifyTableColumnOp{OnTable: on, Before: *added.RenameFrom, After: *added.After}))
	}
	r.Lose = slices.Concat(b.sql(&plan.AddTableColumnOp{OnTable: on, Column: *added.After, AfterColumn: added.Position}),
		b.sql(&plan.DropTableColumnOp{OnTable: on, ColumnName: r.From}))
	return r
}

// sql is an operation's SQL; what cannot be written is said elsewhere.
func (b *builder) sql(op plan.Operation) []string {
	list, err := statements(op, b.db)
	if err != nil {
		return nil
	}
	return list
}
