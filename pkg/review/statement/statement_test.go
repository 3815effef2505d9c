package statement_test

import (
	"fmt"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/review/statement"
)

func TestClassify(t *testing.T) {
	for _, c := range []struct {
		sql     string
		effect  statement.Effect
		objects string
	}{
		{"DROP DATABASE IF EXISTS old", statement.DropsDatabase, "[old.]"},
		{"drop table if exists a, `b`.\"c d\" sync", statement.Removes, "[a b.c d]"},
		{"DROP TABLE a;", statement.Removes, "[a]"},
		{"DROP TABLE IF EMPTY a", statement.Removes, "[a]"},
		{"DROP VIEW v", statement.Unknown, "[]"},
		{"DROP TEMPORARY TABLE a", statement.Unknown, "[]"},
		{"TRUNCATE t", statement.Removes, "[t]"},
		{"TRUNCATE TABLE IF EXISTS db.t", statement.Removes, "[db.t]"},
		{"TRUNCATE ALL TABLES FROM db", statement.Removes, "[db.]"},
		{"TRUNCATE DATABASE IF EXISTS db", statement.Removes, "[db.]"},
		{"DELETE FROM t WHERE a IN (SELECT 1)", statement.Removes, "[t]"},
		{"UPDATE t SET a = 1 WHERE 1", statement.Removes, "[t]"},
		{"CREATE OR REPLACE TABLE t (a Int8) ENGINE = Memory", statement.Replaces, "[t]"},
		{"CREATE OR REPLACE VIEW v AS SELECT 1", statement.Unknown, "[]"},
		{"REPLACE TABLE t (a Int8) ENGINE = Memory", statement.Replaces, "[t]"},
		{"CREATE TABLE t (a Int8) ENGINE = Memory", statement.Unknown, "[]"},
		{"DETACH TABLE IF EXISTS t PERMANENTLY SYNC", statement.Detaches, "[t]"},
		{"DETACH TABLE t", statement.Unknown, "[]"},
		{"DETACH DATABASE d PERMANENTLY", statement.Detaches, "[d.]"},
		{"ALTER TABLE a.b ON CLUSTER c (ADD COLUMN x Int8), (DROP PARTITION 1)", statement.Removes, "[a.b]"},
		{"alter table t add column x Int8, drop column y", statement.Removes, "[t]"},
		{"ALTER TABLE t (CLEAR COLUMN x IN PARTITION 3)", statement.Removes, "[t]"},
		{"ALTER TABLE t (REPLACE PARTITION 3 FROM u)", statement.Removes, "[t]"},
		{"ALTER TABLE t (MOVE PARTITION 3 TO TABLE u)", statement.Removes, "[t]"},
		{"ALTER TABLE t (MOVE PARTITION 3 TO DISK 'd')", statement.Unknown, "[]"},
		{"ALTER TABLE t (DETACH PARTITION 3)", statement.Detaches, "[t]"},
		{"ALTER TABLE t (DETACH PARTITION 3), (DELETE WHERE 1)", statement.Removes, "[t]"},
		{"ALTER TABLE t (ADD COLUMN `drop` String DEFAULT 'x, DROP COLUMN y')", statement.Unknown, "[]"},
		{"DROP TABLE a PARALLEL WITH DROP TABLE b", statement.Unknown, "[]"},
		{"SELECT 1; DROP TABLE a", statement.Unknown, "[]"},
		{"DROP TABLE a; DROP TABLE b", statement.Unknown, "[]"},
		{"/* x */ DROP TABLE a", statement.Unknown, "[]"},
		{"DROP TABLE a -- x", statement.Unknown, "[]"},
		{"INSERT INTO t SELECT 1", statement.Unknown, "[]"},
		{"", statement.Unknown, "[]"},
	} {
		got := statement.Classify(c.sql)
		if names := fmt.Sprint(got.Objects); got.Effect != c.effect || got.Effect != statement.Unknown && names != c.objects || got.SQL != c.sql {
			t.Errorf("%q: %q %s, want %q %s", c.sql, got.Effect, names, c.effect, c.objects)
		}
	}
}

func FuzzClassify(f *testing.F) {
	for _, s := range []string{"ALTER TABLE a.b ON CLUSTER c (DROP PARTITION 1)", "DETACH", "DROP TABLE a, b", "TRUNCATE", "ALTER TABLE"} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, sql string) { statement.Classify(sql) })
}
