package mv_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/mv"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// TestManyViewsTakeTimeInProportion reviews a plan in which 500 materialized views get
// other names, which once took the cube of their number.
func TestManyViewsTakeTimeInProportion(t *testing.T) {
	const n = 500
	before := diff.Side{Map: inframap.New("db"), Tables: map[string]*schema.Table{}, MaterializedViews: map[string]*schema.View{}}
	after := diff.Side{Map: inframap.New("db"), Tables: before.Tables, MaterializedViews: map[string]*schema.View{}}
	result := &diff.Result{}
	for i := range n {
		table := schema.Name{Database: "db", Object: fmt.Sprintf("T%d", i)}
		target := schema.Name{Database: "db", Object: fmt.Sprintf("O%d", i)}
		rows := uint64(5)
		for _, name := range []schema.Name{table, target} {
			before.Tables[name.Object] = &schema.Table{Name: name, Engine: schema.Engine{Name: "MergeTree"}, Rows: &rows, Columns: []schema.Column{{Name: "id", Type: "Int8"}}}
		}
		for _, side := range []struct {
			views  map[string]*schema.View
			name   string
			action diff.Action
		}{{before.MaterializedViews, fmt.Sprintf("V%d", i), diff.Remove}, {after.MaterializedViews, fmt.Sprintf("W%d", i), diff.Add}} {
			side.views[side.name] = &schema.View{Name: schema.Name{Database: "db", Object: side.name}, Select: "SELECT id FROM " + table.Object, Materialized: true, Target: target}
			result.Changes = append(result.Changes, diff.Change{Kind: diff.MaterializedView, Action: side.action, ID: side.name, Name: side.name, MaterializedView: &diff.Pair[inframap.MaterializedView]{}})
		}
	}
	s := &review.Subject{Outcome: &planner.Outcome{Result: result, Before: before, After: after, Desired: after.Map}}
	began := time.Now()
	found := review.Findings(mv.Rules, s)
	if len(found) != n || found[0].Code != "MV501" {
		t.Errorf("%d findings, want %d of MV501", len(found), n)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("took %s", took)
	} else {
		t.Logf("took %s", took)
	}
}
