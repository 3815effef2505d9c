package plan

import (
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Make turns changes into operations in the order in which they can run: views go
// before what they read changes and come back after it; inside a table, what
// depends on a column goes before it and comes after it. The order depends on
// nothing but the changes. Topics, endpoints and workflows have no operation of
// Moose's plan.yaml.
func Make(result *diff.Result, before, after diff.Side) []Operation {
	m := &maker{before: before, after: after, known: diff.KnownObjects(before, after)}
	for i := range result.Changes {
		m.change(&result.Changes[i])
	}
	m.rebuildViews(result)
	return m.ordered()
}

// maker collects the operations by phase; each phase is ordered at the end.
type maker struct {
	before, after diff.Side
	// known are the objects of both sides.
	known map[schema.Name]bool

	teardownSQL []Operation
	dropViews   map[string]node
	dropTables  map[string]node
	alters      map[string][]Operation
	makeTables  map[string]node
	makeViews   map[string]node
	setupSQL    []Operation
	touched     map[string]bool
	// oldNames are the names before of the tables that are renamed, by id.
	oldNames map[string]schema.Name
}

func (m *maker) change(c *diff.Change) {
	switch c.Kind {
	case diff.Table:
		m.table(c)
	case diff.View:
		m.view(c)
	case diff.MaterializedView:
		m.materializedView(c)
	case diff.SQLResource:
		m.sqlResource(c)
	}
}

func (m *maker) table(c *diff.Change) {
	t := c.Table
	switch c.Action {
	case diff.Add:
		m.addNode(&m.makeTables, c.ID, &CreateTableOp{Table: t.After}, tableSources(t.After, m.after))
	case diff.Remove:
		m.addNode(&m.dropTables, c.ID, &DropTableOp{OnTable: OfTable(t.Before)}, tableSources(t.Before, m.before))
	case diff.Recreate:
		m.addNode(&m.dropTables, c.ID, &DropTableOp{OnTable: OfTable(t.Before)}, tableSources(t.Before, m.before))
		m.addNode(&m.makeTables, c.ID, &CreateTableOp{Table: t.After}, tableSources(t.After, m.after))
	case diff.Update:
		if m.alters == nil {
			m.alters = map[string][]Operation{}
		}
		m.alters[c.ID] = alterOperations(t)
		if t.Renamed {
			if m.oldNames == nil {
				m.oldNames = map[string]schema.Name{}
			}
			m.oldNames[c.ID] = t.Actual.Name
		}
	}
}

// alterOperations lists the steps of one table: its new name, indexes, projections and constraints
// that go, renames, new columns, changed columns, TTL, columns that go, settings,
// sampling, indexes, projections and constraints that come.
func alterOperations(t *diff.TableChange) []Operation {
	on := OfTable(t.After)
	var ops []Operation
	if t.Renamed {
		ops = append(ops, &RenameTableOp{OnTable: OfTable(t.Before), To: t.After.Name, ToDatabase: t.After.Database})
	}
	for _, i := range t.Indexes {
		if i.Before != nil {
			ops = append(ops, &DropTableIndexOp{OnTable: on, IndexName: i.Name})
		}
	}
	projections := append(slices.Clip(t.Projections), aroundRenames(t)...)
	for _, p := range projections {
		if p.Before != nil {
			ops = append(ops, &DropTableProjectionOp{OnTable: on, ProjectionName: p.Name})
		}
	}
	for _, c := range t.Constraints {
		if c.Before != nil {
			ops = append(ops, &DropTableConstraintOp{OnTable: on, ConstraintName: c.Name})
		}
	}
	ops = append(ops, columnOperations(on, t)...)
	if t.TTL {
		ops = append(ops, &ModifyTableTTLOp{OnTable: on, Before: t.Before.TTL, After: t.After.TTL})
	}
	ops = append(ops, dropColumns(on, t)...)
	if t.Settings {
		ops = append(ops, settingsOperation(on, t))
	}
	switch {
	case t.SampleBy && t.After.SampleBy != nil:
		ops = append(ops, &ModifySampleByOp{OnTable: on, Expression: *t.After.SampleBy})
	case t.SampleBy:
		ops = append(ops, &RemoveSampleByOp{OnTable: on})
	}
	for _, i := range t.Indexes {
		if i.After != nil {
			ops = append(ops, &AddTableIndexOp{OnTable: on, Index: *i.After})
		}
	}
	for _, p := range projections {
		if p.After != nil {
			ops = append(ops, &AddTableProjectionOp{OnTable: on, Projection: *p.After})
		}
	}
	for _, c := range t.Constraints {
		if c.After != nil {
			ops = append(ops, &AddTableConstraintOp{OnTable: on, Constraint: *c.After})
		}
	}
	return ops
}

// aroundRenames are the unchanged projections over all columns of a table of which one
// is renamed: ClickHouse refuses that while such a projection is there (code 524).
func aroundRenames(t *diff.TableChange) []diff.NamedChange[inframap.Projection] {
	if !slices.ContainsFunc(t.Columns, func(c diff.ColumnChange) bool { return c.RenameStated }) {
		return nil
	}
	var out []diff.NamedChange[inframap.Projection]
	for i := range t.After.Projections {
		p := &t.After.Projections[i]
		changes := slices.ContainsFunc(t.Projections, func(c diff.NamedChange[inframap.Projection]) bool { return c.Name == p.Name })
		if !changes && strings.Contains(p.Body, "*") {
			out = append(out, diff.NamedChange[inframap.Projection]{Name: p.Name, Before: p, After: p})
		}
	}
	return out
}

// settingsOperation carries the whole settings, as Moose does, with the values of
// the server where they differ from what was recorded.
func settingsOperation(on OnTable, t *diff.TableChange) Operation {
	before, after := map[string]string{}, map[string]string{}
	for k, v := range t.After.TableSettings {
		before[k], after[k] = v, v
	}
	for k := range t.SettingsAfter {
		delete(before, k)
	}
	for k, v := range t.SettingsBefore {
		before[k] = v
	}
	return &ModifyTableSettingsOp{OnTable: on, Before: &before, After: &after}
}

func (m *maker) view(c *diff.Change) {
	if c.View.Before != nil {
		m.dropView(c.ID, c.View.Before)
	}
	if c.View.After != nil {
		m.createView(c.ID, c.View.After)
	}
}

func (m *maker) dropView(id string, v *inframap.View) {
	m.addNode(&m.dropViews, "view "+id, &DropViewOp{Name: v.Name, Database: v.Database, ClusterName: cluster(m.before, m.viewSources(m.before, m.before.Views[id]))}, m.viewSources(m.before, m.before.Views[id]))
}

func (m *maker) createView(id string, v *inframap.View) {
	m.addNode(&m.makeViews, "view "+id, &CreateViewOp{Name: v.Name, Database: v.Database, SelectSQL: v.SelectSQL, ClusterName: cluster(m.after, m.viewSources(m.after, m.after.Views[id]))}, m.viewSources(m.after, m.after.Views[id]))
}

func (m *maker) materializedView(c *diff.Change) {
	if c.MaterializedView.Before != nil {
		m.dropMaterializedView(c.ID, c.MaterializedView.Before)
	}
	if c.MaterializedView.After != nil {
		m.createMaterializedView(c.ID, c.MaterializedView.After)
	}
}

func (m *maker) dropMaterializedView(id string, v *inframap.MaterializedView) {
	m.addNode(&m.dropViews, "mv "+id, &DropMaterializedViewOp{Name: v.Name, Database: v.Database, ClusterName: cluster(m.before, m.viewSources(m.before, m.before.MaterializedViews[id]))}, m.viewSources(m.before, m.before.MaterializedViews[id]))
}

func (m *maker) createMaterializedView(id string, v *inframap.MaterializedView) {
	m.addNode(&m.makeViews, "mv "+id, &CreateMaterializedViewOp{
		Name: v.Name, Database: v.Database, TargetTable: v.TargetTable, TargetDatabase: v.TargetDatabase, SelectSQL: v.SelectSQL,
		ClusterName: cluster(m.after, m.viewSources(m.after, m.after.MaterializedViews[id])),
	}, m.viewSources(m.after, m.after.MaterializedViews[id]))
}

func (m *maker) sqlResource(c *diff.Change) {
	if r := c.SQLResource.Before; r != nil && len(r.Teardown) > 0 {
		m.teardownSQL = append(m.teardownSQL, &RawSQLOp{SQL: r.Teardown, Description: TeardownDescription + r.Name})
	}
	if r := c.SQLResource.After; r != nil && len(r.Setup) > 0 {
		m.setupSQL = append(m.setupSQL, &RawSQLOp{SQL: r.Setup, Description: SetupDescription + r.Name})
	}
}
