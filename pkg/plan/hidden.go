package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// masked returns the operation without credentials.
func masked(op Operation) Operation {
	switch o := op.(type) {
	case *CreateTableOp:
		hidden := *o
		hidden.Table = o.Table.Masked()
		return &hidden
	case *ModifyTableSettingsOp:
		hidden := *o
		hidden.Before, hidden.After = inframap.MaskedSettings(o.Before), inframap.MaskedSettings(o.After)
		return &hidden
	case *CreateViewOp:
		hidden := *o
		hidden.SelectSQL = secretsql.Mask(o.SelectSQL)
		return &hidden
	case *CreateMaterializedViewOp:
		hidden := *o
		hidden.SelectSQL = secretsql.Mask(o.SelectSQL)
		return &hidden
	case *RawSQLOp:
		hidden := *o
		hidden.SQL = secretsql.Statements(o.SQL)
		return &hidden
	}
	if d := DictionaryOf(op); d != nil {
		return WithDictionary(op, secretsql.Dictionary(d))
	}
	return op
}

// FillSQL puts the credentials that the files hide back into the SQL of an
// operation, from what the code declares: of a view or materialized view the one of
// that name, of free SQL the statement of a SQL resource that is the same but for
// its credentials. An operation that hides nothing is returned as it is. It is an
// error when the code does not declare that SQL.
func FillSQL(op Operation, desired *inframap.Map) (Operation, error) {
	switch o := op.(type) {
	case *CreateViewOp:
		filled := *o
		for _, k := range inframap.Keys(desired.Views) {
			if v := desired.Views[k]; v.Name == o.Name && v.DatabaseOr(desired.DefaultDatabase) == databaseOr(o.Database, desired) {
				filled.SelectSQL = v.SelectSQL
			}
		}
		return fill(op, o.SelectSQL, filled.SelectSQL, &filled)
	case *CreateMaterializedViewOp:
		filled := *o
		for _, k := range inframap.Keys(desired.MaterializedViews) {
			if v := desired.MaterializedViews[k]; v.Name == o.Name && v.DatabaseOr(desired.DefaultDatabase) == databaseOr(o.Database, desired) {
				filled.SelectSQL = v.SelectSQL
			}
		}
		return fill(op, o.SelectSQL, filled.SelectSQL, &filled)
	case *RawSQLOp:
		return fillStatements(o, desired)
	}
	if d := DictionaryOf(op); d != nil {
		return fillDictionary(op, d, desired)
	}
	return op, nil
}

func databaseOr(database *string, m *inframap.Map) string {
	if database == nil || *database == "" {
		return m.DefaultDatabase
	}
	return *database
}

func hides(sql string) bool { return strings.Contains(sql, inframap.Hidden) }

func fill(op Operation, planned, declared string, filled Operation) (Operation, error) {
	switch {
	case !hides(planned):
		return op, nil
	case hides(declared) || secretsql.Mask(declared) != planned:
		return nil, cannotFill(op)
	}
	return filled, nil
}

func cannotFill(op Operation) error {
	return fmt.Errorf("%s: the plan hides credentials of its SQL, and the code does not declare the same SQL to take them from. Make the plan again with `moose generate migration --save`, or keep the credentials in a named collection of ClickHouse, which the SQL then names", Describe(op))
}

// fillStatements prefers the resource that the operation's description names: two
// resources can differ in nothing but their credentials.
func fillStatements(op *RawSQLOp, desired *inframap.Map) (Operation, error) {
	if !slices.ContainsFunc(op.SQL, hides) {
		return op, nil
	}
	filled := *op
	filled.SQL = slices.Clone(op.SQL)
	for i, planned := range op.SQL {
		if !hides(planned) {
			continue
		}
		candidates := map[string]bool{}
		for _, k := range inframap.Keys(desired.SQLResources) {
			r := desired.SQLResources[k]
			for _, sql := range slices.Concat(r.Setup, r.Teardown) {
				if secretsql.Mask(sql) != planned || hides(sql) {
					continue
				}
				if strings.HasSuffix(op.Description, " "+r.Name) {
					filled.SQL[i] = sql
				}
				candidates[sql] = true
			}
		}
		if hides(filled.SQL[i]) && len(candidates) == 1 {
			for sql := range candidates {
				filled.SQL[i] = sql
			}
		}
		if hides(filled.SQL[i]) {
			return nil, cannotFill(op)
		}
	}
	return &filled, nil
}
