package planner

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dustin/go-humanize/english"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// conversion is a stored column whose type changes in place.
type conversion struct {
	change        *diff.Change
	column        *diff.ColumnChange
	before, after *schema.Column
}

func (c conversion) types() clickhouse.Conversion {
	return clickhouse.Conversion{From: c.before.Type, To: c.after.Type}
}

func (c conversion) String() string {
	return fmt.Sprintf("table %q, column %q", c.change.Name, c.after.Name)
}

// checkConversions adds to what cannot be applied: types that ClickHouse cannot
// convert, and required columns that hold NULLs for which nothing is declared. The
// server would refuse the one half-way and needs a default for the other.
func (o *Outcome) checkConversions(ctx context.Context, server Server) error {
	list := o.conversions()
	types := make([]clickhouse.Conversion, len(list))
	for i, c := range list {
		types[i] = c.types()
	}
	reasons, err := server.Conversions(ctx, types)
	if err != nil {
		return err
	}
	var filled []conversion
	var columns []clickhouse.ColumnName
	for i, c := range list {
		switch {
		case reasons[i] != "":
			o.Result.Invalid = append(o.Result.Invalid, fmt.Sprintf(
				"%s: ClickHouse cannot convert %s to %s (%s). Keep the type and add a column of another name, or drop the column in one migration and add it again in the next",
				c, c.before.Type, c.after.Type, strings.TrimRight(reasons[i], ". ")))
		case schema.Nullable(c.before.Type) && !schema.Nullable(c.after.Type):
			filled = append(filled, c)
			columns = append(columns, clickhouse.ColumnName{Table: c.change.Table.Actual.Name, Column: c.before.Name})
		}
	}
	counts, err := server.Nulls(ctx, columns)
	var refused *clickhouse.ServerError
	if err != nil && !errors.As(err, &refused) {
		return err
	}
	for i, c := range filled {
		if err != nil {
			if c.after.DefaultKind == "" {
				o.Result.Invalid = append(o.Result.Invalid, fmt.Sprintf(
					"%s: it becomes required, and whether rows hold NULL in it could not be counted (%v). Let the user SELECT it, or give the column a default in the code", c, refused))
			}
			continue
		}
		c.column.Nulls = &counts[i]
		if counts[i] > 0 && (c.after.DefaultKind == "" || c.change.Table.Actual.Engine.Name == memory) {
			o.Result.Invalid = append(o.Result.Invalid, fmt.Sprintf(
				"%s: it becomes required, and %s NULL in it. Give the column a default in the code, which these rows then get, or fill them first",
				c, english.Plural(int(min(counts[i], 1<<31)), "row holds", "rows hold")))
		}
	}
	return nil
}

func (o *Outcome) conversions() []conversion {
	var out []conversion
	for i := range o.Result.Changes {
		c := &o.Result.Changes[i]
		if c.Kind != diff.Table || c.Action != diff.Update || !convertsRows(c.Table.Actual.Engine.Name) {
			continue
		}
		after := o.After.Tables[c.ID]
		for n := range c.Table.Columns {
			column := &c.Table.Columns[n]
			var was string
			switch {
			case column.Action == diff.Update:
				was = column.After.Name
			case column.RenameStated:
				was = column.RenameOf
			default:
				continue
			}
			k := conversion{change: c, column: column, before: c.Table.Actual.Column(was), after: after.Column(column.After.Name)}
			if k.before.Type != k.after.Type && k.before.DefaultKind != "ALIAS" && k.after.DefaultKind != "ALIAS" {
				out = append(out, k)
			}
		}
	}
	return out
}

// memory is the engine that converts rows when they are read, and never puts a default
// in the place of a NULL (ClickHouse 26.7).
const memory = "Memory"

// convertsRows reports whether a table has rows of its own that a new type must fit; the
// others take any type, and what they read or forward is converted as it comes.
func convertsRows(engine string) bool {
	return inframap.Engine{Name: engine}.IsMergeTree() || engine == memory
}
