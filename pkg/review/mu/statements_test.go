package mu

import (
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/review"
)

func TestSQLOfTheProjectIsHarmlessOnlyWhenThatIsKnown(t *testing.T) {
	for sql, want := range map[string]bool{
		"CREATE VIEW v AS SELECT 1": true, "create function f as x -> x": true, "DROP FUNCTION f": true, "CREATE MATERIALIZED VIEW m TO t AS SELECT 1": true,
		"SELECT 1": true, "-- x\nSELECT 1": true, "/* DROP */ CREATE TABLE t (a Int8) ENGINE = Memory": true,
		"DROP TABLE t": false, "TRUNCATE t": false, "ALTER TABLE t DELETE WHERE 1": false, "-- x\nDROP TABLE t": false, "CREATE OR REPLACE TABLE t (a Int8)": false,
		"": false, "INSERT INTO t SELECT 1": false, "DROP VIEW v": false, "SELECT 1; DROP TABLE t": false, "SELECT 1 PARALLEL WITH DROP TABLE t": false,
	} {
		if got := harmless(review.ParseStatement(sql)); got != want {
			t.Errorf("%q harmless: %v", sql, got)
		}
	}
}

func TestUnbounded(t *testing.T) {
	for sql, want := range map[string]bool{
		"INSERT INTO a SELECT * FROM b": true, "insert into a select * from b where 1": true, "INSERT INTO a SELECT * FROM b WHERE day = 3": false,
		"INSERT INTO a SELECT * FROM b LIMIT 5": false, "INSERT INTO a SELECT 1": false, "INSERT INTO a VALUES (1)": false,
		"ALTER TABLE a UPDATE x = 1 WHERE 1": true, "ALTER TABLE a UPDATE x = 1 WHERE true": true, "ALTER TABLE a UPDATE x = 1 WHERE y": false,
		"ALTER TABLE a UPDATE x = 1 IN PARTITION 3 WHERE 1": false, "ALTER TABLE a UPDATE x = 1 WHERE 1, DROP COLUMN y": false,
		"ALTER TABLE a ADD COLUMN x Int8": false, "INSERT INTO a SELECT * FROM b; DROP TABLE b": false,
	} {
		if got := unbounded(review.ParseStatement(sql)) != ""; got != want {
			t.Errorf("%q unbounded: %v", sql, got)
		}
	}
}
