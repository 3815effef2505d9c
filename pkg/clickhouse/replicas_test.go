package clickhouse_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	chgo "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

func TestEveryReplicaTellsWhatItHas(t *testing.T) {
	client, conn := play(t,
		answer{has: "system.clusters", rows: [][]any{{"a:9000"}, {"b:9000"}, {"a:9000"}, {"c:9000"}}},
		answer{has: "system.one", rows: [][]any{{uint32(1), uint64(1)}, {uint32(3), uint64(1)}}},
		answer{has: "system.columns", rows: [][]any{{uint32(1), uint64(2), uint64(77)}}},
		answer{has: "system.mutations", rows: [][]any{{uint32(1), uint64(1), "Code: 6 Stack trace: 0x"}, {uint32(3), uint64(0), ""}}},
		answer{has: "system.replicas", rows: [][]any{{uint32(1), uint64(1), uint64(5), "12"}}},
	)
	got, err := client.Replicas(t.Context(), "c'1", schema.Name{Database: "d'", Object: "t"})
	if err != nil {
		t.Fatal(err)
	}
	want := []clickhouse.Replica{
		{Host: "a:9000", Asked: true, Exists: true, Shape: 77, Mutations: 1, FailReason: "Code: 6", ReadOnly: true, Delay: 5, Queue: 12},
		{Host: "b:9000"},
		{Host: "c:9000", Asked: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(conn.asked) != 5 || !strings.Contains(conn.asked[1], `clusterAllReplicas('c\'1', system.one)`) || !strings.Contains(conn.asked[2], `database = 'd\'' AND table = 't'`) {
		t.Errorf("asked %q", conn.asked)
	}
}

func TestAClusterThatCannotBeAsked(t *testing.T) {
	for want, answers := range map[string][]answer{
		"knows no such cluster":            {{has: "system.clusters"}},
		"Not enough privileges":            {{has: "system.clusters", rows: [][]any{{"a:9000"}}}, {has: "system.one", err: &chgo.Exception{Code: 497, Message: "Not enough privileges"}}},
		"has 1 hosts, and host 2 answered": {{has: "system.clusters", rows: [][]any{{"a:9000"}}}, {has: "system.one", rows: [][]any{{uint32(2), uint64(1)}}}},
	} {
		client, _ := play(t, answers...)
		if _, err := client.Replicas(t.Context(), "c", schema.Name{Database: "d", Object: "t"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestTheShapeOfATableIsThatOfItsColumns(t *testing.T) {
	client, db := open(t)
	shape := func(table string) uint64 {
		t.Helper()
		n, err := client.Shape(t.Context(), schema.Name{Database: db, Object: table})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, name := range []string{"A", "B"} {
		if err := client.Execute(t.Context(), &plan.CreateTableOp{Table: mergeTree(name, "id", "v")}, clickhouse.Execution{}); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := shape("A"), shape("B"); a == 0 || a != b || shape("none") != 0 {
		t.Errorf("shapes %d %d %d", a, b, shape("none"))
	}
	exec(t, client, "ALTER TABLE "+db+".B MODIFY COLUMN v Int64 DEFAULT 1")
	if shape("A") == shape("B") {
		t.Error("a default makes no difference")
	}
}

// alone asks this server in the place of a cluster, so that columns and types are the real ones.
type alone struct{ driver.Conn }

var everywhere = regexp.MustCompile(`clusterAllReplicas\('one', (system\.\w+)\)`)

func (c alone) Query(ctx context.Context, sql string, args ...any) (driver.Rows, error) {
	if strings.Contains(sql, "system.clusters") {
		sql = "SELECT 'here:9000'"
	}
	return c.Conn.Query(ctx, everywhere.ReplaceAllString(sql, "(SELECT toUInt32(1) AS _shard_num, * FROM $1)"), args...)
}

func TestTheQuestionsToReplicasAreUnderstood(t *testing.T) {
	client, db := open(t)
	withText(t, client, db)
	exec(t, client, "ALTER TABLE "+db+".T DELETE WHERE toInt64(s) = 1 SETTINGS mutations_sync = 0")
	table := schema.Name{Database: db, Object: "T"}
	m := failing(t, client, table)
	exec(t, client, "CREATE TABLE "+db+".R (id Int64) ENGINE = ReplicatedMergeTree('/clickhouse/"+db+"/r', 'r1') ORDER BY id")
	client.SetConn(alone{client.Conn()})
	got, err := client.Replicas(t.Context(), "one", table)
	if err != nil || len(got) != 1 || !got[0].Asked || !got[0].Exists || got[0].Mutations != 1 || !strings.Contains(got[0].FailReason, "abc") {
		t.Errorf("%+v, %v", got, err)
	}
	if shape, err := client.Shape(t.Context(), table); err != nil || shape != got[0].Shape {
		t.Errorf("shape %d, %v, of the replica %d", shape, err, got[0].Shape)
	}
	got, err = client.Replicas(t.Context(), "one", schema.Name{Database: db, Object: "R"})
	if err != nil || len(got) != 1 || !got[0].ReadOnly { // as the embedded engine always has it
		t.Errorf("%+v, %v", got, err)
	}
	exec(t, client, m.Stop())
}
