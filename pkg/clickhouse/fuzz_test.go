package clickhouse_test

import (
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

func FuzzStatementsOfTheServer(f *testing.F) {
	for _, seed := range []string{
		"CREATE TABLE IF NOT EXISTS d.ENGINE ON CLUSTER c (`a` Int64 DEFAULT 0, INDEX i a TYPE minmax) ENGINE = S3('p', 'k', 's') ORDER BY a",
		"CREATE TABLE d.T (`a` Int64) ENGINE = ReplicatedMergeTree('/{table}', '{replica}') ORDER BY a SETTINGS x = 1",
		"CREATE MATERIALIZED VIEW d.TO TO d.AS (`a` UInt8) AS SELECT 1",
		"CREATE DICTIONARY d.D (`id` UInt64 DEFAULT 0, `n` String EXPRESSION lower(n) INJECTIVE) PRIMARY KEY id, n SOURCE(HTTP(URL 'u' HEADERS (HEADER (NAME 'a' VALUE 'b')))) LIFETIME(MIN 0 MAX 300) LAYOUT(HASHED(SHARDS 2 MAX_LOAD_FACTOR 0.9)) RANGE(MIN a MAX b) SETTINGS(a = 1) COMMENT 'c'",
		"CREATE ROW POLICY IF NOT EXISTS p ON d.T AS RESTRICTIVE FOR SELECT USING a = getSetting('x') TO r", "CREATE ROLE IF NOT EXISTS a, b SETTINGS x = 1",
		"CREATE OR REPLACE FUNCTION f ON CLUSTER c AS x -> (x + 1)", "CREATE DICTIONARY d.D (`a` Int8) SOURCE(A(B", "CREATE ROW POLICY p ON", "CREATE VIEW",
		"ALTER TABLE d.T (ADD COLUMN `a` Int8), (DROP COLUMN b)", "ALTER TABLE d.T", "TABLE", "CREATE TABLE (", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		clickhouse.CanonicalTable(events, text)
		clickhouse.ParseView(events, "MaterializedView", text, "")
		clickhouse.ParseDictionary(events, text)
		clickhouse.EffectOf(text)
		op := &plan.AddTableColumnOp{}
		clickhouse.ExtraCommand(op, "ALTER TABLE `d`.`T` ADD COLUMN `a` Int8", text)
		clickhouse.ExtraCommand(&plan.CreateTableOp{Table: mergeTree("T", "a")}, "", text)
	})
}
