package clickhouse_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
)

// A cluster of several hosts cannot be had from the embedded engine, so these tests play
// what a server answers, in the columns that ClickHouse 26.7 has.

// answer is what one query gives: the first one whose text holds the key is taken, and
// used up when there are several.
type answer struct {
	has     string
	columns []string
	rows    [][]any
	err     error
}

// played is a connection that answers by heart.
type played struct {
	driver.Conn
	t       testing.TB
	answers []answer
	asked   []string
}

func play(t testing.TB, answers ...answer) (*clickhouse.Client, *played) {
	conn := &played{t: t, answers: answers}
	client := &clickhouse.Client{}
	client.SetConn(conn)
	return client, conn
}

func (p *played) Query(_ context.Context, sql string, _ ...any) (driver.Rows, error) {
	p.asked = append(p.asked, sql)
	for i, a := range p.answers {
		if !strings.Contains(sql, a.has) {
			continue
		}
		for _, later := range p.answers[i+1:] {
			if later.has == a.has {
				p.answers = append(p.answers[:i:i], p.answers[i+1:]...)
				break
			}
		}
		if a.err != nil {
			return nil, a.err
		}
		return &playedRows{columns: a.columns, rows: a.rows}, nil
	}
	p.t.Errorf("nothing is known for: %s", sql)
	return &playedRows{}, nil
}

func (p *played) Exec(_ context.Context, sql string, _ ...any) error {
	p.t.Errorf("run without an answer being read: %s", sql)
	return nil
}

type playedRows struct {
	driver.Rows
	columns []string
	rows    [][]any
	at      int
}

func (r *playedRows) Next() bool        { r.at++; return r.at <= len(r.rows) }
func (r *playedRows) Columns() []string { return r.columns }
func (r *playedRows) Err() error        { return nil }
func (r *playedRows) Close() error      { return nil }

func (r *playedRows) ColumnTypes() []driver.ColumnType {
	out := make([]driver.ColumnType, len(r.columns))
	for i := range out {
		out[i] = playedType{of: reflect.TypeOf(r.rows[r.at-1][i])}
	}
	return out
}

type playedType struct {
	driver.ColumnType
	of reflect.Type
}

func (t playedType) ScanType() reflect.Type { return t.of }

// Scan copies values, and nil into a pointer.
func (r *playedRows) Scan(dest ...any) error {
	row := r.rows[r.at-1]
	if len(row) != len(dest) {
		return fmt.Errorf("%d columns, %d places", len(row), len(dest))
	}
	for i, value := range row {
		into := reflect.ValueOf(dest[i]).Elem()
		switch {
		case value == nil:
			into.SetZero()
		case into.Kind() == reflect.Pointer:
			place := reflect.New(into.Type().Elem())
			place.Elem().Set(reflect.ValueOf(value))
			into.Set(place)
		default:
			into.Set(reflect.ValueOf(value))
		}
	}
	return nil
}
