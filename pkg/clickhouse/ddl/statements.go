package ddl

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
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
		sync := ""
		if cluster := onCluster(op.ClusterName); cluster != "" {
			sync = cluster + " SYNC"
		}
		return one("DROP TABLE IF EXISTS %s%s", w.name(op.Database, op.Table), sync), nil
	case *plan.RawSQLOp:
		return nonEmpty(op.SQL), nil
	case *plan.CreateViewOp:
		return one("CREATE VIEW IF NOT EXISTS %s AS %s", w.name(op.Database, op.Name), op.SelectSQL), sqltext.CheckName("view", op.Name)
	case *plan.DropViewOp:
		return one("DROP VIEW IF EXISTS %s", w.name(op.Database, op.Name)), nil
	case *plan.CreateMaterializedViewOp:
		return one("CREATE MATERIALIZED VIEW IF NOT EXISTS %s TO %s AS %s", w.name(op.Database, op.Name),
			w.name(op.TargetDatabase, op.TargetTable), op.SelectSQL), sqltext.CheckName("materialized view", op.Name)
	case *plan.DropMaterializedViewOp:
		return one("DROP VIEW IF EXISTS %s", w.name(op.Database, op.Name)), nil
	case *plan.ModifyTableColumnOp:
		return w.modifyColumn(op)
	case *plan.ModifyTableSettingsOp:
		return w.modifySettings(op), nil
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

// modifyColumn writes the removal of what the column no longer has, each as a
// statement of its own, and then the new definition. A change of the comment
// alone does not touch the type.
func (w writer) modifyColumn(op *plan.ModifyTableColumnOp) ([]string, error) {
	name := sqltext.Ident(op.After.Name)
	before, err := ColumnDefinition(&op.Before)
	if err != nil {
		return nil, err
	}
	after, err := ColumnDefinition(&op.After)
	if err != nil {
		return nil, err
	}
	bare := func(c inframap.Column) (string, error) {
		c.Comment = nil
		def, err := ColumnDefinition(&c)
		return strings.ReplaceAll(def, " COMMENT "+sqltext.String(Comment(&c)), ""), err
	}
	bareBefore, err := bare(op.Before)
	if err != nil {
		return nil, err
	}
	bareAfter, err := bare(op.After)
	if err != nil {
		return nil, err
	}
	commentClause := fmt.Sprintf("COMMENT COLUMN IF EXISTS %s %s", name, sqltext.String(Comment(&op.After)))
	if before != after && bareBefore == bareAfter {
		return []string{w.alter(op.OnTable, commentClause)}, nil
	}
	var out []string
	for _, property := range removedProperties(&op.Before, &op.After) {
		out = append(out, w.alter(op.OnTable, "MODIFY COLUMN "+name+" REMOVE "+property))
	}
	if Comment(&op.Before) != "" && Comment(&op.After) == "" {
		out = append(out, w.alter(op.OnTable, commentClause))
	}
	if becomesAlias(&op.Before, &op.After) {
		// ClickHouse converts what is stored before it forgets it, and then misses it (code 16).
		alias, err := ColumnType(&op.Before)
		if err != nil {
			return nil, err
		}
		out = append(out, w.alter(op.OnTable, fmt.Sprintf("MODIFY COLUMN %s %s ALIAS %s", name, alias, *op.After.Alias)))
	}
	if !needsDefault(&op.Before, &op.After) {
		return append(out, w.alter(op.OnTable, "MODIFY COLUMN IF EXISTS "+after)), nil
	}
	filled := op.After
	typ, err := ColumnType(&filled)
	if err != nil {
		return nil, err
	}
	zero := "defaultValueOfTypeName(" + sqltext.String(typ) + ")"
	filled.Default = &zero
	if after, err = ColumnDefinition(&filled); err != nil {
		return nil, err
	}
	return append(out, w.alter(op.OnTable, "MODIFY COLUMN IF EXISTS "+after), w.alter(op.OnTable, "MODIFY COLUMN "+name+" REMOVE DEFAULT")), nil
}

// needsDefault reports whether ClickHouse makes a change only through a column with
// a default: one from Nullable to required (code 36 without), and one that is no
// longer EPHEMERAL, which nothing else removes.
func needsDefault(before, after *inframap.Column) bool {
	kind, _, _ := DefaultOf(after)
	was, _, _ := DefaultOf(before)
	return kind == "" && (was == "EPHEMERAL" || was != "ALIAS" && isNullable(before) && !isNullable(after))
}

// becomesAlias reports whether a stored column turns into an ALIAS of another type.
func becomesAlias(before, after *inframap.Column) bool {
	kind, _, _ := DefaultOf(after)
	was, _, _ := DefaultOf(before)
	if kind != "ALIAS" || was == "ALIAS" {
		return false
	}
	b, errB := ColumnType(before)
	a, errA := ColumnType(after)
	return errB == nil && errA == nil && a != b
}

func isNullable(c *inframap.Column) bool {
	t, err := ColumnType(c)
	return err == nil && schema.Nullable(t)
}

func removedProperties(before, after *inframap.Column) []string {
	var out []string
	kindBefore, _, _ := DefaultOf(before)
	kindAfter, _, _ := DefaultOf(after)
	if kindBefore != "" && kindBefore != "EPHEMERAL" && kindBefore != kindAfter {
		out = append(out, kindBefore)
	}
	if has(before.TTL) && !has(after.TTL) {
		out = append(out, "TTL")
	}
	if has(before.Codec) && !has(after.Codec) {
		out = append(out, "CODEC")
	}
	return out
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
