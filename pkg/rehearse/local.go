package rehearse

import (
	"maps"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// localTableOf is a declared table as the scratch server can have it: what localTable
// does to a statement.
func localTableOf(t *inframap.Table) *inframap.Table {
	out := *t
	out.ClusterName, out.EngineParamsHash, out.TableSettingsHash = nil, nil, nil
	kind, _ := standInFor(t.Engine.Name)
	switch {
	case kind == plain:
		out.Engine.Name = plainName(t.Engine.Name)
		out.Engine.Params = maps.Clone(t.Engine.Params)
		delete(out.Engine.Params, "keeper_path")
		delete(out.Engine.Params, "replica_name")
		if known, _ := inframap.EngineParams(out.Engine.Name); len(known) == 0 {
			out.Engine.Params = nil
		}
	case kind.elsewhere():
		out.Engine = inframap.Engine{Name: kind.engineOf(t.Engine.Name)}
		out.OrderBy, out.PrimaryKeyExpression = inframap.OrderBy{}, nil
		out.PartitionBy, out.SampleBy, out.TTL = nil, nil, nil
		out.Indexes, out.Projections, out.TableSettings = nil, nil, nil
		out.Columns = make([]inframap.Column, len(t.Columns))
		for i, c := range t.Columns {
			c.PrimaryKey = false
			out.Columns[i] = c
		}
	}
	out.TableSettings = localTableSettings(out.TableSettings)
	return &out
}

func localTableSettings(settings map[string]string) map[string]string {
	if settings == nil {
		return nil
	}
	out := map[string]string{}
	for k, v := range settings {
		if !hostSettings[k] && v != inframap.Hidden {
			out[k] = v
		}
	}
	return out
}

// localMap is a map as the scratch server can hold it, without what it cannot keep: row
// policies, and dictionaries that read from elsewhere.
func localMap(m *inframap.Map) (*inframap.Map, error) {
	out := *secretsql.SQL(m)
	out.Tables = map[string]*inframap.Table{}
	for id, t := range m.Tables {
		out.Tables[id] = localTableOf(t)
	}
	out.RowPolicies = map[string]jsontext.Value{}
	typed, err := m.TypedDictionaries()
	if err != nil {
		return nil, err
	}
	out.Dictionaries = maps.Clone(out.Dictionaries)
	for id, d := range typed {
		if d.Source.Type == inframap.DictionaryFromExternal {
			delete(out.Dictionaries, id)
		}
	}
	return &out, nil
}

// local is an operation as the scratch server can run it; nil with a reason when it
// cannot, or has nothing to do there.
func (s *stage) local(op plan.Operation) (plan.Operation, string) {
	if plan.PolicyOf(op) != nil {
		return nil, "the scratch server keeps no row policies"
	}
	if d := plan.DictionaryOf(op); d != nil {
		if _, drops := op.(*plan.DropDictionaryOp); !drops && d.Source.Type == inframap.DictionaryFromExternal {
			return nil, "the dictionary reads from another system"
		}
		own := *d
		own.ClusterName = nil
		return plan.WithDictionary(op, secretsql.Dictionary(&own)), ""
	}
	switch o := op.(type) {
	case *plan.CreateTableOp:
		return &plan.CreateTableOp{Table: localTableOf(o.Table)}, ""
	case *plan.CreateViewOp:
		own := *o
		own.ClusterName = nil
		return &own, ""
	case *plan.CreateMaterializedViewOp:
		own := *o
		own.ClusterName = nil
		return &own, ""
	case *plan.DropViewOp:
		own := *o
		own.ClusterName = nil
		return &own, ""
	case *plan.DropMaterializedViewOp:
		own := *o
		own.ClusterName = nil
		return &own, ""
	}
	return s.localAlter(op)
}

// onStandIns are the operations that a table can do that stands in for another engine.
var onStandIns = map[plan.Kind]bool{
	plan.DropTable: true, plan.RenameTable: true, plan.AddTableColumn: true, plan.DropTableColumn: true,
	plan.ModifyTableColumn: true, plan.RenameTableColumn: true,
}

// localAlter does the same for operations on a table that is there.
func (s *stage) localAlter(op plan.Operation) (plan.Operation, string) {
	on := onTable(op)
	if on == nil {
		return op, ""
	}
	if s.standIns[s.nameOf(on.Database, on.Table)].elsewhere() && !onStandIns[op.Kind()] {
		return nil, "the table that stands in has no keys, settings, TTL, indexes or projections"
	}
	own := *on
	own.ClusterName = nil
	if o, ok := op.(*plan.ModifyTableSettingsOp); ok {
		before, after := localTableSettings(deref(o.Before)), localTableSettings(deref(o.After))
		if maps.Equal(before, after) {
			return nil, "the disks and hidden settings of the actual server are not those of the scratch server"
		}
		return &plan.ModifyTableSettingsOp{OnTable: own, Before: &before, After: &after}, ""
	}
	return withTable(op, own), ""
}

func deref(m *map[string]string) map[string]string {
	if m == nil {
		return nil
	}
	return *m
}
