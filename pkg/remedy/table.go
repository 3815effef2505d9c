package remedy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/chtype"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// quarantine renames a table instead of dropping it.
func (m *maker) quarantine(c *diff.Change) {
	t := c.Table.Before
	trash := m.aside(TrashPrefix, t)
	m.found = append(m.found, Remedy{
		Name: "quarantine", Object: m.object(t), codes: []string{"DS101"},
		Says: fmt.Sprintf("The table is renamed to `%s` with all its rows, and nothing reads it any more.", trash),
		Know: fmt.Sprintf("It takes up its disk until someone drops `%s`.", trash),
		replaces: func(op plan.Operation) bool {
			return m.on(op, t, plan.DropTable)
		},
		with: []plan.Operation{raw("Put table '"+t.Name+"' aside as '"+trash+"'",
			fmt.Sprintf("ALTER TABLE %s MODIFY COMMENT %s", m.name(t, t.Name), sqltext.String(plan.TrashNote(t.Name, c.Table.Actual.Comment))),
			fmt.Sprintf("RENAME TABLE %s TO %s", m.name(t, t.Name), m.name(t, trash)))},
	})
}

// copyBeside makes the new table beside the old one, copies the rows, exchanges the two,
// and keeps the old one.
func (m *maker) copyBeside(c *diff.Change) {
	before, after, actual := c.Table.Before, c.Table.After, c.Table.Actual
	canon := m.outcome.After.Tables[c.ID]
	columns, ok := copied(actual, canon)
	if !ok || before.Name != after.Name || !strings.HasSuffix(actual.Engine.Name, "MergeTree") || strings.HasPrefix(after.Engine.Name, "Replicated") || hides(after) {
		return
	}
	beside, trash := m.aside(newPrefix, after), m.aside(TrashPrefix, before)
	made := *after
	made.Name = beside
	sql, err := ddl.CreateTable(&made, m.database)
	if err != nil {
		return
	}
	database := before.DatabaseOr(m.database)
	exact := actual.Engine.Name == "MergeTree" && after.Engine.Name == "MergeTree"
	m.found = append(m.found, Remedy{
		Name: "copy-beside", Object: m.object(before), codes: []string{"DS102", "KY*"},
		Says: fmt.Sprintf("A table with the new definition is made beside, the rows are copied and counted while inserts go on, and the two change their names in one step; the old one stays as `%s`.", trash),
		Know: fmt.Sprintf("Both take up disk until someone drops `%s`. For a moment at the change an insert may be refused, or the newest rows not be seen.", trash),
		replaces: func(op plan.Operation) bool {
			return m.on(op, before, plan.DropTable) || m.on(op, after, plan.CreateTable)
		},
		with: []plan.Operation{&plan.CopyTableOp{
			OnTable: plan.OnTable{Table: before.Name, Database: &database}, Beside: beside, Trash: trash,
			Create: sql, Columns: columns, Exact: exact, Comment: actual.Comment,
		}},
	})
}

// copied are the columns that both tables store; false when one of them would
// lose values on the way, or has no successor.
func copied(before, after *schema.Table) ([]string, bool) {
	if before == nil || after == nil {
		return nil, false
	}
	var out []string
	for _, c := range before.Columns {
		now := after.Column(c.Name)
		if c.DefaultKind == "ALIAS" || c.DefaultKind == "EPHEMERAL" {
			continue
		}
		if now == nil || now.DefaultKind == "ALIAS" || now.DefaultKind == "EPHEMERAL" || !chtype.Widens(c.Type, now.Type) {
			return nil, false
		}
		if c.DefaultKind == "MATERIALIZED" || now.DefaultKind == "MATERIALIZED" {
			if c.DefaultKind != now.DefaultKind || c.DefaultExpr != now.DefaultExpr {
				return nil, false
			}
			continue // computed again from the same columns
		}
		out = append(out, c.Name)
	}
	return out, len(out) > 0
}

// hides reports whether a table has credentials, which no plan file may hold.
func hides(t *inframap.Table) bool {
	sql, err := ddl.CreateTable(t.Masked(), "")
	return err != nil || inframap.HidesValue(sql)
}

// expireLater sets a TTL without deleting at once what it covers.
func (m *maker) expireLater(c *diff.Change) {
	t := c.Table
	if !t.TTL || t.After.TTL == nil || *t.After.TTL == "" || t.Renamed {
		return
	}
	m.found = append(m.found, Remedy{
		Name: "expire-later", Object: m.object(t.After), codes: []string{"TT401", "TT405"},
		Says: "The TTL is set without deleting at once; rows that are too old still go, with the next merge of their part.",
		Know: "It gives time to look at them, and to take the TTL back.",
		replaces: func(op plan.Operation) bool {
			return m.on(op, t.After, plan.ModifyTableTTL)
		},
		with: []plan.Operation{raw("Set the TTL of '"+t.After.Name+"' for rows to come",
			fmt.Sprintf("ALTER TABLE %s MODIFY TTL %s SETTINGS materialize_ttl_after_modify = 0", m.name(t.After, t.After.Name), *t.After.TTL))},
	})
}

// view changes the query of a materialized view in place.
func (m *maker) view(c *diff.Change) {
	before, after := c.MaterializedView.Before, c.MaterializedView.After
	if before == nil || after == nil || before.TargetTable != after.TargetTable || before.TargetDatabaseOr(m.database) != after.TargetDatabaseOr(m.database) ||
		!slices.ContainsFunc(c.Why, func(a diff.Attribute) bool { return a.Before != a.After }) {
		return
	}
	database := after.DatabaseOr(m.database)
	m.found = append(m.found, Remedy{
		Name: "modify-query", Object: database + "." + after.Name, codes: []string{"MV501", "MV502"},
		Says: "The query is changed in place, so the view sees every insert.",
		Know: "Rows that are in the target already keep what the old query made of them.",
		replaces: func(op plan.Operation) bool {
			t := op.Target()
			return t.Name == after.Name && or(t.Database, m.database) == database && (op.Kind() == plan.DropMaterializedView || op.Kind() == plan.CreateMaterializedView)
		},
		with: []plan.Operation{raw("Change the query of materialized view '"+after.Name+"'",
			fmt.Sprintf("ALTER TABLE %s MODIFY QUERY %s", sqltext.Qualified(database, after.Name), after.SelectSQL))},
	})
}
