package migrate_test

import (
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/reverse"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// TestReverse declares what the server has and makes it again elsewhere: both are the same.
func TestReverse(t *testing.T) {
	b, copied := newBench(t, nil), newBench(t, nil)
	m := kitchenSink(b)
	m.Tables["local_Kitchen"].TableSettings["deduplicate_merge_projection_mode"] = "'rebuild'"
	b.to(m)
	catalog, err := b.client.Introspect(t.Context(), []string{b.db})
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for name, table := range catalog.Tables {
		if name.Object == "_MOOSE_STATE" || table.Engine.Name == "Buffer" || table.Engine.Name == "Dictionary" {
			continue
		}
		sql, err := ddl.CreateTable(reverse.Table(table, b.db, nil), copied.db)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		copied.exec(sql)
		target := schema.Name{Database: copied.db, Object: name.Object}
		again, err := copied.client.IntrospectObjects(t.Context(), []schema.Name{target})
		if err != nil {
			t.Fatal(err)
		}
		for _, why := range diff.CompareTables(table, again.Tables[target], diff.Options{}) {
			t.Errorf("%s: %+v", name.Object, why)
		}
		compared++
	}
	if compared < 3 {
		t.Errorf("only %d tables compared", compared)
	}
}
