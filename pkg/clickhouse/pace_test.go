package clickhouse_test

import (
	"context"
	"strings"
	"testing"
	"time"

	chgo "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

func TestThePaceOfAMutation(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var pace clickhouse.Pace
	for _, c := range []struct {
		after   time.Duration
		toDo    int64
		merging int64
		merged  float64
		reason  string
		want    string
	}{
		{0, 10, 0, 0, "", "rewriting rows: 0 of 10 parts done"},
		{time.Minute, 10, 1, 0.5, "", "rewriting rows: 0 of 10 parts done, about 19 minutes left"},
		{2 * time.Minute, 8, 1, 0, "", "rewriting rows: 2 of 10 parts done, about 8 minutes left"},
		{3 * time.Minute, 12, 0, 0, "", "rewriting rows: 2 of 14 parts done, about 18 minutes left"},
		{5 * time.Minute, 2, 2, 0, "", "rewriting rows: 12 of 14 parts done, about 50 seconds left"},
		{9 * time.Minute, 2, 2, 0, "", "rewriting rows: 12 of 14 parts done, about 2 minutes left"},
		{10 * time.Minute, 2, 2, 0, "", "rewriting rows: 12 of 14 parts done; no progress for 5 minutes, though ClickHouse works on it. Look at: SELECT * FROM system.merges WHERE database = 'd' AND table = 't`s'"},
		{11 * time.Minute, 2, 0, 0, "", "no progress for 6 minutes, and no merge works on it. Are merges stopped (SYSTEM START MERGES `d`.`t\\`s`)"},
		{12 * time.Minute, 1, 1, 0.1, "", "rewriting rows: 13 of 14 parts done, about 49 seconds left"},
		{13 * time.Minute, 1, 0, 0, "Code: 6. DB::Exception: bad value", "rewriting rows: 13 of 14 parts done; the last try failed: bad value"},
	} {
		m := pace.See(clickhouse.Mutation{Database: "d", Table: "t`s", ID: "1", PartsToDo: c.toDo, Merging: c.merging, Merged: c.merged, FailReason: c.reason}, at.Add(c.after))
		if got := m.Progress(); !strings.Contains(got, c.want) || !strings.Contains(c.want, "no progress") && got != c.want {
			t.Errorf("after %s:\n got %s\nwant %s", c.after, got, c.want)
		}
		if m.Stalled() != strings.Contains(c.want, "no progress") {
			t.Errorf("after %s: stalled %v", c.after, m.Stalled())
		}
	}
	other := pace.See(clickhouse.Mutation{Database: "d", Table: "other", ID: "1", PartsToDo: 3}, at)
	if other.Progress() != "rewriting rows: 0 of 3 parts done" {
		t.Errorf("two tables share a pace: %s", other.Progress())
	}
	if got := (clickhouse.Mutation{PartsToDo: 3}).Progress(); got != "rewriting rows: 3 parts to go" {
		t.Errorf("without a pace: %s", got)
	}
}

// A mutation that waits for merges which are stopped is watched with its numbers.
func TestARewriteIsWatchedWithItsParts(t *testing.T) {
	client, db := open(t)
	table := mergeTree("T", "id", "v")
	if err := client.Execute(t.Context(), &plan.CreateTableOp{Table: table}, clickhouse.Execution{}); err != nil {
		t.Fatal(err)
	}
	exec(t, client, "SYSTEM STOP MERGES "+db+".T")
	for range 3 {
		exec(t, client, "INSERT INTO "+db+".T VALUES (1, 2)")
	}
	after := table.Columns[1]
	after.DataType = inframap.SimpleType("Int32")
	var seen []clickhouse.Mutation
	err := client.Execute(t.Context(), &plan.ModifyTableColumnOp{OnTable: plan.OfTable(table), Before: table.Columns[1], After: after}, clickhouse.Execution{
		Watch: func(m clickhouse.Mutation) {
			if seen = append(seen, m); len(seen) == 2 {
				exec(t, client, "SYSTEM START MERGES "+db+".T")
			}
		},
	})
	if err != nil || len(seen) < 2 {
		t.Fatalf("seen %d times, %v", len(seen), err)
	}
	if m := seen[1]; m.Parts != 3 || m.Done() != 0 || m.Still <= 0 || m.Progress() != "rewriting rows: 0 of 3 parts done" {
		t.Errorf("%+v: %s", m, m.Progress())
	}
}

// noMerges refuses to show system.merges.
type noMerges struct{ driver.Conn }

func (c noMerges) Query(ctx context.Context, sql string, args ...any) (driver.Rows, error) {
	if strings.Contains(sql, "system.merges") {
		return nil, &chgo.Exception{Code: 497, Message: "Not enough privileges"}
	}
	return c.Conn.Query(ctx, sql, args...)
}

func TestAUserWhoMayNotSeeMergesSeesMutations(t *testing.T) {
	client, db := open(t)
	withText(t, client, db)
	exec(t, client, "ALTER TABLE "+db+".T DELETE WHERE toInt64(s) = 1 SETTINGS mutations_sync = 0")
	client.SetConn(noMerges{client.Conn()})
	m := failing(t, client, schema.Name{Database: db, Object: "T"})
	if m.PartsToDo != 1 || m.Merging != 0 {
		t.Errorf("%+v", m)
	}
	exec(t, client, m.Stop())
}
