package fidelity

import (
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// tableChange is a change of a declared table.
type tableChange func(t *inframap.Table)

func all(changes ...tableChange) tableChange {
	return func(t *inframap.Table) {
		for _, c := range changes {
			c(t)
		}
	}
}

func orderBy(columns ...string) tableChange {
	return func(t *inframap.Table) { t.OrderBy = inframap.OrderByColumns(columns...) }
}

func orderByExpression(sql string) tableChange {
	return func(t *inframap.Table) { t.OrderBy = inframap.OrderByExpression(sql) }
}

func partitionBy(sql string) tableChange {
	return func(t *inframap.Table) { t.PartitionBy = &sql }
}

func primaryKey(sql string) tableChange {
	return func(t *inframap.Table) { t.PrimaryKeyExpression = &sql }
}

func sampleBy(sql string) tableChange { return func(t *inframap.Table) { t.SampleBy = &sql } }
func ttl(sql string) tableChange      { return func(t *inframap.Table) { t.TTL = &sql } }

// keyColumns marks columns as Key<>.
func keyColumns(names ...string) tableChange {
	return func(t *inframap.Table) {
		for i := range t.Columns {
			t.Columns[i].PrimaryKey = slices.Contains(names, t.Columns[i].Name)
		}
	}
}

func with(name, typ string, more ...string) tableChange {
	return func(t *inframap.Table) { t.Columns = append(t.Columns, column(name, typ, more...)) }
}

func without(name string) tableChange {
	return func(t *inframap.Table) {
		t.Columns = slices.DeleteFunc(t.Columns, func(c inframap.Column) bool { return c.Name == name })
	}
}

func setting(name, value string) tableChange {
	return func(t *inframap.Table) { t.TableSettings[name] = value }
}

func index(name, expr, kind string, granularity uint64, args ...string) tableChange {
	return func(t *inframap.Table) {
		t.Indexes = append(t.Indexes, inframap.Index{Name: name, Expression: expr, Type: kind, Arguments: append([]string{}, args...), Granularity: granularity})
	}
}

func projection(name, body string) tableChange {
	return func(t *inframap.Table) {
		t.Projections = append(t.Projections, inframap.Projection{Name: name, Body: body})
	}
}

func constraint(name, kind, expr string) tableChange {
	return func(t *inframap.Table) {
		t.Constraints = append(t.Constraints, inframap.Constraint{Name: name, Type: kind, Expression: expr})
	}
}

func named(name string) tableChange { return func(t *inframap.Table) { t.Name = name } }

// versioned gives the table a version, which its physical name ends with.
func versioned(version string) tableChange {
	return func(t *inframap.Table) {
		t.Version = &version
		t.Name = inframap.TableName(t.Name, &version)
	}
}

func engineOf(name, params string) tableChange {
	return func(t *inframap.Table) {
		t.Engine = engine(name, params)
		if !t.Engine.SupportsOrderBy() || !t.Engine.IsMergeTree() {
			t.OrderBy = inframap.OrderBy{}
		}
	}
}
