package plan

import (
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// columnOperations lists renames, then new columns, each after those that its
// default reads, then changed columns.
func columnOperations(on OnTable, t *diff.TableChange) []Operation {
	var renamed, modified []Operation
	var added []*inframap.Column
	exists := map[string]bool{}
	for _, c := range t.Before.Columns {
		exists[c.Name] = true
	}
	for _, c := range t.Columns {
		switch {
		case c.Action == diff.Add && c.RenameStated:
			exists[c.After.Name] = true
			renamed = append(renamed, &RenameTableColumnOp{OnTable: on, Before: c.RenameOf, After: c.After.Name})
			if c.RenameFrom != nil {
				modified = append(modified, &ModifyTableColumnOp{OnTable: on, Before: *c.RenameFrom, After: *c.After})
			}
		case c.Action == diff.Add:
			added = append(added, c.After)
		case c.Action == diff.Update:
			modified = append(modified, &ModifyTableColumnOp{OnTable: on, Before: *c.Before, After: *c.After})
		}
	}
	ops := renamed
	for _, c := range byDefaults(added) {
		ops = append(ops, &AddTableColumnOp{OnTable: on, Column: *c, AfterColumn: precedes(t.After.Columns, c.Name, exists)})
		exists[c.Name] = true
	}
	return append(ops, modified...)
}

// dropColumns lists the columns that go, each before those that its default reads.
func dropColumns(on OnTable, t *diff.TableChange) []Operation {
	var gone []*inframap.Column
	for _, c := range t.Columns {
		if c.Action == diff.Remove && c.RenamedTo == "" {
			gone = append(gone, c.Before)
		}
	}
	var ops []Operation
	for _, c := range byDefaults(gone) {
		ops = append(ops, &DropTableColumnOp{OnTable: on, ColumnName: c.Name})
	}
	slices.Reverse(ops)
	return ops
}

// precedes is the nearest column before name, in the order of the declaration,
// that exists already; nil makes name the first.
func precedes(columns []inframap.Column, name string, exists map[string]bool) *string {
	var last *string
	for i := range columns {
		if columns[i].Name == name {
			break
		}
		if exists[columns[i].Name] {
			last = &columns[i].Name
		}
	}
	return last
}

// byDefaults puts every column after those that its default expression names;
// otherwise the order stays.
func byDefaults(columns []*inframap.Column) []*inframap.Column {
	byName := map[string]*inframap.Column{}
	for _, c := range columns {
		byName[c.Name] = c
	}
	seen := map[string]bool{}
	var out []*inframap.Column
	var visit func(c *inframap.Column)
	visit = func(c *inframap.Column) {
		if seen[c.Name] {
			return
		}
		seen[c.Name] = true
		for _, expr := range []*string{c.Default, c.Materialized, c.Alias, c.TTL} {
			for _, token := range sqltext.Tokens(deref(expr)) {
				if needed := byName[sqltext.Unquote(token.Text)]; needed != nil {
					visit(needed)
				}
			}
		}
		out = append(out, c)
	}
	for _, c := range columns {
		visit(c)
	}
	return out
}
