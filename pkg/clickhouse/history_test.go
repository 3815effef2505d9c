package clickhouse_test

import (
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// The engine keeps no query log; a table of its shape and name stands in for it, so
// the engine is one of the test's own.
func TestHistoryTellsWhoAndWhen(t *testing.T) {
	ch, err := testparts.NewClickHouse(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ch.Close() })
	target, err := dsn.ParseClickHouse(ch.NativeURL("default"))
	if err != nil {
		t.Fatal(err)
	}
	client, err := clickhouse.Open(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	run := func(sql string) {
		t.Helper()
		if err := client.Conn().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	run("CREATE TABLE default.T (id Int64) ENGINE = MergeTree ORDER BY id")
	there, gone := schema.Name{Database: "default", Object: "T"}, schema.Name{Database: "default", Object: "Gone"}
	history := func() map[schema.Name]clickhouse.LastChange {
		t.Helper()
		out, err := client.History(t.Context(), []schema.Name{there, gone})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	before := history()
	if at := before[there].At; time.Since(at) > time.Hour || before[there].User != "" {
		t.Errorf("without a log: %+v", before[there])
	}
	if _, ok := before[gone]; ok {
		t.Errorf("a table that is gone and of which no log tells: %+v", before[gone])
	}
	run("CREATE TABLE system.query_log (event_time DateTime, type String, initial_user String, query_kind String, query String, tables Array(String), current_database String) ENGINE = Memory")
	for _, row := range []string{
		"('2026-01-02 03:04:05', 'QueryFinish', 'ann', 'Alter', 'ALTER TABLE T ADD COLUMN x Int8', ['default.T'], 'default')",
		"('2026-01-03 03:04:05', 'ExceptionBeforeStart', 'bob', 'Alter', 'ALTER TABLE T ADD', ['default.T'], 'default')",
		"('2026-01-04 03:04:05', 'QueryFinish', 'bob', 'Select', 'SELECT * FROM T', ['default.T'], 'default')",
		"('2026-01-05 03:04:05', 'QueryFinish', 'eve', 'Drop', 'DROP TABLE default.Gone', [], 'default')",
		"('2026-01-01 03:04:05', 'QueryFinish', 'eve', 'Create', 'CREATE TABLE default.Gone (a Int8) ENGINE = S3(\\'http://h/b\\', \\'AKIAKEYAKIAKEY\\', \\'s3cr3tvalue\\')', ['default.Gone'], 'default')",
	} {
		run("INSERT INTO system.query_log VALUES " + row)
	}
	after := history()
	if got := after[there]; got.User != "ann" || !got.At.Equal(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) || !strings.Contains(got.Query, "ADD COLUMN x") {
		t.Errorf("the last change of T: %+v", got)
	}
	if got := after[gone]; got.User != "eve" || got.Query != "DROP TABLE default.Gone" {
		t.Errorf("the last change of Gone: %+v", got)
	}
	run("TRUNCATE TABLE system.query_log")
	run("INSERT INTO system.query_log VALUES ('2026-01-01 03:04:05', 'QueryFinish', 'eve', 'Create', 'CREATE TABLE default.Gone (a Int8) ENGINE = S3(\\'http://h/b\\', \\'AKIAKEYAKIAKEY\\', \\'s3cr3tvalue\\', \\'CSV\\')', ['default.Gone'], 'default')")
	if got := history()[gone].Query; got == "" || strings.Contains(got, "s3cr3tvalue") {
		t.Errorf("the query shows a credential: %q", got)
	}
}
