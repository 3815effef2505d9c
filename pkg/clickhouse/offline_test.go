package clickhouse_test

import (
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

func TestCheckText(t *testing.T) {
	on := plan.OnTable{Table: "T"}
	add := func(value string) plan.Operation {
		return &plan.AddTableColumnOp{OnTable: on, Column: inframap.Column{Name: "c", DataType: inframap.SimpleType("String"), Required: true, Default: &value}}
	}
	ttl := "ts + INTERVAL 1 DAY, ts + INTERVAL 2 DAY TO DISK 'cold'"
	for name, c := range map[string]struct {
		op   plan.Operation
		want string
	}{
		"a default":              {add("if(a, concat(b, ','), 'x;y')"), ""},
		"a second command":       {add("0, DROP COLUMN keep"), "DROP COLUMN keep"},
		"a second statement":     {add("0; DROP TABLE T"), "a semicolon"},
		"a bracket too few":      {add("f(1"), "a bracket that is not closed"},
		"a bracket too many":     {add("1), DROP COLUMN (keep"), "a closing bracket that nothing opens"},
		"commas of a TTL":        {&plan.ModifyTableTTLOp{OnTable: on, After: &ttl}, ""},
		"settings":               {&plan.ModifyTableSettingsOp{OnTable: on, After: &map[string]string{"a": "1", "b": "2"}}, ""},
		"a view and another one": {&plan.CreateViewOp{Name: "v", SelectSQL: "SELECT 1 parallel with DROP TABLE T"}, "PARALLEL WITH"},
		"free SQL":               {&plan.RawSQLOp{SQL: []string{"SELECT (;"}}, ""},
	} {
		n, free, err := clickhouse.CheckText("db", c.op)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if err == nil && (n != 1 || (free == 1) != (c.op.Kind() == plan.RawSQL)) {
			t.Errorf("%s: %d statements, %d free", name, n, free)
		}
	}
}
