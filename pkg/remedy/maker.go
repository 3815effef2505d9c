package remedy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// maker collects the remedies of a plan.
type maker struct {
	outcome  *planner.Outcome
	database string
	found    []Remedy
}

func (m *maker) change(c *diff.Change) {
	switch {
	case c.Table != nil && c.Table.Actual != nil && onCluster(c.Table):
		// A statement of a remedy is not sent to several servers.
	case c.Table != nil && c.Table.Actual != nil:
		m.table(c)
	case c.MaterializedView != nil:
		m.view(c)
	}
}

func (m *maker) table(c *diff.Change) {
	if !report.HoldsRows(c.Table.Actual.Engine.Name) {
		return
	}
	switch c.Action {
	case diff.Remove:
		m.quarantine(c)
	case diff.Recreate:
		m.copyBeside(c)
	case diff.Update:
		m.expireLater(c)
		for i := range c.Table.Columns {
			m.column(c, &c.Table.Columns[i])
		}
	}
}

func onCluster(t *diff.TableChange) bool {
	for _, side := range []*inframap.Table{t.Before, t.After} {
		if side != nil && side.ClusterName != nil && *side.ClusterName != "" {
			return true
		}
	}
	return false
}

// object is the table, or a part of it, as findings name it.
func (m *maker) object(t *inframap.Table, part ...string) string {
	name := t.DatabaseOr(m.database) + "." + t.Name
	for _, p := range part {
		name += "." + p
	}
	return name
}

// on reports whether an operation works on a table, and is of one of the kinds.
func (m *maker) on(op plan.Operation, t *inframap.Table, kinds ...plan.Kind) bool {
	target := op.Target()
	if target.Kind != "table" || target.Name != t.Name || or(target.Database, m.database) != t.DatabaseOr(m.database) {
		return false
	}
	for _, k := range kinds {
		if op.Kind() == k {
			return true
		}
	}
	return false
}

func or(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

// name quotes a table of the same database under another name, or its own.
func (m *maker) name(t *inframap.Table, name string) string {
	return sqltext.Qualified(t.DatabaseOr(m.database), name)
}

// nameBytes is the greatest length of a table's name that the server can make a file of,
// less what it adds itself when the table is dropped.
const nameBytes = 200

// aside is a name that the tool keeps for itself: a plan does not see tables of that
// name. The same change of the same table gives the same name.
func (m *maker) aside(prefix string, t *inframap.Table) string {
	sql, err := ddl.CreateTable(t.Masked(), m.database)
	if err != nil {
		sql = t.Name
	}
	sum := sha256.Sum256([]byte(sql))
	return fmt.Sprintf("%s%s_%s", prefix, t.Name[:min(len(t.Name), nameBytes)], hex.EncodeToString(sum[:4]))
}

// Prefixes of the names that the tool keeps for itself.
const (
	// TrashPrefix is that of tables that were put aside instead of dropped.
	TrashPrefix = "_moose_trash_"
	newPrefix   = "_moose_new_"
	oldPrefix   = "_moose_old_"
)

func raw(description string, sql ...string) plan.Operation {
	return &plan.RawSQLOp{SQL: sql, Description: description}
}
