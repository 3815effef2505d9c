package remedy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

func (m *maker) column(c *diff.Change, col *diff.ColumnChange) {
	if col.Action != diff.Update || c.Table.Renamed || col.RenameStated {
		return
	}
	canon := m.outcome.After.Tables[c.ID]
	before := c.Table.Actual.Column(col.Before.Name)
	if canon == nil || before == nil || canon.Column(col.After.Name) == nil {
		return
	}
	after := canon.Column(col.After.Name)
	switch {
	case before.Type != after.Type:
		m.checkedColumn(c, col, before, after)
	case before.DefaultKind == "DEFAULT" && after.DefaultKind == "DEFAULT" && before.DefaultExpr != after.DefaultExpr:
		m.materializeFirst(c, col)
	}
}

func (m *maker) replacesColumn(c *diff.Change, column string) func(plan.Operation) bool {
	return func(op plan.Operation) bool {
		modify, ok := op.(*plan.ModifyTableColumnOp)
		return ok && m.on(op, c.Table.After, plan.ModifyTableColumn) && modify.After.Name == column
	}
}

// checkedColumn fills a new column beside the old one and compares, before the old one
// goes.
func (m *maker) checkedColumn(c *diff.Change, col *diff.ColumnChange, before, after *schema.Column) {
	stored := func(kind string) bool { return kind == "" || kind == "DEFAULT" }
	if !stored(before.DefaultKind) || !stored(after.DefaultKind) || uses(c.Table.Actual, before.Name) {
		return
	}
	bare := *col.After
	bare.Default, bare.Materialized, bare.Alias, bare.Ephemeral, bare.Comment, bare.Codec, bare.TTL, bare.PrimaryKey = nil, nil, nil, nil, nil, nil, nil, false
	final := *col.After
	final.PrimaryKey = false
	declared := bare
	declared.Comment = nil
	if _, err := ddl.ColumnDefinition(&declared); err != nil {
		return
	}
	name := before.Name
	table, fresh, old := m.name(c.Table.After, c.Table.After.Name), sqltext.Ident(newPrefix+name), sqltext.Ident(oldPrefix+name)
	column, cast := sqltext.Ident(name), "CAST("+sqltext.Ident(name)+", "+sqltext.String(after.Type)+")"
	differs := func(left string) string {
		// NaN is not equal to itself, so what is compared is the text, too.
		back := "CAST(" + fresh + ", " + sqltext.String(before.Type) + ")"
		return fmt.Sprintf("SELECT throwIf(countIf(NOT (%s IS NOT DISTINCT FROM %s OR toString(%s) IS NOT DISTINCT FROM toString(%s))) > 0, %s) FROM %s",
			back, left, back, left, sqltext.String("column "+name+" has values that "+after.Type+" does not hold"), table)
	}
	m.found = append(m.found, Remedy{
		Name: "checked-column", Object: m.object(c.Table.After, name), exact: true, codes: []string{"LC*"},
		Says:     fmt.Sprintf("A column of the type %s is filled beside the old one and compared with it row by row; only when every value is the same does it take its place.", after.Type),
		Know:     fmt.Sprintf("Otherwise the migration stops with the old column untouched; `%s%s` is then to be dropped by hand. Inserts that name the column are refused for a moment at the end.", newPrefix, name),
		replaces: m.replacesColumn(c, name),
		with: []plan.Operation{
			raw("Fill a new column beside '"+c.Table.After.Name+"."+name+"'",
				fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s DEFAULT %s AFTER %s", table, fresh, after.Type, cast, column),
				fmt.Sprintf("ALTER TABLE %s MATERIALIZE COLUMN %s SETTINGS mutations_sync = 2", table, fresh)),
			raw("Compare it with the old one", differs(column)),
			raw("Let it take the place of '"+c.Table.After.Name+"."+name+"'",
				fmt.Sprintf("ALTER TABLE %s MODIFY COLUMN %s REMOVE DEFAULT", table, fresh),
				fmt.Sprintf("ALTER TABLE %s RENAME COLUMN %s TO %s", table, column, old),
				differs(old),
				fmt.Sprintf("ALTER TABLE %s RENAME COLUMN %s TO %s", table, fresh, column),
				fmt.Sprintf("ALTER TABLE %s DROP COLUMN %s", table, old)),
			&plan.ModifyTableColumnOp{OnTable: plan.OfTable(c.Table.After), Before: bare, After: final},
		},
	})
}

// uses reports whether something of the table reads a column, so that it cannot be
// renamed for a moment: keys, expressions of other columns, indexes, projections,
// constraints, the TTL.
func uses(t *schema.Table, column string) bool {
	texts := append(slices.Clone(t.OrderBy), t.PrimaryKey...)
	texts = append(texts, t.PartitionBy, t.SampleBy, t.TTL, strings.Join(t.Engine.Args, " "))
	for _, c := range t.Columns {
		texts = append(texts, c.DefaultExpr, c.TTL)
	}
	for _, i := range t.Indexes {
		texts = append(texts, i.Expr)
	}
	for _, p := range t.Projections {
		texts = append(texts, p.Body)
	}
	for _, c := range t.Constraints {
		texts = append(texts, c.Expr)
	}
	for _, text := range texts {
		for _, token := range sqltext.Tokens(text) {
			if sqltext.Unquote(token.Text) == column || token.Text == "*" {
				return true
			}
		}
	}
	return false
}

// materializeFirst writes the values of the old default down before the new one counts.
func (m *maker) materializeFirst(c *diff.Change, col *diff.ColumnChange) {
	name := col.After.Name
	m.found = append(m.found, Remedy{
		Name: "materialize-first", Object: m.object(c.Table.After, name), codes: []string{"LC220"},
		Says:     "The values of the old default are written down first, so that the new one counts for new rows only.",
		Know:     "The column is rewritten in all parts.",
		replaces: m.replacesColumn(c, name),
		with: []plan.Operation{
			raw("Write down the old default of '"+c.Table.After.Name+"."+name+"'",
				fmt.Sprintf("ALTER TABLE %s MATERIALIZE COLUMN %s SETTINGS mutations_sync = 2", m.name(c.Table.After, c.Table.After.Name), sqltext.Ident(name))),
			&plan.ModifyTableColumnOp{OnTable: plan.OfTable(c.Table.After), Before: *col.Before, After: *col.After},
		},
	})
}
