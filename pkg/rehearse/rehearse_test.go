package rehearse_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/rehearse"
)

func TestAPlanThatWorks(t *testing.T) {
	b := newTheater(t)
	b.build(shop(b))
	b.exec("INSERT INTO Orders (id, at, qty, note) VALUES ('a', now(), 1, 'secret row')")
	desired := shop(b)
	orders := b.table(desired, "Orders")
	orders.Columns[2] = column("qty", "Int64", true)
	orders.Columns = append(orders.Columns, column("extra", "String", true))
	orders.TTL = ptr("at + INTERVAL 90 DAY DELETE")
	orders.Indexes = []inframap.Index{{Name: "by_note", Expression: "note", Type: "set", Arguments: []string{"100"}, Granularity: 4}}
	desired.Views["Big"].SelectSQL = "SELECT `id`, `extra` FROM `Orders`"
	desired.MaterializedViews["DailyMV"].SelectSQL = "SELECT toDate(at) AS day, uniq(id) AS n FROM `Orders` GROUP BY day"
	put(b, desired, table("New", "ReplacingMergeTree", column("id", "String", true)))
	r := b.rehearse(desired)
	mustWork(t, r)
	if r.Statements < r.Operations || r.Seconds <= 0 || r.Version == "" || len(r.NotProven) != 0 {
		t.Errorf("%+v", r)
	}
	if !strings.Contains(r.Summary(), fmt.Sprintf("%d statements are accepted, the end state is the declared one (", r.Statements)) {
		t.Errorf("summary: %s", r.Summary())
	}
	// Nothing happened on the actual server, and none of its rows was copied.
	if got := b.plan(desired); len(got.Operations) != r.Planned {
		t.Errorf("the actual server was changed: %v", kinds(got.Operations))
	}
	scratch := open(t, testparts.Sandbox(t).NativeURL(b.db))
	if rows := texts(t, scratch, "SELECT note FROM Orders"); len(rows) != 0 {
		t.Errorf("rows on the scratch server: %q", rows)
	}
}

// What planning does not see, and ClickHouse refuses.
func TestAStatementThatIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change          func(*theater, *inframap.Map)
		kind            plan.Kind
		object, message string
		code            int32
	}{
		"projection of a ReplacingMergeTree": {func(b *theater, m *inframap.Map) {
			r := table("R", "ReplacingMergeTree", column("id", "String", true), column("v", "Int64", true))
			r.Projections = []inframap.Projection{{Name: "by_v", Body: "SELECT * ORDER BY v"}}
			put(b, m, r)
		}, plan.CreateTable, "R", "deduplicate_merge_projection_mode", 344},
		"index on a type that it cannot have": {func(b *theater, m *inframap.Map) {
			b.table(m, "Orders").Indexes = []inframap.Index{{Name: "words", Expression: "qty", Type: "tokenbf_v1", Arguments: []string{"256", "2", "0"}, Granularity: 1}}
		}, plan.AddTableIndex, "Orders", "", 0},
		"materialized view of a column that is not there": {func(b *theater, m *inframap.Map) {
			m.MaterializedViews["DailyMV"].SelectSQL = "SELECT toDate(at) AS day, sum(quantity) AS n FROM `Orders` GROUP BY day"
		}, plan.CreateMaterializedView, "DailyMV", "quantity", 47},
	} {
		t.Run(name, func(t *testing.T) {
			b := newTheater(t)
			b.build(shop(b))
			desired := shop(b)
			c.change(b, desired)
			in := b.input(desired)
			r := run(t, in)
			if r.Failed == nil || r.OK() {
				t.Fatalf("nothing is refused: %+v", r)
			}
			f := r.Failed
			if op := in.Outcome.Operations[f.Number-1]; op.Kind() != c.kind || f.Operation != plan.Describe(op) || f.Object != b.db+"."+c.object {
				t.Errorf("failed %+v", f)
			}
			if c.code != 0 && f.Code != c.code || f.Code == 0 || !strings.Contains(f.Message, c.message) || !strings.Contains(f.SQL, c.object) || strings.Contains(f.Message, "The statement was") {
				t.Errorf("failed %+v", f)
			}
			found := rehearse.Findings(r)
			if len(found) != 1 || found[0].Code != "PL016" || found[0].Severity != finding.Block || found[0].Object != f.Object || !strings.Contains(found[0].Text, f.Message[:10]) {
				t.Errorf("findings %+v", found)
			}
		})
	}
}

func TestAnotherEndState(t *testing.T) {
	b := newTheater(t)
	b.build(shop(b))
	desired := shop(b)
	desired.SQLResources["side"] = &inframap.SQLResource{
		Name: "side", Setup: []string{"ALTER TABLE `Orders` ADD COLUMN IF NOT EXISTS sneaked Int8"}, Teardown: []string{"SELECT 1"},
	}
	r := b.rehearse(desired)
	if r.Failed != nil || len(r.Left) != 1 || !strings.Contains(r.Left[0], "sneaked") {
		t.Fatalf("failed %+v, left %q, not proven %q", r.Failed, r.Left, r.NotProven)
	}
	found := rehearse.Findings(r)
	if len(found) != 1 || !strings.Contains(found[0].Text, "end state is not the declared one: table Orders: column sneaked") {
		t.Errorf("findings %+v", found)
	}
}

// A plan that lacks a step leaves what it should have removed.
func TestWhatShouldBeGoneIsMissed(t *testing.T) {
	b := newTheater(t)
	b.build(shop(b))
	desired := shop(b)
	delete(desired.Views, "Big")
	put(b, desired, table("New", "MergeTree", column("id", "String", true)))
	in := b.input(desired)
	in.Outcome.Operations = in.Outcome.Operations[:0:0]
	for _, op := range b.plan(desired).Operations {
		if op.Kind() != plan.DropView {
			in.Outcome.Operations = append(in.Outcome.Operations, op)
		}
	}
	r := run(t, in)
	if r.Failed != nil || len(r.Left) != 1 || !strings.Contains(r.Left[0], "Big: is not declared and still there") {
		t.Errorf("failed %+v, left %q", r.Failed, r.Left)
	}
}

func TestARehearsalIsBounded(t *testing.T) {
	b := newTheater(t)
	in := b.input(shop(b))
	in.Timeout = time.Nanosecond
	if _, err := rehearse.Run(t.Context(), in); err == nil || !strings.Contains(err.Error(), "took longer than it may: 1ns") {
		t.Errorf("error %v", err)
	}
}
