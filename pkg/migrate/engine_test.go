package migrate_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

func replicated(name, path, replica string) *inframap.Table {
	e := inframap.NewEngine("ReplicatedMergeTree")
	if path != "" {
		_ = e.Set("keeper_path", path)
		_ = e.Set("replica_name", replica)
	}
	return &inframap.Table{
		Name: name, Engine: e, LifeCycle: inframap.FullyManaged, OrderBy: inframap.OrderByColumns("id"),
		Columns: []inframap.Column{column("id", "Int64", true)},
	}
}

func TestMacrosInTheKeeperPathAreNoChange(t *testing.T) {
	b := newBench(t, nil)
	m := inframap.New(b.db)
	m.Tables["R"] = replicated("R", "/clickhouse/tables/{database}/{table}", "r-{table}")
	m.Tables["Plain"] = replicated("Plain", "/clickhouse/"+b.db+"/plain", "r1")
	b.to(m)
	b.mustBeEmpty(m)
	m.Tables["R"].Columns = append(m.Tables["R"].Columns, column("v", "Int64", true))
	out := b.plan(m)
	if len(out.Operations) != 1 || out.Operations[0].Kind() != "AddTableColumn" {
		t.Errorf("operations %v", out.Operations)
	}
}

// The server stores the macro {uuid} as it is.
func TestTheUUIDInTheKeeperPathIsNoChange(t *testing.T) {
	b := newBench(t, nil)
	m := inframap.New(b.db)
	m.Tables["R"] = replicated("R", "/clickhouse/tables/{uuid}/one", "r1")
	b.exec("CREATE TABLE " + b.db + ".R UUID '" + uuid.NewString() + "' (id Int64) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{uuid}/one', 'r1') ORDER BY id")
	if out := b.plan(m); len(out.Operations) != 0 {
		t.Errorf("operations %v", out.Operations)
	}
}
