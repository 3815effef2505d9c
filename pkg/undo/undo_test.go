package undo_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/undo"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func on(name string) plan.OnTable { return plan.OnTable{Table: name} }

func text(s string) *string { return &s }

func column(typ string, required bool) inframap.Column {
	return inframap.Column{Name: "c", DataType: inframap.SimpleType(typ), Required: required}
}

func modify(before, after inframap.Column) plan.Operation {
	return &plan.ModifyTableColumnOp{OnTable: on("T"), Before: before, After: after}
}

// step is a run that did all operations; tables are those before it, by name and engine.
func step(tables map[string]string, ops ...plan.Operation) undo.Step {
	before := inframap.New("db")
	for name, engine := range tables {
		before.Tables[name] = &inframap.Table{Name: name, Engine: inframap.Engine{Name: engine}}
	}
	r := &journal.Run{ID: "r", Digest: "d1", Status: journal.Applied}
	for range ops {
		r.Steps = append(r.Steps, journal.Verified)
	}
	return undo.Step{Run: r, Files: &plan.Files{Plan: &plan.Plan{Operations: ops}, Before: before, Desired: inframap.New("db")}}
}

func TestLost(t *testing.T) {
	dropped := step(map[string]string{"T": "MergeTree"}, &plan.DropTableOp{OnTable: on("T")})
	dropped.Run.Drops = []journal.Drop{{Table: "db.T", Undrop: "UNDROP TABLE db.T", Until: noon.Add(time.Minute)}}
	late := step(map[string]string{"T": "MergeTree"}, &plan.DropTableOp{OnTable: on("T")})
	late.Run.Drops = []journal.Drop{{Table: "db.T", Undrop: "UNDROP TABLE db.T", Until: noon.Add(-time.Minute)}}
	again := step(map[string]string{"T": "MergeTree"}, &plan.DropTableOp{OnTable: on("T")},
		&plan.CreateTableOp{Table: &inframap.Table{Name: "T", Engine: inframap.Engine{Name: "MergeTree"}}})
	again.Run.Drops = dropped.Run.Drops
	pending := step(nil, &plan.DropTableColumnOp{OnTable: on("T"), ColumnName: "c"})
	pending.Run.Steps[0] = journal.Pending
	doubt := step(nil, &plan.DropTableColumnOp{OnTable: on("T"), ColumnName: "c"})
	doubt.Run.Steps[0] = journal.Started
	ttl := column("Int64", true)
	ttl.TTL = text("ts + INTERVAL 1 DAY")
	for name, c := range map[string]struct {
		step  undo.Step
		there bool
		want  []string // what each text or remedy holds
	}{
		"a dropped table that can be brought back": {step: dropped, want: []string{"db.T: the table was dropped, and its rows are gone; it comes back empty | ClickHouse can bring it back until 2026-11-20 12:01:00 UTC. Before you make this plan: UNDROP TABLE db.T"}},
		"a dropped table that was brought back":    {step: dropped, there: true},
		"a dropped table, too late":                {step: late, want: []string{"ended at 2026-11-20 11:59:00 UTC"}},
		"a table of an engine without rows":        {step: step(map[string]string{"T": "Kafka"}, &plan.DropTableOp{OnTable: on("T")})},
		"a recreated table":                        {step: again, there: true, want: []string{"made anew; the rows of before are gone | RENAME TABLE `db`.`T` TO `db`.`T_now`"}},
		"a column that was not dropped yet":        {step: pending},
		"a column that may have been dropped":      {step: doubt, want: []string{"db.T.c: the values of the column are gone"}},
		"a widened column":                         {step: step(nil, modify(column("Int32", true), column("Int64", true)))},
		"a narrowed column":                        {step: step(nil, modify(column("Int64", true), column("Int32", true))), want: []string{"values that Int32 cannot hold were changed when Int64 became Int32"}},
		"a column that became required":            {step: step(nil, modify(column("Int64", false), column("Int64", true))), want: []string{"rows that had no value got the default"}},
		"a column's TTL":                           {step: step(nil, modify(column("Int64", true), ttl)), want: []string{"values that have expired since by the TTL ts + INTERVAL 1 DAY"}},
		"a table's TTL":                            {step: step(nil, &plan.ModifyTableTTLOp{OnTable: on("T"), After: text("ts + INTERVAL 1 DAY")}), want: []string{"rows that have expired since"}},
		"a TTL that was taken away":                {step: step(nil, &plan.ModifyTableTTLOp{OnTable: on("T"), Before: text("ts")})},
		"free SQL":                                 {step: step(nil, &plan.RawSQLOp{Description: "Fill", SQL: []string{"ALTER USER u IDENTIFIED BY 'geheim'"}}), want: []string{"Fill: nothing is known of how to undo: ALTER USER u IDENTIFIED"}},
		"SQL of a resource":                        {step: step(nil, &plan.RawSQLOp{Description: plan.SetupDescription + "x", SQL: []string{"CREATE FUNCTION f AS x -> x"}})},
	} {
		t.Run(name, func(t *testing.T) {
			got := undo.Lost([]undo.Step{c.step}, undo.Situation{Database: "db", Now: noon, There: func(schema.Name) bool { return c.there }})
			if len(got) != len(c.want) {
				t.Fatalf("%d entries, want %d: %+v", len(got), len(c.want), got)
			}
			for i, g := range got {
				said := g.Object + ": " + g.Text + " | " + g.Remedy
				for part := range strings.SplitSeq(c.want[i], " | ") {
					if !strings.Contains(said, part) {
						t.Errorf("%q has no %q", said, part)
					}
				}
				if strings.Contains(said, "geheim") {
					t.Error("it shows a password")
				}
			}
		})
	}
}

func TestRenamesLeadBackOverSeveralRuns(t *testing.T) {
	steps := []undo.Step{
		step(nil, &plan.RenameTableColumnOp{OnTable: on("T"), Before: "a", After: "b"}, &plan.RenameTableColumnOp{OnTable: on("T"), Before: "x", After: "y"}),
		step(nil, &plan.RenameTableOp{OnTable: on("T"), To: "U"}),
		step(nil, &plan.RenameTableColumnOp{OnTable: on("U"), Before: "b", After: "c"}, &plan.DropTableColumnOp{OnTable: on("U"), ColumnName: "y"},
			&plan.RenameTableColumnOp{OnTable: on("V"), Before: "a", After: "b"}, &plan.RenameTableColumnOp{OnTable: on("V"), Before: "b", After: "a"}),
	}
	want := []diff.Rename{{Table: schema.Name{Database: "db", Object: "U"}, To: schema.Name{Database: "db", Object: "T"}, Columns: map[string]string{"c": "a"}}}
	if got := undo.Renames(steps, "db"); !cmp.Equal(got, want) {
		t.Error(cmp.Diff(want, got))
	}
}
