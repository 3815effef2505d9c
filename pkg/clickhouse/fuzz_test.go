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
		"ALTER TABLE d.T (ADD COLUMN `a` Int8), (DROP COLUMN b)", "ALTER TABLE d.T", "TABLE", "CREATE TABLE (", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		clickhouse.CanonicalTable(events, text)
		clickhouse.ParseView(events, "MaterializedView", text, "")
		op := &plan.AddTableColumnOp{}
		clickhouse.ExtraCommand(op, "ALTER TABLE `d`.`T` ADD COLUMN `a` Int8", text)
		clickhouse.ExtraCommand(&plan.CreateTableOp{Table: mergeTree("T", "a")}, "", text)
	})
}
