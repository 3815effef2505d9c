package fidelity

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
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

// seenWorld is a database that holds the befores of some cases, and one with the afters made directly.
type seenWorld struct {
	*database
	direct        *database
	second, apart string
	cases         []seen
	places        []place
	before, after *inframap.Map
	failed        []string
	ops           [][]plan.Kind
	statements    []int
	ran           [][]string
	broken        []bool
}

func newSeenWorld(t *testing.T, cases []seen) *seenWorld {
	t.Helper()
	w := &seenWorld{
		database: newDatabase(t), direct: newDatabase(t), cases: cases, failed: make([]string, len(cases)), ops: make([][]plan.Kind, len(cases)),
		statements: make([]int, len(cases)), ran: make([][]string, len(cases)), broken: make([]bool, len(cases)),
	}
	w.second, w.apart = w.another(), w.another()
	w.before, w.after = inframap.New(w.name), inframap.New(w.name)
	for i, k := range cases {
		p := place{w.name, w.second, fmt.Sprintf("c%03d", i)}
		w.places = append(w.places, p)
		before, after, direct := inframap.New(w.name), inframap.New(w.name), inframap.New(w.direct.name)
		declare(k.before, p, before)
		declare(k.after, p, after)
		if k.result == nil {
			k.result = k.after
		}
		declare(k.result, place{w.direct.name, w.apart, p.name}, direct)
		if err := w.create(before); err != nil {
			t.Errorf("%s: %s: before: %v", k.row, k.what, err)
			w.broken[i] = true
			continue
		}
		if k.rows != "" {
			w.exec(p.fill(k.rows))
		}
		if err := w.direct.create(direct); err != nil && k.refused == "" {
			t.Errorf("%s: %s: after: %v", k.row, k.what, err)
			w.broken[i] = true
			continue
		}
		merge(w.before, before)
		merge(w.after, after)
	}
	return w
}

func declare(objects []object, p place, m *inframap.Map) {
	for _, o := range objects {
		o(p, m)
	}
}

func merge(into, from *inframap.Map) {
	for id, t := range from.Tables {
		into.Tables[id] = t
	}
	for id, v := range from.Views {
		into.Views[id] = v
	}
	for id, v := range from.MaterializedViews {
		into.MaterializedViews[id] = v
	}
}

// of is the case that an object belongs to, -1 for none.
func (w *seenWorld) of(name string) int {
	return slices.IndexFunc(w.places, func(p place) bool { return strings.HasPrefix(name, p.name) })
}

// execute runs the operations of a plan, those of each case until one fails.
func (w *seenWorld) execute(t *testing.T, out *planner.Outcome) {
	t.Helper()
	for _, op := range out.Operations {
		i := w.of(op.Target().Name)
		if i < 0 {
			t.Errorf("an operation of no case: %s", plan.Describe(op))
			continue
		}
		w.ops[i] = append(w.ops[i], op.Kind())
		list, err := ddl.Statements(op, w.name)
		if err != nil {
			t.Errorf("%s: %s: %v", w.cases[i].row, w.cases[i].what, err)
		}
		w.statements[i] += len(list)
		w.ran[i] = append(w.ran[i], list...)
		if w.failed[i] != "" {
			continue
		}
		if err := w.apply(op); err != nil {
			w.failed[i] = fmt.Sprintf("%s: %v", plan.Describe(op), err)
		}
	}
}

