package probe_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// logged answers questions to the log of queries, which the embedded engine does not
// keep, from a table of the same shape.
type logged struct{ *server }

func (l logged) Ask(ctx context.Context, sql string, b clickhouse.Bounds, scan func(driver.Rows) error) (clickhouse.Cost, error) {
	return l.server.Ask(ctx, strings.ReplaceAll(sql, "system.query_log", "`"+l.db+"`.query_log"), b, scan)
}

func TestReadersComeFromTheLogOfQueries(t *testing.T) {
	s := newServer(t)
	s.exec(`CREATE TABLE query_log (type Enum8('QueryStart' = 1, 'QueryFinish' = 2), event_date Date, event_time DateTime, query_kind LowCardinality(String), user String,
		is_initial_query UInt8, log_comment String, tables Array(LowCardinality(String)), columns Array(LowCardinality(String))) ENGINE = MergeTree ORDER BY event_time`)
	row := func(kind, by, comment, initial, days, tables, columns string) {
		s.exec(fmt.Sprintf("INSERT INTO query_log SELECT 'QueryFinish', today() - %s, now() - toIntervalDay(%s), '%s', '%s', %s, '%s', [%s], [%s]", days, days, kind, by, initial, comment, tables, columns))
	}
	row("Select", "bi", "", "1", "0", "'d.T'", "'d.T.id', 'd.T.note'")
	row("Select", "ann", "", "1", "3", "'d.T', 'd.`odd name`'", "'d.T.note', 'd.`odd name`.`my column`'")
	row("Select", "old", "", "1", "40", "'d.T'", "'d.T.note'")
	row("Select", "shard", "", "0", "0", "'d.T'", "'d.T.note'")
	row("Select", "us", "moose-migrate: question of a review", "1", "0", "'d.T'", "'d.T.note'")
	row("Insert", "app", "", "1", "0", "'d.T'", "'d.T.note'")
	row("Select", "bi", "", "1", "0", "'d.T2'", "'d.T2.note'")
	one, odd := schema.Name{Database: "d", Object: "T"}, schema.Name{Database: "d", Object: "odd name"}
	f, err := probe.Gather(t.Context(), logged{s}, probe.Request{Tables: []schema.Name{one, odd}})
	if err != nil || f.Readers.Err != nil {
		t.Fatal(err, f.Readers.Err)
	}
	told := func(n schema.Name, column string) string {
		r := f.Readers.Value[n][column]
		return fmt.Sprint(r.Queries, r.Users)
	}
	for _, c := range []struct {
		n            schema.Name
		column, want string
	}{
		{one, "", "2 [ann bi]"},
		{one, "note", "2 [ann bi]"},
		{one, "id", "1 [bi]"},
		{odd, "", "1 [ann]"},
		{odd, "my column", "1 [ann]"},
		{one, "nothing", "0 []"},
	} {
		if got := told(c.n, c.column); got != c.want {
			t.Errorf("%s %q: %s, want %s", c.n, c.column, got, c.want)
		}
	}
	if last := f.Readers.Value[one]["note"].Last; last.IsZero() || last.Location().String() != "UTC" {
		t.Errorf("the last one was at %s", last)
	}
}

func TestWithoutALogReadersAreNotKnown(t *testing.T) {
	s := newServer(t)
	s.exec("CREATE TABLE T (id UInt8) ENGINE = MergeTree ORDER BY id")
	f := s.gather(probe.Request{Tables: []schema.Name{s.name("T")}})
	if !errors.Is(f.Readers.Err, probe.ErrNoLog) {
		t.Errorf("readers: %v", f.Readers.Err)
	}
}

func TestStatementsAreFormattedAndNotRun(t *testing.T) {
	s := newServer(t)
	s.exec("CREATE TABLE T (id UInt8) ENGINE = MergeTree ORDER BY id")
	drop, hostile := "drop /* it */ table T", "x'), 1) -- \\' ; DROP TABLE T"
	f := s.gather(probe.Request{Statements: []string{drop, hostile, "SELECT 1"}})
	if f.Formatted.Err != nil || f.Formatted.Value[drop] != "DROP TABLE T" || f.Formatted.Value["SELECT 1"] != "SELECT 1" || len(f.Formatted.Value) != 2 {
		t.Errorf("%v %v", f.Formatted.Value, f.Formatted.Err)
	}
	s.exec("SELECT * FROM T")
}

func TestHiddenTablesOfViewsAreFound(t *testing.T) {
	s := newServer(t)
	s.exec("CREATE TABLE T (id UInt8) ENGINE = MergeTree ORDER BY id",
		"CREATE MATERIALIZED VIEW V ENGINE = MergeTree ORDER BY id AS SELECT id FROM T",
		"CREATE TABLE U (id UInt8) ENGINE = MergeTree ORDER BY id", "CREATE MATERIALIZED VIEW W TO U AS SELECT id FROM T",
		"INSERT INTO T SELECT number FROM numbers(7)")
	f := s.gather(probe.Request{Views: []schema.Name{s.name("V"), s.name("W")}})
	in := f.Inner.Value[s.name("V")]
	if f.Inner.Err != nil || in.Rows == nil || *in.Rows != 7 || !strings.HasPrefix(in.Name, ".inner_id.") || len(f.Inner.Value) != 1 {
		t.Errorf("%+v %v", f.Inner.Value, f.Inner.Err)
	}
}
