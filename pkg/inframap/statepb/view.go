package statepb

import (
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	pb "github.com/moose-migrate/moose-migrate/pkg/inframap/statepb/mooseproto"
)

func (d *decoder) view(p *pb.View) *inframap.View {
	q := p.GetSelectQuery()
	return &inframap.View{
		Name: p.GetName(), Database: p.Database, SelectSQL: q.GetSql(), SourceTables: list(q.GetSourceTables(), tableName),
		Metadata: metadata(p.GetMetadata()), Extra: extra(p, within(3, unknown(q))),
	}
}

func (e *encoder) view(v *inframap.View) *pb.View {
	if v == nil {
		e.fail("the view is null")
		return nil
	}
	p := &pb.View{
		Name: v.Name, Database: v.Database, SelectQuery: selectQuery(v.SelectSQL, v.SourceTables), Metadata: e.metadata(v.Metadata),
	}
	e.extend(p, v.UnknownProto)
	return p
}

func (d *decoder) materializedView(p *pb.MaterializedView) *inframap.MaterializedView {
	q, target := p.GetSelectQuery(), p.GetTargetTable()
	return &inframap.MaterializedView{
		Name: p.GetName(), Database: p.Database, SelectSQL: q.GetSql(), SourceTables: list(q.GetSourceTables(), tableName),
		TargetTable: target.GetTable(), TargetDatabase: optional(target), Metadata: metadata(p.GetMetadata()),
		LifeCycle: lifeCycle(p.GetLifeCycle()), Extra: extra(p, within(3, unknown(q)), within(4, unknown(target))),
	}
}

func (e *encoder) materializedView(v *inframap.MaterializedView) *pb.MaterializedView {
	if v == nil {
		e.fail("the materialized view is null")
		return nil
	}
	p := &pb.MaterializedView{
		Name: v.Name, Database: v.Database, SelectQuery: selectQuery(v.SelectSQL, v.SourceTables),
		TargetTable: &pb.TableReference{Database: v.TargetDatabase, Table: v.TargetTable},
		Metadata:    e.metadata(v.Metadata), LifeCycle: e.lifeCycle(v.LifeCycle),
	}
	e.extend(p, v.UnknownProto)
	return p
}

func optional(p *pb.TableReference) *string {
	if p == nil {
		return nil
	}
	return p.Database
}

// tableName is a source table as the model has it, with the database when there is one.
func tableName(p *pb.TableReference) string {
	if db := p.GetDatabase(); db != "" {
		return db + "." + p.GetTable()
	}
	return p.GetTable()
}

// selectQuery writes each source table as one name, as Moose does.
func selectQuery(sql string, sources []string) *pb.SelectQuery {
	return &pb.SelectQuery{Sql: sql, SourceTables: list(sources, func(name string) *pb.TableReference {
		return &pb.TableReference{Table: name}
	})}
}

func (d *decoder) sqlResource(p *pb.SqlResource) *inframap.SQLResource {
	return &inframap.SQLResource{
		Name: p.GetName(), Database: p.Database, Setup: p.GetSetup(), Teardown: p.GetTeardown(),
		PullsDataFrom: list(p.GetPullsDataFrom(), signature), PushesDataTo: list(p.GetPushesDataTo(), signature),
		SourceFile: nonEmpty(p.GetSourceFile()), Extra: extra(p),
	}
}

func (e *encoder) sqlResource(r *inframap.SQLResource) *pb.SqlResource {
	if r == nil {
		e.fail("the SQL resource is null")
		return nil
	}
	p := &pb.SqlResource{
		Name: r.Name, Database: r.Database, Setup: r.Setup, Teardown: r.Teardown,
		PullsDataFrom: list(r.PullsDataFrom, e.signature), PushesDataTo: list(r.PushesDataTo, e.signature),
		SourceFile: deref(r.SourceFile),
	}
	e.extend(p, r.UnknownProto)
	return p
}