// TestMustBeSeen plans every change, demands exactly the operations that it needs,
// applies them, and compares with what the declaration makes directly; then nothing
// is left to do, and nothing has drifted.
func TestMustBeSeen(t *testing.T) {
	w := newSeenWorld(t, seenCorpus())
	if out := w.compare(w.second, planner.Input{Recorded: w.before, Desired: w.before}); len(out.Operations)+len(out.Status.Drift) > 0 {
		t.Errorf("what was just made is not recognised: %s; drift %+v", explain(out), out.Status.Drift)
	}
	out := w.compare(w.second, planner.Input{Recorded: w.before, Desired: w.after})
	if len(out.Result.Invalid)+len(out.Result.Blocked) > 0 {
		t.Errorf("refused: %s, held back: %+v", strings.Join(out.Result.Invalid, "; "), out.Result.Blocked)
	}
	w.execute(t, out)
	again := w.compare(w.second, planner.Input{Recorded: w.after, Desired: w.after})
	got, want := w.shapes(w.name, w.second), w.direct.shapes(w.direct.name, w.apart)
	for i, k := range w.cases {
		if w.broken[i] {
			continue
		}
		p := w.places[i]
		fault := func(format string, args ...any) {
			t.Helper()
			t.Errorf("%s: %s: %s\nran: %s", k.row, k.what, fmt.Sprintf(format, args...), strings.Join(w.ran[i], "\n"))
		}
		if !slices.Equal(w.ops[i], k.want) {
			fault("operations %v, want %v", w.ops[i], k.want)
		}
		if k.statements > 0 && k.statements != w.statements[i] {
			fault("%d statements, want %d", w.statements[i], k.statements)
		}
		if k.attribute != "" && !namesAttribute(out.Result.Changes, p.name, k.attribute) {
			fault("no change names %q: %s", k.attribute, explainOf(out.Result.Changes, p.name))
		}
		if w.failed[i] != "" {
			fault("a step failed: %s", w.failed[i])
			continue
		}
		for name := range merged(got, want) {
			if strings.HasPrefix(name, p.name) && got[name] != want[name] {
				fault("%s is not what a direct CREATE makes: %s", name, cmp.Diff(want[name], got[name]))
			}
		}
		if k.row == addedColumns {
			if got, want := columnOrder(w.creates(t, w.name)[p.name]), columnOrder(w.creates(t, w.direct.name)[p.name]); !slices.Equal(got, want) || len(got) < 4 {
				fault("the columns are in the order %v, want %v", got, want)
			}
		}
		if left := explainOf(again.Result.Changes, p.name); left != "" {
			fault("a second plan is not empty: %s", left)
		}
		if left := explainOf(again.Status.Drift, p.name); left != "" {
			fault("drift right after the migration: %s", left)
		}
	}
	if len(w.cases) < 170 {
		t.Errorf("only %d changes", len(w.cases))
	}
	t.Logf("%d changes, %d operations", len(w.cases), len(out.Operations))
}

// addedColumns is the line of the cases in which the order of the columns matters.
const addedColumns = "columns/added"

// columnOrder are the names of the columns of a CREATE statement, in order.
func columnOrder(create string) []string {
	var out []string
	start, end := strings.Index(create, "("), strings.LastIndex(create, ") ENGINE")
	if start < 0 || end < 0 {
		return nil
	}
	for _, element := range sqltext.SplitTop(create[start+1 : end]) {
		if strings.HasPrefix(element, "`") {
			out = append(out, sqltext.Tokens(element)[0].Text)
		}
	}
	return out
}

// shapes are the definitions of all objects, as unordered writes them.
func (d *database) shapes(databases ...string) map[string]string {
	d.t.Helper()
	out := d.creates(d.t, databases...)
	for name, sql := range out {
		for i, db := range databases {
			sql = strings.ReplaceAll(sql, db, fmt.Sprintf("DB%d", i))
		}
		out[name] = unordered(sql)
	}
	return out
}

func namesAttribute(changes []diff.Change, prefix, attribute string) bool {
	for _, ch := range changes {
		if strings.HasPrefix(ch.Name, prefix) && slices.ContainsFunc(ch.Why, func(a diff.Attribute) bool { return a.Name == attribute }) {
			return true
		}
	}
	return false
}

func explainOf(changes []diff.Change, prefix string) string {
	var out []string
	for _, ch := range changes {
		if strings.HasPrefix(ch.Name, prefix) {
			out = append(out, fmt.Sprintf("%s %s %s %+v", ch.Action, ch.Kind, ch.Name, ch.Why))
		}
	}
	return strings.Join(out, "; ")
}
