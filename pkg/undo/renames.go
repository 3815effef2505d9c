package undo

import (
	"cmp"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Renames are the renames of the way back: from the names that tables and columns have
// now to those that they had before the first of steps, the oldest first.
func Renames(steps []Step, defaultDatabase string) []diff.Rename {
	tables := map[schema.Name]*track{}
	at := func(n schema.Name) *track {
		if tables[n] == nil {
			tables[n] = &track{was: n, columns: map[string]string{}}
		}
		return tables[n]
	}
	for _, s := range steps {
		for i, op := range s.Files.Plan.Operations {
			if i >= len(s.Run.Steps) || s.Run.Steps[i] != journal.Verified && s.Run.Steps[i] != journal.Started {
				continue
			}
			t := op.Target()
			name := schema.Name{Database: cmp.Or(t.Database, defaultDatabase), Object: t.Name}
			switch op := op.(type) {
			case *plan.RenameTableOp:
				old := op.OnTable.Target()
				from := schema.Name{Database: cmp.Or(old.Database, defaultDatabase), Object: old.Name}
				moved := at(from)
				delete(tables, from)
				tables[name] = moved
			case *plan.RenameTableColumnOp:
				at(name).rename(op.Before, op.After)
			case *plan.DropTableColumnOp:
				delete(at(name).columns, op.ColumnName)
			case *plan.DropTableOp:
				delete(tables, name)
			}
		}
	}
	var out []diff.Rename
	for now, t := range tables {
		if r := (diff.Rename{Table: now, To: t.was, Columns: t.back()}); now != t.was || len(r.Columns) > 0 {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b diff.Rename) int { return cmp.Compare(a.Table.String(), b.Table.String()) })
	return out
}

// track is a table on its way: what it was called at first, and its columns, by their
// names of now.
type track struct {
	was     schema.Name
	columns map[string]string
}

func (t *track) rename(from, to string) {
	first, ok := t.columns[from]
	if !ok {
		first = from
	}
	delete(t.columns, from)
	t.columns[to] = first
}

// back maps the names of now to those of then, where they differ.
func (t *track) back() map[string]string {
	out := map[string]string{}
	for now, was := range t.columns {
		if now != was {
			out[now] = was
		}
	}
	return out
}
