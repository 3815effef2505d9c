package se

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// spot is a place in a map or a plan with something that is, or looks like, a credential.
type spot struct {
	object string
	// what says what it is, in words, never the value.
	what string
	// likely is set when only the form of the value speaks for it.
	likely bool
}

// spotsOfSQL looks at statements or expressions of one object.
func spotsOfSQL(object string, statements ...string) []spot {
	var out []spot
	for _, sql := range statements {
		found := known(sql)
		for _, what := range found {
			out = append(out, spot{object: object, what: what})
		}
		if len(found) == 0 && random(sql) {
			out = append(out, spot{object: object, what: "a value that looks like a generated key", likely: true})
		}
	}
	return out
}

// spotsOfTable looks at the engine's arguments, the settings, and the SQL of columns.
func spotsOfTable(object string, t *inframap.Table) []spot {
	var out []spot
	params, _ := inframap.EngineParams(t.Engine.Name)
	for _, p := range params {
		// The id of a key says nothing without the key.
		if p.Secret && p.Name != "aws_access_key_id" && real(t.Engine.String(p.Name)) {
			out = append(out, spot{object: object, what: "the argument " + p.Name + " of its engine"})
		}
	}
	if real(t.TableSettings["kafka_sasl_password"]) {
		out = append(out, spot{object: object, what: "the setting kafka_sasl_password"})
	}
	for _, c := range t.Columns {
		for _, expr := range []*string{c.Default, c.Materialized, c.Alias} {
			if expr != nil {
				out = append(out, spotsOfSQL(object+"."+c.Name, *expr)...)
			}
		}
	}
	return out
}

// spotsOfMap looks at all that a map holds in ClickHouse.
func spotsOfMap(m *inframap.Map) []spot {
	if m == nil {
		return nil
	}
	var out []spot
	for _, id := range inframap.Keys(m.Tables) {
		t := m.Tables[id]
		out = append(out, spotsOfTable(t.DatabaseOr(m.DefaultDatabase)+"."+t.Name, t)...)
	}
	for _, id := range inframap.Keys(m.Views) {
		v := m.Views[id]
		out = append(out, spotsOfSQL(v.DatabaseOr(m.DefaultDatabase)+"."+v.Name, v.SelectSQL)...)
	}
	for _, id := range inframap.Keys(m.MaterializedViews) {
		v := m.MaterializedViews[id]
		out = append(out, spotsOfSQL(v.DatabaseOr(m.DefaultDatabase)+"."+v.Name, v.SelectSQL)...)
	}
	for _, id := range inframap.Keys(m.SQLResources) {
		r := m.SQLResources[id]
		out = append(out, spotsOfSQL("SQL resource "+r.Name, slices.Concat(r.Setup, r.Teardown)...)...)
	}
	for _, id := range inframap.Keys(m.Dictionaries) {
		out = append(out, spotsOfDictionary(m, id)...)
	}
	return out
}

// spotsOfDictionary looks at the source and the query of a dictionary of a map.
func spotsOfDictionary(m *inframap.Map, id string) []spot {
	raw, ok := m.Dictionaries[id]
	if !ok {
		return nil
	}
	alone := inframap.New(m.DefaultDatabase)
	alone.Dictionaries = map[string]jsontext.Value{id: raw}
	if !slices.ContainsFunc(secretsql.OfMap(alone), real) {
		return nil
	}
	return []spot{{object: "dictionary " + id, what: "a credential of its source"}}
}

// spotsOfPlan looks at the operations of a saved plan.
func spotsOfPlan(operations []plan.Operation) []spot {
	var out []spot
	for _, op := range operations {
		object := op.Target().String()
		switch o := op.(type) {
		case *plan.CreateTableOp:
			out = append(out, spotsOfTable(object, o.Table)...)
		case *plan.CreateViewOp:
			out = append(out, spotsOfSQL(object, o.SelectSQL)...)
		case *plan.CreateMaterializedViewOp:
			out = append(out, spotsOfSQL(object, o.SelectSQL)...)
		case *plan.RawSQLOp:
			out = append(out, spotsOfSQL(object, o.SQL...)...)
		}
	}
	return out
}
