package plan

import "fmt"

// Describe says in words what an operation does, as progress lines show it.
func Describe(op Operation) string {
	t := op.Target()
	switch o := op.(type) {
	case *CreateTableOp:
		return fmt.Sprintf("Creating table '%s'", t)
	case *DropTableOp:
		return fmt.Sprintf("Dropping table '%s'", t)
	case *AddTableColumnOp:
		return fmt.Sprintf("Adding column '%s' to table '%s'", o.Column.Name, t)
	case *DropTableColumnOp:
		return fmt.Sprintf("Dropping column '%s' from table '%s'", o.ColumnName, t)
	case *ModifyTableColumnOp:
		return fmt.Sprintf("Modifying column '%s' in table '%s'", o.After.Name, t)
	case *RenameTableOp:
		return fmt.Sprintf("Renaming table '%s' to '%s'", o.OnTable.Target(), t)
	case *CopyTableOp:
		return fmt.Sprintf("Copying table '%s' into its new definition", t)
	case *RenameTableColumnOp:
		return fmt.Sprintf("Renaming column '%s' to '%s' in table '%s'", o.Before, o.After, t)
	case *ModifyTableSettingsOp:
		return fmt.Sprintf("Modifying settings for table '%s'", t)
	case *ModifyTableTTLOp:
		if o.After == nil {
			return fmt.Sprintf("Removing table TTL from '%s'", t)
		}
		return fmt.Sprintf("Modifying table TTL for '%s'", t)
	case *AddTableIndexOp:
		return fmt.Sprintf("Adding index '%s' to table '%s'", o.Index.Name, t)
	case *DropTableIndexOp:
		return fmt.Sprintf("Dropping index '%s' from table '%s'", o.IndexName, t)
	case *AddTableProjectionOp:
		return fmt.Sprintf("Adding projection '%s' to table '%s'", o.Projection.Name, t)
	case *DropTableProjectionOp:
		return fmt.Sprintf("Dropping projection '%s' from table '%s'", o.ProjectionName, t)
	case *AddTableConstraintOp:
		return fmt.Sprintf("Adding constraint '%s' to table '%s'", o.Constraint.Name, t)
	case *DropTableConstraintOp:
		return fmt.Sprintf("Dropping constraint '%s' from table '%s'", o.ConstraintName, t)
	case *ModifySampleByOp:
		return fmt.Sprintf("Modifying SAMPLE BY to '%s' for table '%s'", o.Expression, t)
	case *RemoveSampleByOp:
		return fmt.Sprintf("Removing SAMPLE BY from table '%s'", t)
	case *CreateMaterializedViewOp:
		return fmt.Sprintf("Creating materialized view '%s' -> table '%s'", t, o.TargetTable)
	case *DropMaterializedViewOp:
		return fmt.Sprintf("Dropping materialized view '%s'", t)
	case *CreateViewOp:
		return fmt.Sprintf("Creating view '%s'", t)
	case *DropViewOp:
		return fmt.Sprintf("Dropping view '%s'", t)
	case *RawSQLOp:
		return o.Description
	}
	if text := describeDictionary(op); text != "" {
		return text
	}
	return string(op.Kind()) + " " + t.String()
}

// Destructive reports whether an operation removes rows or values, and says what:
// "drops the table and its rows". Empty when it does not.
func Destructive(op Operation) string {
	switch op.Kind() {
	case DropTable:
		return "drops the table with all its rows"
	case DropTableColumn:
		return "drops the column with all its values"
	}
	return ""
}
