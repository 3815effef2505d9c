package clickhouse_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

func TestAnUnreachableServerIsNamedWithoutThePassword(t *testing.T) {
	url := testparts.ClickHouse(t).HTTPURL("missing_db")
	wrongPassword := strings.Replace(url, "@", "-WRONG@", 1)
	for in, want := range map[string]string{
		"clickhouse://u:topsecret@127.0.0.1:1/db":     "127.0.0.1:1",
		"http://u:topsecret@127.0.0.1:1/db":           "connection refused",
		"clickhouse://u:topsecret@no-such-host.test/": "no-such-host.test",
		url:           "has no database \"missing_db\"",
		wrongPassword: "refused the user or the password",
	} {
		target, err := dsn.ParseClickHouse(in)
		if err != nil {
			t.Fatal(err)
		}
		_, err = clickhouse.Open(t.Context(), target)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", target.Masked(), err, want)
		}
		if err != nil && (strings.Contains(err.Error(), "topsecret") || strings.Contains(err.Error(), target.Password())) {
			t.Errorf("the password is shown: %v", err)
		}
	}
}

func TestWrongSQLNamesItsObject(t *testing.T) {
	client, db := open(t)
	for want, change := range map[string]func(*inframap.Map){
		`table "T", column "a": ClickHouse does not accept the type Strin`: func(m *inframap.Map) {
			m.Tables["T"].Columns[0].DataType = inframap.SimpleType("Strin")
		},
		"table T: ClickHouse does not understand its SQL": func(m *inframap.Map) {
			bad := "((("
			m.Tables["T"].Columns[0].Default = &bad
		},
		"view V: ClickHouse does not understand its SQL": func(m *inframap.Map) { m.Views["V"] = &inframap.View{Name: "V", SelectSQL: "SELECT FROM ("} },
		"has 300 bytes": func(m *inframap.Map) { m.Tables["T"].Name = strings.Repeat("x", 300) },
	} {
		m := inframap.New(db)
		m.Tables["T"] = &inframap.Table{
			Name: "T", Engine: inframap.Engine{Name: "MergeTree"},
			Columns: []inframap.Column{{Name: "a", DataType: inframap.SimpleType("String"), Required: true}},
		}
		change(m)
		if _, err := client.Normalise(t.Context(), m); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// manyTables is a map of n tables of ten columns.
func manyTables(db string, n int) *inframap.Map {
	m := inframap.New(db)
	for i := range n {
		table := &inframap.Table{Name: fmt.Sprintf("T%05d", i), Engine: inframap.Engine{Name: "MergeTree"}, OrderBy: inframap.OrderByColumns("c0")}
		for c := range 10 {
			table.Columns = append(table.Columns, inframap.Column{Name: fmt.Sprintf("c%d", c), DataType: inframap.SimpleType("Int64"), Required: true})
		}
		m.Tables[table.Name] = table
	}
	return m
}

// counting counts the queries that go through a connection.
type counting struct {
	driver.Conn
	n atomic.Int64
}

func (c *counting) Query(ctx context.Context, sql string, args ...any) (driver.Rows, error) {
	c.n.Add(1)
	return c.Conn.Query(ctx, sql, args...)
}

func (c *counting) QueryRow(ctx context.Context, sql string, args ...any) driver.Row {
	c.n.Add(1)
	return c.Conn.QueryRow(ctx, sql, args...)
}

// fill makes the tables of a map.
func fill(t testing.TB, client *clickhouse.Client, m *inframap.Map) {
	t.Helper()
	for _, id := range inframap.Keys(m.Tables) {
		if err := client.Execute(t.Context(), &plan.CreateTableOp{Table: m.Tables[id]}, clickhouse.Execution{}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRoundTripsDoNotGrowWithTheNumberOfTables(t *testing.T) {
	for _, n := range []int{1, 120} {
		client, db := open(t)
		m := manyTables(db, n)
		fill(t, client, m)
		conn := &counting{Conn: client.Conn()}
		client.SetConn(conn)
		catalog, err := client.Introspect(t.Context(), []string{db})
		if err != nil {
			t.Fatal(err)
		}
		if len(catalog.Tables) != n || len(catalog.Tables[schema.Name{Database: db, Object: "T00000"}].Columns) != 10 {
			t.Errorf("%d tables found, want %d", len(catalog.Tables), n)
		}
		if got := conn.n.Load(); got != 3 {
			t.Errorf("%d tables: introspection took %d queries, want 3", n, got)
		}
		conn.n.Store(0)
		if _, err := client.Normalise(t.Context(), m, m); err != nil {
			t.Fatal(err)
		}
		if got := conn.n.Load(); got != 3 {
			t.Errorf("%d tables: normalisation took %d queries, want 3", n, got)
		}
	}
}

func BenchmarkPlanOf300Tables(b *testing.B) {
	client, db := open(b)
	m := manyTables(db, 300)
	fill(b, client, m)
	for b.Loop() {
		if _, err := planner.Make(b.Context(), client, planner.Input{Recorded: m, Desired: m}); err != nil {
			b.Fatal(err)
		}
	}
}
