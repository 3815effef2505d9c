package clickhouse_test

import (
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

func ptr[T any](v T) *T { return &v }

func int64Column(name string) inframap.Column {
	return inframap.Column{Name: name, DataType: inframap.SimpleType("Int64"), Required: true}
}

func mergeTree(name string, columns ...string) *inframap.Table {
	t := &inframap.Table{Name: name, Engine: inframap.NewEngine("MergeTree"), OrderBy: inframap.OrderByColumns(columns[0])}
	for _, c := range columns {
		t.Columns = append(t.Columns, int64Column(c))
	}
	return t
}

func exec(t testing.TB, client *clickhouse.Client, sql string) {
	t.Helper()
	if err := client.Conn().Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func ask(t testing.TB, client *clickhouse.Client, sql string) (out string) {
	t.Helper()
	if err := client.Conn().QueryRow(t.Context(), sql).Scan(&out); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return out
}

func TestAnOperationCannotHoldMoreThanItself(t *testing.T) {
	client, db := open(t)
	for _, name := range []string{"T", "Other"} {
		if err := client.Execute(t.Context(), &plan.CreateTableOp{Table: mergeTree(name, "id", "keep")}, clickhouse.Execution{}); err != nil {
			t.Fatal(err)
		}
	}
	on := plan.OnTable{Table: "T"}
	withDefault := func(text string) inframap.Column {
		c := int64Column("x")
		c.Default = &text
		return c
	}
	table := func(change func(*inframap.Table)) *plan.CreateTableOp {
		created := mergeTree("New", "id")
		change(created)
		return &plan.CreateTableOp{Table: created}
	}
	for name, c := range map[string]struct {
		op   plan.Operation
		want string
	}{
		"default":         {&plan.AddTableColumnOp{OnTable: on, Column: withDefault("0, DROP COLUMN keep, ADD COLUMN y Int64"), AfterColumn: ptr("id")}, "(DROP COLUMN keep)"},
		"modified":        {&plan.ModifyTableColumnOp{OnTable: on, Before: int64Column("keep"), After: inframap.Column{Name: "keep", DataType: inframap.SimpleType("Int64, DROP COLUMN keep"), Required: true}}, "(DROP COLUMN keep)"},
		"in parallel":     {&plan.AddTableColumnOp{OnTable: on, Column: withDefault("0 Parallel /* */ with DROP TABLE " + db + ".Other --")}, "PARALLEL WITH DROP TABLE"},
		"settings after":  {&plan.ModifyTableTTLOp{OnTable: on, After: ptr("toDateTime(id) + INTERVAL 1 DAY SETTINGS mutations_sync = 0")}, "mutations_sync"},
		"TTL":             {&plan.ModifyTableTTLOp{OnTable: on, After: ptr("toDateTime(id) PARALLEL WITH DROP TABLE " + db + ".Other")}, "PARALLEL WITH DROP TABLE"},
		"index":           {&plan.AddTableIndexOp{OnTable: on, Index: inframap.Index{Name: "i", Expression: "id TYPE minmax, DROP COLUMN keep --", Type: "minmax", Granularity: 1}}, "(DROP COLUMN keep)"},
		"projection":      {&plan.AddTableProjectionOp{OnTable: on, Projection: inframap.Projection{Name: "p", Body: "SELECT id ORDER BY id), DROP COLUMN keep, ADD PROJECTION q (SELECT id"}}, "(DROP COLUMN keep)"},
		"sample":          {&plan.ModifySampleByOp{OnTable: on, Expression: "id, DROP COLUMN keep"}, "(DROP COLUMN keep)"},
		"view":            {&plan.CreateViewOp{Name: "V", SelectSQL: "SELECT 1 PARALLEL WITH DROP TABLE " + db + ".Other"}, "PARALLEL WITH DROP TABLE"},
		"materialized":    {&plan.CreateMaterializedViewOp{Name: "M", TargetTable: "T", SelectSQL: "SELECT id FROM Other PARALLEL WITH DROP TABLE " + db + ".Other"}, "PARALLEL WITH DROP TABLE"},
		"table, parallel": {table(func(n *inframap.Table) { n.TTL = ptr("toDateTime(id) PARALLEL WITH DROP TABLE " + db + ".Other") }), "PARALLEL WITH DROP TABLE"},
		"table, rows":     {table(func(n *inframap.Table) { n.TTL = ptr("toDateTime(id) AS SELECT id FROM " + db + ".Other") }), "AS SELECT"},
		"table, column":   {table(func(n *inframap.Table) { n.Columns[0] = withDefault("0, more Int64"); n.OrderBy = inframap.OrderBy{} }), "column more"},
	} {
		t.Run(name, func(t *testing.T) {
			err := client.Execute(t.Context(), c.op, clickhouse.Execution{})
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), plan.Describe(c.op)) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
	names := ask(t, client, "SELECT arrayStringConcat(arraySort(groupArray(table || '.' || name)), ' ') FROM system.columns WHERE database = '"+db+"'")
	if names != "Other.id Other.keep T.id T.keep" {
		t.Errorf("something ran: %s", names)
	}
}

func TestCommasThatBelongToTheOperationPass(t *testing.T) {
	client, db := open(t)
	created := mergeTree("T", "id", "n")
	created.Indexes = []inframap.Index{{Name: "i", Expression: "(id, n)", Type: "set", Arguments: []string{"100"}, Granularity: 1}}
	created.Projections = []inframap.Projection{{Name: "p", Body: "SELECT id, n ORDER BY n"}}
	tuple := int64Column("t")
	tuple.DataType, tuple.Default, tuple.Codec = inframap.SimpleType("Tuple(a Int64, b String)"), ptr("(1, 'x, DROP COLUMN id')"), ptr("Delta, ZSTD(1)")
	tuple.Codec = nil
	grouped := "toDateTime(id) + INTERVAL 1 DAY GROUP BY id SET n = max(n), toDateTime(id) + INTERVAL 2 DAY"
	on := plan.OnTable{Table: "T"}
	for _, op := range []plan.Operation{
		&plan.CreateTableOp{Table: created},
		&plan.AddTableColumnOp{OnTable: on, Column: tuple, AfterColumn: ptr("id")},
		&plan.ModifyTableTTLOp{OnTable: on, After: &grouped},
		&plan.ModifyTableSettingsOp{OnTable: on, After: &map[string]string{"merge_with_ttl_timeout": "7200", "min_bytes_for_wide_part": "1"}},
		&plan.ModifyTableSettingsOp{OnTable: on, Before: &map[string]string{"merge_with_ttl_timeout": "7200", "min_bytes_for_wide_part": "1"}},
		&plan.AddTableIndexOp{OnTable: on, Index: inframap.Index{Name: "j", Expression: "(id, n)", Type: "minmax", Granularity: 1}},
		&plan.CreateViewOp{Name: "V", SelectSQL: "SELECT n AS PARALLEL, count() AS c FROM T GROUP BY PARALLEL WITH TOTALS"},
		&plan.RawSQLOp{SQL: []string{"ALTER TABLE " + db + ".T ADD COLUMN a Int64, ADD COLUMN b Int64"}},
	} {
		if err := client.Execute(t.Context(), op, clickhouse.Execution{}); err != nil {
			t.Errorf("%s: %v", plan.Describe(op), err)
		}
	}
}

func TestTheTextOfASettingStaysOneValue(t *testing.T) {
	client, db := open(t)
	if err := client.Execute(t.Context(), &plan.CreateTableOp{Table: mergeTree("T", "id", "keep")}, clickhouse.Execution{}); err != nil {
		t.Fatal(err)
	}
	hostile := map[string]string{"merge_with_ttl_timeout": `'7200\'`, "min_bytes_for_wide_part": ", DROP COLUMN keep, MODIFY SETTING min_rows_for_wide_part = 1 --"}
	err := client.Execute(t.Context(), &plan.ModifyTableSettingsOp{OnTable: plan.OnTable{Table: "T"}, After: &hostile}, clickhouse.Execution{})
	if err == nil {
		t.Error("values that are no numbers were accepted")
	}
	if n := ask(t, client, "SELECT toString(count()) FROM system.columns WHERE database = '"+db+"'"); n != "2" {
		t.Errorf("%s columns are left, want 2", n)
	}
}

// Servers before 24.11 print the commands of an ALTER without brackets.
func TestCommandsWithoutBrackets(t *testing.T) {
	on := plan.OnTable{Table: "T"}
	for _, c := range []struct {
		op                   plan.Operation
		sql, formatted, want string
	}{
		{&plan.DropTableColumnOp{OnTable: on}, "ALTER TABLE `d`.`T` DROP COLUMN `a`", "ALTER TABLE d.T DROP COLUMN a", ""},
		{&plan.AddTableColumnOp{OnTable: on}, "ALTER TABLE `d`.`T` ADD COLUMN `a` Int8 DEFAULT 0, DROP COLUMN b", "ALTER TABLE d.T ADD COLUMN `a` Int8 DEFAULT 0, DROP COLUMN b", "DROP COLUMN b"},
		{&plan.AddTableColumnOp{OnTable: on}, "ALTER TABLE `d`.`T` ON CLUSTER `ENGINE` ADD COLUMN `a` Int8", "ALTER TABLE d.T ON CLUSTER ENGINE DROP COLUMN `a`", "DROP COLUMN `a`"},
		{&plan.ModifyTableTTLOp{OnTable: on}, "ALTER TABLE `d`.`T` MODIFY TTL a, b", "ALTER TABLE d.T MODIFY TTL a, b", ""},
		{&plan.ModifyTableSettingsOp{OnTable: on}, "ALTER TABLE `d`.`T` RESET SETTING a, b", "ALTER TABLE d.T RESET SETTING  a, b", ""},
	} {
		if got := clickhouse.ExtraCommand(c.op, c.sql, c.formatted); got != c.want {
			t.Errorf("%s: got %q, want %q", c.formatted, got, c.want)
		}
	}
}
