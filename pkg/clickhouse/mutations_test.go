package clickhouse_test

import (
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// withText makes a table of one row whose text s is no number.
func withText(t *testing.T, client *clickhouse.Client, db string) *inframap.Table {
	t.Helper()
	table := mergeTree("T", "id", "v")
	table.Columns = append(table.Columns, inframap.Column{Name: "s", DataType: inframap.SimpleType("String"), Required: true})
	if err := client.Execute(t.Context(), &plan.CreateTableOp{Table: table}, clickhouse.Execution{}); err != nil {
		t.Fatal(err)
	}
	exec(t, client, "INSERT INTO "+db+".T VALUES (1, 2, 'abc')")
	return table
}

// failing waits until the server has noted a failure of a mutation.
func failing(t *testing.T, client *clickhouse.Client, tables ...schema.Name) clickhouse.Mutation {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		pending, err := client.Mutations(t.Context(), tables)
		if err != nil {
			t.Fatal(err)
		}
		if len(pending) > 0 && pending[0].FailReason != "" {
			return pending[0]
		}
	}
	t.Fatal("no mutation failed")
	return clickhouse.Mutation{}
}

func TestAnOlderFailingMutationIsNotOurs(t *testing.T) {
	client, db := open(t)
	withText(t, client, db)
	exec(t, client, "ALTER TABLE "+db+".T DELETE WHERE toInt64(s) = 1 SETTINGS mutations_sync = 0")
	old := failing(t, client, schema.Name{Database: db, Object: "T"}, schema.Name{Database: "none", Object: "N"})
	if old.Database != db || old.Table != "T" || !strings.Contains(old.Command, "DELETE WHERE") || strings.Contains(old.FailReason, "Stack trace") {
		t.Errorf("got %+v", old)
	}
	drop := &plan.DropTableColumnOp{OnTable: plan.OnTable{Table: "T"}, ColumnName: "v"}
	err := client.Execute(t.Context(), drop, clickhouse.Execution{})
	if err == nil {
		t.Fatal("an operation ran behind a mutation that never ends")
	}
	for _, want := range []string{"older than this operation", "KILL MUTATION", old.ID, "DELETE WHERE", "was not begun"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the message does not say %q:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "MODIFY COLUMN") {
		t.Errorf("the remedy is of another operation:\n%v", err)
	}
	if n := ask(t, client, "SELECT toString(count()) FROM system.columns WHERE database = '"+db+"' AND name = 'v'"); n != "1" {
		t.Error("the column is gone")
	}
	exec(t, client, old.Stop())
	if err := client.Execute(t.Context(), drop, clickhouse.Execution{}); err != nil {
		t.Fatal(err)
	}
	if pending, err := client.Mutations(t.Context(), []schema.Name{{Database: db, Object: "T"}}); err != nil || len(pending) != 0 {
		t.Errorf("left: %v %v", pending, err)
	}
}

func TestAFailedMutationHasTheRemedyOfItsOperation(t *testing.T) {
	client, db := open(t)
	table := withText(t, client, db)
	number := int64Column("s")
	err := client.Execute(t.Context(), &plan.ModifyTableColumnOp{OnTable: plan.OfTable(table), Before: table.Columns[2], After: number},
		clickhouse.Execution{})
	if err == nil || !strings.Contains(err.Error(), "cannot rewrite the rows") || !strings.Contains(err.Error(), "then MODIFY COLUMN `s` back to the old type") {
		t.Errorf("error %v", err)
	}
	exec(t, client, failing(t, client, schema.Name{Database: db, Object: "T"}).Stop())
}
