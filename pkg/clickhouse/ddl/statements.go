package ddl

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// Statements writes the SQL of an operation, one entry per statement, to be run in
// order; defaultDatabase stands in where the operation names none.
func Statements(op plan.Operation, defaultDatabase string) ([]string, error) {
	w := writer{db: defaultDatabase}
	switch op := op.(type) {
	case *plan.CreateTableOp:
		sql, err := CreateTable(op.Table, defaultDatabase)
		return []string{sql}, err
	case *plan.DropTableOp:
		return one("DROP TABLE IF EXISTS %s%s", w.name(op.Database, op.Table), syncOnCluster(op.ClusterName)), nil
	case *plan.RenameTableOp:
		return []string{op.SQL()}, sqltext.CheckName("table", op.To)
	case *plan.CopyTableOp:
		return op.SQL(), nil
	case *plan.RawSQLOp:
		return nonEmpty(op.SQL), nil
	case *plan.CreateViewOp:
		return one("CREATE VIEW IF NOT EXISTS %s%s AS %s", w.name(op.Database, op.Name), onCluster(op.ClusterName), op.SelectSQL), sqltext.CheckName("view", op.Name)
	case *plan.DropViewOp:
		return one("DROP VIEW IF EXISTS %s%s", w.name(op.Database, op.Name), syncOnCluster(op.ClusterName)), nil
	case *plan.CreateMaterializedViewOp:
		return one("CREATE MATERIALIZED VIEW IF NOT EXISTS %s%s TO %s AS %s", w.name(op.Database, op.Name), onCluster(op.ClusterName),
			w.name(op.TargetDatabase, op.TargetTable), op.SelectSQL), sqltext.CheckName("materialized view", op.Name)
	case *plan.DropMaterializedViewOp:
		return one("DROP VIEW IF EXISTS %s%s", w.name(op.Database, op.Name), syncOnCluster(op.ClusterName)), nil
	case *plan.ModifyTableColumnOp:
		return w.modifyColumn(op)
	case *plan.ModifyTableSettingsOp:
		return w.modifySettings(op), nil
	case *plan.CreateDictionaryOp, *plan.ReplaceDictionaryOp:
		d := *plan.DictionaryOf(op)
		d.Definition = nil // what a map may say of a server is no statement of a plan
		sql, err := CreateDictionary(&d, defaultDatabase)
		return []string{sql}, err
	case *plan.DropDictionaryOp:
		return []string{DropDictionary(op.Dict, defaultDatabase)}, nil
	case *plan.CreateRowPolicyOp:
		return CreateRowPolicy(op.Policy, defaultDatabase)
	case *plan.DropRowPolicyOp:
		return DropRowPolicy(op.Policy, defaultDatabase), nil
	}
	clause, target, err := alterClause(op)
	if err != nil {
		return nil, err
	}
	return []string{w.alter(target, clause)}, nil
}

type writer struct{ db string }

func (w writer) name(database *string, name string) string {
	db := w.db
	if database != nil && *database != "" {
		db = *database
	}
	return sqltext.Qualified(db, name)
}

func (w writer) alter(t plan.OnTable, clause string) string {
	return "ALTER TABLE " + w.name(t.Database, t.Table) + onCluster(t.ClusterName) + " " + clause
}

func one(format string, args ...any) []string { return []string{fmt.Sprintf(format, args...)} }

func nonEmpty(statements []string) []string {
	var out []string
	for _, s := range statements {
		if s = strings.TrimRight(strings.TrimSpace(s), "; \n\t"); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// alterClause writes what follows ALTER TABLE for the operations that are one clause.
func alterClause(op plan.Operation) (string, plan.OnTable, error) {
	switch op := op.(type) {
	case *plan.AddTableColumnOp:
		def, err := ColumnDefinition(&op.Column)
		position := " FIRST"
		if op.AfterColumn != nil {
			position = " AFTER " + sqltext.Ident(*op.AfterColumn)
		}
		return "ADD COLUMN " + def + position, op.OnTable, err
	case *plan.DropTableColumnOp:
		return "DROP COLUMN IF EXISTS " + sqltext.Ident(op.ColumnName), op.OnTable, nil
	case *plan.RenameTableColumnOp:
		return "RENAME COLUMN " + sqltext.Ident(op.Before) + " TO " + sqltext.Ident(op.After), op.OnTable, sqltext.CheckName("column", op.After)
	case *plan.ModifyTableTTLOp:
		if op.After == nil || *op.After == "" {
			return "REMOVE TTL", op.OnTable, nil
		}
		return "MODIFY TTL " + *op.After, op.OnTable, nil
	case *plan.AddTableIndexOp:
		return "ADD INDEX " + IndexDefinition(&op.Index), op.OnTable, sqltext.CheckName("index", op.Index.Name)
	case *plan.DropTableIndexOp:
		return "DROP INDEX IF EXISTS " + sqltext.Ident(op.IndexName), op.OnTable, nil
	case *plan.AddTableProjectionOp:
		return fmt.Sprintf("ADD PROJECTION IF NOT EXISTS %s (%s)", sqltext.Ident(op.Projection.Name), op.Projection.Body),
			op.OnTable, sqltext.CheckName("projection", op.Projection.Name)
	case *plan.DropTableProjectionOp:
		return "DROP PROJECTION IF EXISTS " + sqltext.Ident(op.ProjectionName), op.OnTable, nil
	case *plan.AddTableConstraintOp:
		def, err := ConstraintDefinition(&op.Constraint)
		return "ADD " + def, op.OnTable, err
	case *plan.DropTableConstraintOp:
		return "DROP CONSTRAINT IF EXISTS " + sqltext.Ident(op.ConstraintName), op.OnTable, nil
	case *plan.ModifySampleByOp:
		return "MODIFY SAMPLE BY " + op.Expression, op.OnTable, nil
	case *plan.RemoveSampleByOp:
		return "REMOVE SAMPLE BY", op.OnTable, nil
	}
	return "", plan.OnTable{}, fmt.Errorf("no SQL is known for the operation %s", op.Kind())
}

func has(s *string) bool { return s != nil && *s != "" }

func (w writer) modifySettings(op *plan.ModifyTableSettingsOp) []string {
	before, after := settingsOf(op.Before), settingsOf(op.After)
	changed := map[string]string{}
	for k, v := range after {
		if old, ok := before[k]; !ok || old != v {
			changed[k] = v
		}
	}
	var out, reset []string
	if len(changed) > 0 {
		out = append(out, w.alter(op.OnTable, "MODIFY SETTING "+settingsList(changed)))
	}
	for _, k := range inframap.Keys(before) {
		if _, ok := after[k]; !ok {
			reset = append(reset, settingIdent(k))
		}
	}
	if len(reset) > 0 {
		out = append(out, w.alter(op.OnTable, "RESET SETTING "+strings.Join(reset, ", ")))
	}
	return out
}

func settingsOf(m *map[string]string) map[string]string {
	if m == nil {
		return nil
	}
	return *m
}
