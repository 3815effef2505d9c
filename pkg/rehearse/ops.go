package rehearse

import (
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// onTable is the table that an operation changes or drops, nil for other operations.
func onTable(op plan.Operation) *plan.OnTable {
	switch o := op.(type) {
	case *plan.DropTableOp:
		return &o.OnTable
	case *plan.RenameTableOp:
		return &o.OnTable
	case *plan.CopyTableOp:
		return &o.OnTable
	case *plan.AddTableColumnOp:
		return &o.OnTable
	case *plan.DropTableColumnOp:
		return &o.OnTable
	case *plan.ModifyTableColumnOp:
		return &o.OnTable
	case *plan.RenameTableColumnOp:
		return &o.OnTable
	case *plan.ModifyTableSettingsOp:
		return &o.OnTable
	case *plan.ModifyTableTTLOp:
		return &o.OnTable
	case *plan.AddTableIndexOp:
		return &o.OnTable
	case *plan.DropTableIndexOp:
		return &o.OnTable
	case *plan.AddTableProjectionOp:
		return &o.OnTable
	case *plan.DropTableProjectionOp:
		return &o.OnTable
	case *plan.AddTableConstraintOp:
		return &o.OnTable
	case *plan.DropTableConstraintOp:
		return &o.OnTable
	case *plan.ModifySampleByOp:
		return &o.OnTable
	case *plan.RemoveSampleByOp:
		return &o.OnTable
	}
	return nil
}

// withTable is the operation on another table, or on another cluster.
func withTable(op plan.Operation, t plan.OnTable) plan.Operation {
	switch o := op.(type) {
	case *plan.DropTableOp:
		return &plan.DropTableOp{OnTable: t}
	case *plan.RenameTableOp:
		return &plan.RenameTableOp{OnTable: t, To: o.To, ToDatabase: o.ToDatabase}
	case *plan.CopyTableOp:
		own := *o
		own.OnTable = t
		return &own
	case *plan.AddTableColumnOp:
		return &plan.AddTableColumnOp{OnTable: t, Column: o.Column, AfterColumn: o.AfterColumn}
	case *plan.DropTableColumnOp:
		return &plan.DropTableColumnOp{OnTable: t, ColumnName: o.ColumnName}
	case *plan.ModifyTableColumnOp:
		return &plan.ModifyTableColumnOp{OnTable: t, Before: o.Before, After: o.After}
	case *plan.RenameTableColumnOp:
		return &plan.RenameTableColumnOp{OnTable: t, Before: o.Before, After: o.After}
	case *plan.ModifyTableTTLOp:
		return &plan.ModifyTableTTLOp{OnTable: t, Before: o.Before, After: o.After}
	case *plan.AddTableIndexOp:
		return &plan.AddTableIndexOp{OnTable: t, Index: o.Index}
	case *plan.DropTableIndexOp:
		return &plan.DropTableIndexOp{OnTable: t, IndexName: o.IndexName}
	case *plan.AddTableProjectionOp:
		return &plan.AddTableProjectionOp{OnTable: t, Projection: o.Projection}
	case *plan.DropTableProjectionOp:
		return &plan.DropTableProjectionOp{OnTable: t, ProjectionName: o.ProjectionName}
	case *plan.AddTableConstraintOp:
		return &plan.AddTableConstraintOp{OnTable: t, Constraint: o.Constraint}
	case *plan.DropTableConstraintOp:
		return &plan.DropTableConstraintOp{OnTable: t, ConstraintName: o.ConstraintName}
	case *plan.ModifySampleByOp:
		return &plan.ModifySampleByOp{OnTable: t, Expression: o.Expression}
	case *plan.RemoveSampleByOp:
		return &plan.RemoveSampleByOp{OnTable: t}
	}
	return op
}

// clusterOf is the cluster that an operation names, empty for none.
func clusterOf(op plan.Operation) string {
	if o, ok := op.(interface{ Cluster() string }); ok {
		return o.Cluster()
	}
	return ""
}

// nameOf is a name in a database, which is nil or empty for the default one.
func (s *stage) nameOf(database *string, object string) schema.Name {
	n := schema.Name{Database: s.in.Outcome.Desired.DefaultDatabase, Object: object}
	if database != nil && *database != "" {
		n.Database = *database
	}
	return n
}

// target is the object that an operation works on.
func (s *stage) target(op plan.Operation) schema.Name {
	t := op.Target()
	return s.nameOf(&t.Database, t.Name)
}
