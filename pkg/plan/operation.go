package plan

import (
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// Kind is the name of an operation as plan.yaml spells it.
type Kind string

// The operations of Moose's plan.yaml.
const (
	CreateTable            Kind = "CreateTable"
	DropTable              Kind = "DropTable"
	AddTableColumn         Kind = "AddTableColumn"
	DropTableColumn        Kind = "DropTableColumn"
	ModifyTableColumn      Kind = "ModifyTableColumn"
	RenameTableColumn      Kind = "RenameTableColumn"
	ModifyTableSettings    Kind = "ModifyTableSettings"
	ModifyTableTTL         Kind = "ModifyTableTtl"
	AddTableIndex          Kind = "AddTableIndex"
	DropTableIndex         Kind = "DropTableIndex"
	AddTableProjection     Kind = "AddTableProjection"
	DropTableProjection    Kind = "DropTableProjection"
	AddTableConstraint     Kind = "AddTableConstraint"
	DropTableConstraint    Kind = "DropTableConstraint"
	ModifySampleBy         Kind = "ModifySampleBy"
	RemoveSampleBy         Kind = "RemoveSampleBy"
	CreateMaterializedView Kind = "CreateMaterializedView"
	DropMaterializedView   Kind = "DropMaterializedView"
	CreateView             Kind = "CreateView"
	DropView               Kind = "DropView"
	RawSQL                 Kind = "RawSql"
)

// Operation is one atomic step of a plan: one of the *…Op types of this package.
type Operation interface {
	// Kind is the operation's name in plan.yaml.
	Kind() Kind
	// Target is the object that the operation creates, changes or drops.
	Target() Target
}

// Target names an object of ClickHouse. Database is empty for the default one;
// Kind is "table", "view", "materialized view" or "sql".
type Target struct {
	Kind, Database, Name string
}

// String is "database.name", or the name alone in the default database.
func (t Target) String() string {
	if t.Database == "" {
		return t.Name
	}
	return t.Database + "." + t.Name
}

// OnTable is what every operation on an existing table has.
type OnTable struct {
	Table       string  `json:"table"`
	Database    *string `json:"database"`
	ClusterName *string `json:"cluster_name"`
}

// Target is the table.
func (o OnTable) Target() Target { return Target{"table", deref(o.Database), o.Table} }

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// OfTable is the OnTable part for a table of a map.
func OfTable(t *inframap.Table) OnTable {
	return OnTable{Table: t.Name, Database: t.Database, ClusterName: t.ClusterName}
}

type (
	// CreateTableOp creates a table.
	CreateTableOp struct {
		Table          *inframap.Table `json:"table"`
		inframap.Extra `json:",embed"`
	}
	// DropTableOp drops a table with its rows.
	DropTableOp struct {
		OnTable        `json:",embed"`
		inframap.Extra `json:",embed"`
	}
	// AddTableColumnOp adds a column after AfterColumn, first when that is nil.
	AddTableColumnOp struct {
		OnTable        `json:",embed"`
		Column         inframap.Column `json:"column"`
		AfterColumn    *string         `json:"after_column"`
		inframap.Extra `json:",embed"`
	}
	// DropTableColumnOp drops a column with its values.
	DropTableColumnOp struct {
		OnTable        `json:",embed"`
		ColumnName     string `json:"column_name"`
		inframap.Extra `json:",embed"`
	}
	// ModifyTableColumnOp changes a column in place.
	ModifyTableColumnOp struct {
		OnTable        `json:",embed"`
		Before         inframap.Column `json:"before_column"`
		After          inframap.Column `json:"after_column"`
		inframap.Extra `json:",embed"`
	}
	// RenameTableColumnOp renames a column and keeps its values.
	RenameTableColumnOp struct {
		OnTable        `json:",embed"`
		Before         string `json:"before_column_name"`
		After          string `json:"after_column_name"`
		inframap.Extra `json:",embed"`
	}
	// ModifyTableSettingsOp sets and resets table settings; nil is none.
	ModifyTableSettingsOp struct {
		OnTable        `json:",embed"`
		Before         *map[string]string `json:"before_settings"`
		After          *map[string]string `json:"after_settings"`
		inframap.Extra `json:",embed"`
	}
	// ModifyTableTTLOp sets the table's TTL, removes it when After is nil.
	ModifyTableTTLOp struct {
		OnTable        `json:",embed"`
		Before         *string `json:"before"`
		After          *string `json:"after"`
		inframap.Extra `json:",embed"`
	}
	// AddTableIndexOp adds a data-skipping index for parts written from then on.
	AddTableIndexOp struct {
		OnTable        `json:",embed"`
		Index          inframap.Index `json:"index"`
		inframap.Extra `json:",embed"`
	}
	// DropTableIndexOp drops a data-skipping index.
	DropTableIndexOp struct {
		OnTable        `json:",embed"`
		IndexName      string `json:"index_name"`
		inframap.Extra `json:",embed"`
	}
	// AddTableProjectionOp adds a projection for parts written from then on.
	AddTableProjectionOp struct {
		OnTable        `json:",embed"`
		Projection     inframap.Projection `json:"projection"`
		inframap.Extra `json:",embed"`
	}
	// DropTableProjectionOp drops a projection.
	DropTableProjectionOp struct {
		OnTable        `json:",embed"`
		ProjectionName string `json:"projection_name"`
		inframap.Extra `json:",embed"`
	}
	// AddTableConstraintOp adds a constraint, which rows that are there already need not meet.
	AddTableConstraintOp struct {
		OnTable        `json:",embed"`
		Constraint     inframap.Constraint `json:"constraint"`
		inframap.Extra `json:",embed"`
	}
	// DropTableConstraintOp drops a constraint.
	DropTableConstraintOp struct {
		OnTable        `json:",embed"`
		ConstraintName string `json:"constraint_name"`
		inframap.Extra `json:",embed"`
	}
	// ModifySampleByOp sets the sampling expression.
	ModifySampleByOp struct {
		OnTable        `json:",embed"`
		Expression     string `json:"expression"`
		inframap.Extra `json:",embed"`
	}
	// RemoveSampleByOp removes the sampling expression.
	RemoveSampleByOp struct {
		OnTable        `json:",embed"`
		inframap.Extra `json:",embed"`
	}
	// CreateMaterializedViewOp creates a materialized view with a target table.
	CreateMaterializedViewOp struct {
		Name           string  `json:"name"`
		Database       *string `json:"database"`
		TargetTable    string  `json:"target_table"`
		TargetDatabase *string `json:"target_database"`
		SelectSQL      string  `json:"select_sql"`
		// ClusterName is ours: Moose makes views on one host only, and ignores it.
		ClusterName    *string `json:"cluster_name,omitzero"`
		inframap.Extra `json:",embed"`
	}
	// DropMaterializedViewOp drops a materialized view; its target table stays.
	DropMaterializedViewOp struct {
		Name     string  `json:"name"`
		Database *string `json:"database"`
		// ClusterName is ours: Moose makes views on one host only, and ignores it.
		ClusterName    *string `json:"cluster_name,omitzero"`
		inframap.Extra `json:",embed"`
	}
	// CreateViewOp creates a view.
	CreateViewOp struct {
		Name      string  `json:"name"`
		Database  *string `json:"database"`
		SelectSQL string  `json:"select_sql"`
		// ClusterName is ours: Moose makes views on one host only, and ignores it.
		ClusterName    *string `json:"cluster_name,omitzero"`
		inframap.Extra `json:",embed"`
	}
	// DropViewOp drops a view.
	DropViewOp struct {
		Name     string  `json:"name"`
		Database *string `json:"database"`
		// ClusterName is ours: Moose makes views on one host only, and ignores it.
		ClusterName    *string `json:"cluster_name,omitzero"`
		inframap.Extra `json:",embed"`
	}
	// RawSQLOp runs statements as they are, one by one.
	RawSQLOp struct {
		SQL            []string `json:"sql"`
		Description    string   `json:"description"`
		inframap.Extra `json:",embed"`
	}
)

// Kind implements Operation.
func (*CreateTableOp) Kind() Kind { return CreateTable }

// Target implements Operation.
func (o *CreateTableOp) Target() Target {
	return Target{"table", deref(o.Table.Database), o.Table.Name}
}

// Kind implements Operation.
func (*DropTableOp) Kind() Kind { return DropTable }

// Kind implements Operation.
func (*AddTableColumnOp) Kind() Kind { return AddTableColumn }

// Kind implements Operation.
func (*DropTableColumnOp) Kind() Kind { return DropTableColumn }

// Kind implements Operation.
func (*ModifyTableColumnOp) Kind() Kind { return ModifyTableColumn }

// Kind implements Operation.
func (*RenameTableColumnOp) Kind() Kind { return RenameTableColumn }

// Kind implements Operation.
func (*ModifyTableSettingsOp) Kind() Kind { return ModifyTableSettings }

// Kind implements Operation.
func (*ModifyTableTTLOp) Kind() Kind { return ModifyTableTTL }

// Kind implements Operation.
func (*AddTableIndexOp) Kind() Kind { return AddTableIndex }

// Kind implements Operation.
func (*DropTableIndexOp) Kind() Kind { return DropTableIndex }

// Kind implements Operation.
func (*AddTableProjectionOp) Kind() Kind { return AddTableProjection }

// Kind implements Operation.
func (*DropTableProjectionOp) Kind() Kind { return DropTableProjection }

// Kind implements Operation.
func (*AddTableConstraintOp) Kind() Kind { return AddTableConstraint }

// Kind implements Operation.
func (*DropTableConstraintOp) Kind() Kind { return DropTableConstraint }

// Kind implements Operation.
func (*ModifySampleByOp) Kind() Kind { return ModifySampleBy }

// Kind implements Operation.
func (*RemoveSampleByOp) Kind() Kind { return RemoveSampleBy }

// Kind implements Operation.
func (*CreateMaterializedViewOp) Kind() Kind { return CreateMaterializedView }

// Target implements Operation.
func (o *CreateMaterializedViewOp) Target() Target {
	return Target{"materialized view", deref(o.Database), o.Name}
}

// Kind implements Operation.
func (*DropMaterializedViewOp) Kind() Kind { return DropMaterializedView }

// Target implements Operation.
func (o *DropMaterializedViewOp) Target() Target {
	return Target{"materialized view", deref(o.Database), o.Name}
}

// Kind implements Operation.
func (*CreateViewOp) Kind() Kind { return CreateView }

// Target implements Operation.
func (o *CreateViewOp) Target() Target { return Target{"view", deref(o.Database), o.Name} }

// Kind implements Operation.
func (*DropViewOp) Kind() Kind { return DropView }

// Target implements Operation.
func (o *DropViewOp) Target() Target { return Target{"view", deref(o.Database), o.Name} }

// Kind implements Operation.
func (*RawSQLOp) Kind() Kind { return RawSQL }

// Target implements Operation.
func (o *RawSQLOp) Target() Target { return Target{"sql", "", o.Description} }

// Cluster is the cluster that the operation names, empty for none.
func (o OnTable) Cluster() string { return deref(o.ClusterName) }

// Cluster is the cluster that the table is created on, empty for none.
func (o *CreateTableOp) Cluster() string { return deref(o.Table.ClusterName) }

// Cluster is the cluster that the view is created on, empty for none.
func (o *CreateMaterializedViewOp) Cluster() string { return deref(o.ClusterName) }

// Cluster is the cluster that the view is dropped on, empty for none.
func (o *DropMaterializedViewOp) Cluster() string { return deref(o.ClusterName) }

// Cluster is the cluster that the view is created on, empty for none.
func (o *CreateViewOp) Cluster() string { return deref(o.ClusterName) }

// Cluster is the cluster that the view is dropped on, empty for none.
func (o *DropViewOp) Cluster() string { return deref(o.ClusterName) }

// SetupDescription and TeardownDescription start the description of a RawSql that
// belongs to a declared SQL resource, in Moose's words.
const (
	SetupDescription    = "Running setup SQL for resource "
	TeardownDescription = "Running teardown SQL for resource "
)
