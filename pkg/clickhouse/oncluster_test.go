package clickhouse_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	chgo "github.com/ClickHouse/clickhouse-go/v2"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

var hostColumns = []string{"host", "port", "status", "error", "num_hosts_remaining", "num_hosts_active"}

func host(name string, status, text any) []any {
	return []any{name, uint16(9000), status, text, uint64(0), uint64(0)}
}

func onCluster() plan.Operation {
	name := "c`1"
	return &plan.DropTableOp{OnTable: plan.OnTable{Table: "T", ClusterName: &name}}
}

const queue = "system.distributed_ddl_queue"

func TestEveryHostOfAClusterAnswers(t *testing.T) {
	timeout := &chgo.Exception{Code: 159, Message: "Distributed DDL task is not finished on 1 of 2 hosts"}
	finished := answer{has: queue, rows: [][]any{{"a:9000", true, ""}, {"b:9000", true, ""}}}
	waiting := answer{has: queue, rows: [][]any{{"a:9000", true, ""}, {"b:9000", false, ""}}}
	for name, c := range map[string]struct {
		answers []answer
		want    []string
		not     string
	}{
		"all well":            {[]answer{{has: "DROP TABLE", columns: hostColumns, rows: [][]any{host("a", int64(0), ""), host("b", int64(0), "")}}}, nil, ""},
		"answered later":      {[]answer{{has: "DROP TABLE", columns: hostColumns, rows: [][]any{host("a", int64(0), ""), host("b", nil, nil)}}, waiting, finished}, nil, ""},
		"timed out, but done": {[]answer{{has: "DROP TABLE", err: timeout}, waiting, finished}, nil, ""},
		"cut, but done":       {[]answer{{has: "DROP TABLE", err: io.ErrUnexpectedEOF}, finished}, nil, ""},
		"one failed": {
			[]answer{{has: "DROP TABLE", columns: hostColumns, rows: [][]any{host("a", int64(0), ""), host("b", int64(359), "Code: 359. DB::Exception: too big Stack trace: 0x1")}}},
			[]string{`done on 1 of 2 hosts of the cluster "c` + "`" + `1"`, "b:9000 failed: Code: 359. DB::Exception: too big"},
			"Stack trace",
		},
		"failed later": {
			[]answer{{has: "DROP TABLE", err: timeout}, {has: queue, rows: [][]any{{"a:9000", true, ""}, {"b:9000", true, "Code: 60"}}}},
			[]string{"b:9000 failed: Code: 60"},
			"has not answered",
		},
		"never answered": {
			[]answer{{has: "DROP TABLE", columns: hostColumns, rows: [][]any{host("a", int64(0), ""), host("b", nil, nil)}}, waiting},
			[]string{"done on 1 of 2", "b:9000 has not answered", "A host that comes back still runs it"},
			"a:9000",
		},
		"not in the queue": {[]answer{{has: "DROP TABLE", err: timeout}, {has: queue}}, []string{"its queue for the cluster", "does not have the statement"}, ""},
		"no look at the queue": {
			[]answer{{has: "DROP TABLE", err: timeout}, {has: queue, err: &chgo.Exception{Code: 497, Message: "Not enough privileges"}}},
			[]string{"could not be looked up", "497"},
			"",
		},
		"refused": {[]answer{{has: "DROP TABLE", err: &chgo.Exception{Code: 701, Message: "no such cluster"}}}, []string{"no such cluster (ClickHouse code 701)"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			client, conn := play(t, c.answers...)
			client.SetQueuePatience(20 * time.Millisecond)
			err := client.Execute(t.Context(), onCluster(), clickhouse.Execution{})
			if (err != nil) != (len(c.want) > 0) {
				t.Fatalf("error %v; asked %q", err, conn.asked)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the message does not say %q:\n%v", want, err)
				}
			}
			if err != nil && c.not != "" && strings.Contains(err.Error(), c.not) {
				t.Errorf("the message says %q:\n%v", c.not, err)
			}
			if !strings.Contains(conn.asked[0], "ON CLUSTER `c\\`1` SYNC") {
				t.Errorf("asked %s", conn.asked[0])
			}
		})
	}
}

// A server that gave up waiting is an unknown end, not a failure.
func TestTheErrorOfAClusterCanBeTold(t *testing.T) {
	client, _ := play(t, answer{has: "DROP TABLE", columns: hostColumns, rows: [][]any{host("a", int64(60), "gone")}})
	err := client.Execute(t.Context(), onCluster(), clickhouse.Execution{KeepDropped: true})
	var cluster *clickhouse.ClusterError
	if !errors.As(err, &cluster) || len(cluster.Answers) != 1 || cluster.Answers[0].Error != "gone" {
		t.Errorf("error %v", err)
	}
}

func TestADropOnAClusterCanBeKept(t *testing.T) {
	client, conn := play(t, answer{has: "DROP TABLE", columns: hostColumns, rows: [][]any{host("a", int64(0), "")}})
	if err := client.Execute(t.Context(), onCluster(), clickhouse.Execution{KeepDropped: true}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(conn.asked[0], "SYNC") {
		t.Errorf("asked %s", conn.asked[0])
	}
}

// Settings without which a large rewrite would block the queue of a cluster, or the first
// failure hide the others.
func TestTheSettingsOfAClusterAreChosen(t *testing.T) {
	on, here := clickhouse.SettingsOn("c"), clickhouse.SettingsOn("")
	if on["distributed_ddl_output_mode"] != "never_throw" || on["distributed_ddl_task_timeout"] != 120 || on["mutations_sync"] != 0 || on["alter_sync"] != 1 {
		t.Errorf("on a cluster: %v", on)
	}
	if here["mutations_sync"] != 1 || here["distributed_ddl_task_timeout"] != nil {
		t.Errorf("here: %v", here)
	}
}
