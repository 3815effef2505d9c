package traffic

import (
	"fmt"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/recopy"
)

// TestInsertsGoOnDuringChanges makes each kind of change while rows come: into a table
// that a view fires on, through a view into that table, and into a table that is renamed.
func TestInsertsGoOnDuringChanges(t *testing.T) {
	w := newTraffic(t)
	w.exec(
		"CREATE TABLE A (id UInt64, v String DEFAULT 'v', extra UInt8) ENGINE = MergeTree PARTITION BY id % 2 ORDER BY id",
		"CREATE TABLE Seen (id UInt64, n UInt8) ENGINE = MergeTree ORDER BY id",
		"CREATE MATERIALIZED VIEW Watch TO Seen AS SELECT id, 1 AS n FROM A",
		"CREATE TABLE Source (id UInt64) ENGINE = MergeTree ORDER BY id",
		"CREATE MATERIALIZED VIEW Feed TO A AS SELECT id FROM Source",
		"CREATE TABLE B (id UInt64, old String) ENGINE = MergeTree ORDER BY id",
	)
	direct := &place{name: "into the table", statements: []string{"INSERT INTO A (id) SELECT number + %d FROM numbers(%d)"}}
	through := &place{name: "through a view", statements: []string{"INSERT INTO Source (id) SELECT number + %d FROM numbers(%d)"}}
	renamed := &place{name: "into the renamed table", statements: []string{
		"INSERT INTO B (id, old) SELECT number + %d, 'x' FROM numbers(%d)",
		"INSERT INTO B (id, new) SELECT number + %d, 'x' FROM numbers(%d)",
		"INSERT INTO C (id, new) SELECT number + %d, 'x' FROM numbers(%d)",
	}}
	w.start(direct, through, renamed)
	on := func(table string) plan.OnTable { return plan.OnTable{Table: table, Database: &w.db} }
	column := inframap.Column{Name: "added", DataType: inframap.SimpleType("UInt8"), Required: true}
	five := "5"
	column.Default = &five
	steps := []struct {
		name string
		op   plan.Operation
	}{
		{"add a column", &plan.AddTableColumnOp{OnTable: on("A"), Column: column}},
		{"drop a column", &plan.DropTableColumnOp{OnTable: on("A"), ColumnName: "extra"}},
		{"rename a column", &plan.RenameTableColumnOp{OnTable: on("B"), Before: "old", After: "new"}},
		{"rename a table", &plan.RenameTableOp{OnTable: on("B"), To: "C", ToDatabase: &w.db}},
		{"copy a table", &plan.CopyTableOp{
			OnTable: on("A"), Beside: "_moose_new_A", Trash: "_moose_trash_A", Columns: []string{"id", "v", "added"}, Exact: true,
			Create: fmt.Sprintf("CREATE TABLE IF NOT EXISTS `%s`.`_moose_new_A` (`id` UInt64, `v` String DEFAULT 'v', `added` UInt8 DEFAULT 5) ENGINE = MergeTree PARTITION BY id %% 3 ORDER BY (v, id)", w.db),
		}},
		{"change a view's query", &plan.RawSQLOp{SQL: []string{"ALTER TABLE Watch MODIFY QUERY SELECT id, 2 AS n FROM A"}, Description: "change the query"}},
	}
	for _, step := range steps {
		began := time.Now()
		var err error
		if copied, ok := step.op.(*plan.CopyTableOp); ok {
			err = recopy.Run(t.Context(), w.client, copied, recopy.Options{})
		} else {
			err = w.client.Execute(t.Context(), step.op, clickhouse.Execution{})
		}
		if err != nil {
			w.end()
			t.Fatalf("%s: %v", step.name, err)
		}
		t.Logf("%s: %.1f s", step.name, time.Since(began).Seconds())
		time.Sleep(500 * time.Millisecond) // some traffic on the new form
	}
	w.end()
	w.holds("A", direct, through)
	w.holds("Seen", direct, through)
	w.holds("Source", through)
	w.holds("C", renamed)
	w.is("SELECT countIf(v != 'v'), countIf(added != 5) FROM A", "0\t0")
	w.lostValues("C", "new", "x")
	w.is("SELECT arraySort(groupUniqArray(n)) FROM Seen", "[1,2]")
	w.is("SELECT sorting_key FROM system.tables WHERE database = currentDatabase() AND name = 'A'", "v, id")
}
