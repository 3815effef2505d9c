package report

import (
	"reflect"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// statements writes the SQL of an operation with its credentials hidden.
func statements(op plan.Operation, db string) ([]string, error) {
	switch o := op.(type) {
	case *plan.CreateTableOp:
		return ddl.Statements(&plan.CreateTableOp{Table: o.Table.Masked()}, db)
	case *plan.ModifyTableSettingsOp:
		hidden := *o
		hidden.Before, hidden.After = inframap.MaskedSettings(o.Before), inframap.MaskedSettings(o.After)
		if o.Before != nil && o.After != nil {
			// A changed credential would look unchanged once both values are hidden.
			for k, v := range *o.After {
				if (*o.Before)[k] != v {
					delete(*hidden.Before, k)
				}
			}
		}
		return ddl.Statements(&hidden, db)
	}
	return ddl.Statements(op, db)
}

// clean takes the secrets out of every text of the report and makes it valid UTF-8.
// Fields tagged report:"keep" hold names and identifiers, which are no secrets and
// must stay recognisable.
func clean(r *Report, secrets []string) {
	redactor := dsn.NewRedactor(secrets...)
	cleanValue(reflect.ValueOf(r).Elem(), false, func(s string, keep bool) string {
		if !keep {
			s = redactor.Redact(secretsql.Mask(s))
		}
		return strings.ToValidUTF8(s, "\uFFFD")
	})
}

// cleanDrift does the same for a drift report.
func cleanDrift(r *DriftReport, redact func(string) string) {
	cleanValue(reflect.ValueOf(r).Elem(), false, func(s string, keep bool) string {
		if !keep {
			s = redact(s)
		}
		return strings.ToValidUTF8(s, "\uFFFD")
	})
}

func cleanValue(v reflect.Value, keep bool, f func(s string, keep bool) string) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() {
			v.SetString(f(v.String(), keep))
		}
	case reflect.Slice:
		for i := range v.Len() {
			cleanValue(v.Index(i), keep, f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			cleanValue(v.Field(i), keep || v.Type().Field(i).Tag.Get("report") == "keep", f)
		}
	}
}
