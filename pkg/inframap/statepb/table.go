package statepb

import (
	"maps"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	pb "github.com/moose-migrate/moose-migrate/pkg/inframap/statepb/mooseproto"
)

func (d *decoder) table(p *pb.Table) *inframap.Table {
	t := &inframap.Table{
		Name: p.GetName(), Columns: list(p.GetColumns(), d.column), OrderBy: orderBy(p),
		PartitionBy: p.PartitionBy, SampleBy: p.SampleByExpression, Engine: d.engine(p), Version: p.Version,
		SourcePrimitive: primitive(p.GetSourcePrimitive()), Metadata: metadata(p.GetMetadata()),
		LifeCycle: lifeCycle(p.GetLifeCycle()), EngineParamsHash: p.EngineParamsHash,
		TableSettingsHash: p.TableSettingsHash, TableSettings: p.GetTableSettings(),
		Indexes: list(p.GetIndexes(), index), Projections: list(p.GetProjections(), projection),
		Constraints: list(p.GetConstraints(), constraint), Database: p.Database, ClusterName: p.ClusterName,
		PrimaryKeyExpression: p.PrimaryKeyExpression, TTL: p.TableTtlSetting,
	}
	if s := p.GetSeedFilter(); s != nil {
		t.SeedFilter = &inframap.SeedFilter{Limit: s.Limit, Where: s.WhereClause, Extra: extra(s)}
	}
	o := p.GetOrderBy2()
	t.Extra = extra(p, within(7, unknown(p.GetEngine())), within(13, join(unknown(o), within(1, unknown(o.GetFields())))))
	return t
}

func (e *encoder) table(t *inframap.Table) *pb.Table {
	if t == nil {
		e.fail("the table is null")
		return nil
	}
	p := &pb.Table{
		Name: t.Name, Columns: e.columns(t.Columns), Version: t.Version,
		SourcePrimitive: e.primitive(t.SourcePrimitive), Deduplicate: t.Engine.Name == "ReplacingMergeTree",
		Metadata: e.metadata(t.Metadata), LifeCycle: e.lifeCycle(t.LifeCycle),
		EngineParamsHash: t.EngineParamsHash, TableSettings: publicSettings(t.TableSettings),
		PartitionBy: t.PartitionBy, Indexes: list(t.Indexes, e.index), SampleByExpression: t.SampleBy,
		TableTtlSetting: t.TTL, Database: t.Database, ClusterName: t.ClusterName,
		PrimaryKeyExpression: t.PrimaryKeyExpression, TableSettingsHash: t.TableSettingsHash,
		Projections: list(t.Projections, e.projection), Constraints: list(t.Constraints, e.constraint),
	}
	e.engine(p, t.Engine)
	setOrderBy(p, t.OrderBy)
	if s := t.SeedFilter; s != nil {
		p.SeedFilter = &pb.SeedFilter{Limit: s.Limit, WhereClause: s.Where}
		e.extend(p.SeedFilter, s.UnknownProto)
	}
	e.extend(p, t.UnknownProto)
	return p
}

// orderBy prefers the structured form; the older one cannot tell a column from
// an expression, except for tuple().
func orderBy(p *pb.Table) inframap.OrderBy {
	switch t := p.GetOrderBy2().GetT().(type) {
	case *pb.OrderBy_Fields:
		return inframap.OrderByColumns(t.Fields.GetField()...)
	case *pb.OrderBy_Expression:
		return inframap.OrderByExpression(t.Expression)
	}
	if o := p.GetOrderBy(); len(o) == 1 && o[0] == "tuple()" {
		return inframap.OrderByExpression(o[0])
	}
	return inframap.OrderByColumns(p.GetOrderBy()...)
}

func setOrderBy(p *pb.Table, o inframap.OrderBy) {
	if o.IsExpression {
		p.OrderBy = []string{o.Expression}
		p.OrderBy2 = &pb.OrderBy{T: &pb.OrderBy_Expression{Expression: o.Expression}}
		return
	}
	p.OrderBy = o.Columns
	p.OrderBy2 = &pb.OrderBy{T: &pb.OrderBy_Fields{Fields: &pb.OrderByFields{Field: o.Columns}}}
}

// publicSettings leaves out the settings that are credentials, as Moose does.
func publicSettings(in map[string]string) map[string]string {
	out := maps.Clone(in)
	delete(out, "kafka_sasl_username")
	delete(out, "kafka_sasl_password")
	return out
}

func index(p *pb.TableIndex) inframap.Index {
	return inframap.Index{
		Name: p.GetName(), Expression: p.GetExpression(), Type: p.GetType(), Arguments: p.GetArguments(),
		Granularity: p.GetGranularity(), Extra: extra(p),
	}
}

func (e *encoder) index(i inframap.Index) *pb.TableIndex {
	p := &pb.TableIndex{Name: i.Name, Expression: i.Expression, Type: i.Type, Arguments: i.Arguments, Granularity: i.Granularity}
	e.extend(p, i.UnknownProto)
	return p
}

func projection(p *pb.TableProjection) inframap.Projection {
	return inframap.Projection{Name: p.GetName(), Body: p.GetBody(), Extra: extra(p)}
}

func (e *encoder) projection(v inframap.Projection) *pb.TableProjection {
	p := &pb.TableProjection{Name: v.Name, Body: v.Body}
	e.extend(p, v.UnknownProto)
	return p
}

func constraint(p *pb.TableConstraint) inframap.Constraint {
	return inframap.Constraint{Name: p.GetName(), Expression: p.GetExpression(), Type: p.GetType(), Extra: extra(p)}
}

func (e *encoder) constraint(c inframap.Constraint) *pb.TableConstraint {
	p := &pb.TableConstraint{Name: c.Name, Expression: c.Expression, Type: c.Type}
	e.extend(p, c.UnknownProto)
	return p
}
