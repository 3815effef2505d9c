package clickhouse_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

func nothing(context.Context) error { return nil }

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
		m.Tables["T"] = &inframap.Table{Name: "T", Engine: inframap.Engine{Name: "MergeTree"},
			Columns: []inframap.Column{{Name: "a", DataType: inframap.SimpleType("String"), Required: true}}}
		change(m)
		if _, err := client.Normalise(t.Context(), m); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// manyTables fills a database with n tables of ten columns.
func manyTables(t testing.TB, client *clickhouse.Client, db string, n int) *inframap.Map {
	t.Helper()
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
