package fidelity

import (
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// object declares one object of a case.
type object func(p place, m *inframap.Map)

// seen is one change: what is there, what is declared then, and the operations that
// lead from one to the other.
type seen struct {
	// row is the line of docs/support.md, what the change in words.
	row, what     string
	before, after []object
	want          []plan.Kind
	// attribute is a difference that the change must name, "" when any will do.
	attribute string
	// statements is how many statements the operations are, 0 when that says nothing.
	statements int
	// refused is what the plan must say instead of applying it.
	refused string
	// rows are statements that fill the tables before the plan is made.
	rows string
	// result is what the table becomes where that is not what is declared.
	result []object
}

// table declares the case's table.
func table(changes ...tableChange) []object { return []object{tableNamed("", changes...)} }

// tableNamed declares a table whose name starts with that of the case.
func tableNamed(suffix string, changes ...tableChange) object {
	return func(p place, m *inframap.Map) {
		p.name += suffix
		t := p.table()
		all(changes...)(t)
		p.fillTable(t)
		m.Tables[t.ID(m.DefaultDatabase)] = t
	}
}

func view(suffix, sql string) object {
	return func(p place, m *inframap.Map) {
		m.Views[p.name+suffix] = &inframap.View{Name: p.name + suffix, SelectSQL: p.fill(sql)}
	}
}

func materialized(suffix, target, sql string) object {
	return func(p place, m *inframap.Map) {
		m.MaterializedViews[p.name+suffix] = &inframap.MaterializedView{
			Name: p.name + suffix, TargetTable: p.name + target, SelectSQL: p.fill(sql), LifeCycle: inframap.FullyManaged,
		}
	}
}

// c is the column that a case is about.
func c(typ string, more ...string) tableChange { return with("c", typ, more...) }

func kinds(list ...plan.Kind) []plan.Kind { return list }

var (
	modify   = kinds(plan.ModifyTableColumn)
	recreate = kinds(plan.DropTable, plan.CreateTable)
)

// retyped is a change of column c in place.
func retyped(row, what string, before, after tableChange) seen {
	return seen{row: row, what: what, before: table(before), after: table(after), want: modify, attribute: "column c"}
}

func changed(row, what string, before, after []object, want ...plan.Kind) seen {
	return seen{row: row, what: what, before: before, after: after, want: want}
}

func seenCorpus() []seen {
	return slices.Concat(seenTypes(), seenColumns(), seenColumnLists(), seenTables(), seenEngines(), seenViews())
}
