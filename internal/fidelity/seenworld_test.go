package fidelity

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
)

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
