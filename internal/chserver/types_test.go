package chserver_test

import (
	"context"
	"fmt"
	"math/big"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/uuid"
)

// columnKinds are expressions of every type the product meets in a catalog or
// a table, and of every shape the Native format has.
var columnKinds = []struct{ typ, value string }{
	{"Int8", "-1"},
	{"Int16", "-2"},
	{"Int32", "-3"},
	{"Int64", "-4"},
	{"Int128", "-5"},
	{"Int256", "-6"},
	{"UInt8", "1"},
	{"UInt16", "2"},
	{"UInt32", "3"},
	{"UInt64", "4"},
	{"UInt128", "5"},
	{"UInt256", "6"},
	{"Float32", "1.5"},
	{"Float64", "-2.5"},
	{"BFloat16", "1.5"},
	{"Bool", "true"},
	{"Decimal(9, 2)", "1.25"},
	{"Decimal(18, 4)", "2.5"},
	{"Decimal(38, 10)", "3.5"},
	{"Decimal(76, 20)", "4.5"},
	{"String", "'it''s'"},
	{"FixedString(5)", "'abc'"},
	{"UUID", "'61f0c404-5cb3-11e7-907b-a6006ad3dba0'"},
	{"Date", "'2026-01-02'"},
	{"Date32", "'1930-01-02'"},
	{"DateTime", "'2026-01-02 03:04:05'"},
	{"DateTime('Asia/Tokyo')", "'2026-01-02 03:04:05'"},
	{"DateTime64(6)", "'2026-01-02 03:04:05.123456'"},
	{"DateTime64(3, 'Europe/Berlin')", "'2026-01-02 03:04:05.123'"},
	{"Time", "'12:13:14'"},
	{"Time64(3)", "'12:13:14.156'"},
	{"Enum8('a' = 1, 'b, )' = 2)", "'b, )'"},
	{"Enum16('x\\'y' = 1000)", "'x\\'y'"},
	{"IPv4", "'1.2.3.4'"},
	{"IPv6", "'::1'"},
	{"Nullable(String)", "NULL"},
	{"Nullable(Int32)", "7"},
	{"Array(UInt8)", "[1, 2, 3]"},
	{"Array(Array(String))", "[['a'], [], ['b', 'c']]"},
	{"Array(Nullable(Int64))", "[1, NULL]"},
	{"Map(String, UInt64)", "map('a', 1, 'b', 2)"},
	{"Map(LowCardinality(String), Array(Int8))", "map('k', [1])"},
	{"Tuple(Int8, String)", "(1, 'x')"},
	{"Tuple(a Int8, b_c Nullable(String))", "(1, NULL)"},
	{"LowCardinality(String)", "'low'"},
	{"LowCardinality(Nullable(String))", "NULL"},
	{"Array(LowCardinality(String))", "['a', 'b', 'a']"},
	{"Nested(a Int8, b String)", "[(1, 'x')]"},
	{"Point", "(1, 2)"},
	{"Ring", "[(1, 2)]"},
	{"Polygon", "[[(1, 2)]]"},
	{"MultiPolygon", "[[[(1, 2)]]]"},
	{"LineString", "[(1, 2)]"},
	{"MultiLineString", "[[(1, 2)]]"},
	{"Variant(String, UInt64)", "42::UInt64"},
	{"JSON", `'{"a": {"b": 1}}'`},
	{"SimpleAggregateFunction(sum, UInt64)", "9"},
	{"QBit(Float32, 8)", "[1, 2, 3, 4, 5, 6, 7, 8]"},
	{"Array(Tuple(a LowCardinality(String), b Map(String, Nullable(Float64))))", "[('x', map('k', NULL))]"},
}

// TestEveryType reads each type from a table, alone and between two columns
// that would show a wrong length, over several blocks and rows.
func TestEveryType(t *testing.T) {
	eachVariant(t, func(t *testing.T, _ *testServer, conn driver.Conn) {
		for i, kind := range columnKinds {
			table := fmt.Sprintf("t%d", i)
			exec1(t, conn, fmt.Sprintf("CREATE TABLE %s (before UInt32, v %s, after UInt32) ENGINE = MergeTree ORDER BY before SETTINGS allow_nullable_key = 1", table, kind.typ))
			value := kind.value
			if !strings.HasPrefix(kind.typ, "Nested") {
				exec1(t, conn, fmt.Sprintf("INSERT INTO %s (before, v, after) SELECT number, %s, number + 1 FROM numbers(7)", table, value))
			}
			exec1(t, conn, fmt.Sprintf("INSERT INTO %s (before, after) SELECT number + 7, number + 8 FROM numbers(5)", table))
			rows, err := conn.Query(context.Background(), fmt.Sprintf("SELECT * FROM %s ORDER BY before SETTINGS max_block_size = 3", table))
			if err != nil {
				if strings.Contains(err.Error(), "unsupported column type") {
					t.Logf("%s: the client does not know it: %v", kind.typ, err)
					continue
				}
				t.Errorf("%s: %v", kind.typ, err)
				continue
			}
			n := uint32(0)
			types := rows.ColumnTypes()
			for rows.Next() {
				dest := make([]any, len(types))
				for i, ct := range types {
					dest[i] = reflect.New(ct.ScanType()).Interface()
				}
				if kind.typ == "JSON" {
					dest[1] = new(string)
				}
				if err := rows.Scan(dest...); err != nil {
					t.Errorf("%s: row %d: %v", kind.typ, n, err)
					break
				}
				before, after := *dest[0].(*uint32), *dest[len(dest)-1].(*uint32)
				if want := n; before != want || after != want+1 {
					if !strings.HasPrefix(kind.typ, "Nested") {
						t.Errorf("%s: row %d is between %d and %d", kind.typ, n, before, after)
					}
				}
				n++
			}
			if err := rows.Err(); err != nil {
				if strings.Contains(err.Error(), "unsupported column type") {
					t.Logf("%s: the client does not know it: %v", kind.typ, err)
					continue
				}
				t.Errorf("%s: %v", kind.typ, err)
			}
			if n != 12 && !strings.HasPrefix(kind.typ, "Nested") {
				t.Errorf("%s: %d rows", kind.typ, n)
			}
		}
	})
}

// TestBatch writes many rows of many types with the client's column encoder
// and reads them back.
func TestBatch(t *testing.T) {
	type row struct {
		I    int64
		S    string
		N    *string
		L    string
		A    []string
		M    map[string]uint64
		T    time.Time
		T6   time.Time
		U    uuid.UUID
		IP   net.IP
		B    bool
		E    string
		D    big.Int
		LN   *string
		Gen  uint8
		Deep [][]string
	}
	const count = 20_000
	eachVariant(t, func(t *testing.T, _ *testServer, conn driver.Conn) {
		exec1(t, conn, "CREATE TABLE t (i Int64, s String, n Nullable(String), l LowCardinality(String), a Array(LowCardinality(String)), "+
			"m Map(String, UInt64), t DateTime('Asia/Tokyo'), t6 DateTime64(6), u UUID, ip IPv6, b Bool, e Enum8('x' = 1, 'y' = 2), d Int256, "+
			"ln LowCardinality(Nullable(String)), `odd ``name,` UInt8 DEFAULT 5, deep Array(Array(String)), made String MATERIALIZED upper(s), al String ALIAS lower(s)) ENGINE = MergeTree ORDER BY i")
		make1 := func(i int) row {
			text := fmt.Sprintf("row\n%d\t'", i)
			r := row{
				I: int64(i), S: text, L: fmt.Sprint(i % 300), A: []string{"a", fmt.Sprint(i % 7)}, M: map[string]uint64{"k": uint64(i)},
				T: time.Unix(1.7e9+int64(i), 0), T6: time.UnixMicro(1.7e15 + int64(i)), U: uuid.NewSHA1(uuid.Nil, []byte(text)), IP: net.ParseIP("2001:db8::1"),
				B: i%2 == 0, E: "y", D: *big.NewInt(int64(-i)), Gen: uint8(i), Deep: [][]string{{"x"}, {}, {text}},
			}
			if i%3 == 0 {
				r.N, r.LN = &text, &r.L
			}
			return r
		}
		batch, err := conn.PrepareBatch(context.Background(), "INSERT INTO t")
		if err != nil {
			t.Fatal(err)
		}
		for i := range count {
			r := make1(i)
			if err := batch.Append(r.I, r.S, r.N, r.L, r.A, r.M, r.T, r.T6, r.U, r.IP, r.B, r.E, &r.D, r.LN, r.Gen, r.Deep); err != nil {
				t.Fatal(err)
			}
			if i == count/2 {
				if err := batch.Flush(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := batch.Send(); err != nil {
			t.Fatal(err)
		}
		rows, err := conn.Query(context.Background(), "SELECT i, s, n, l, a, m, t, t6, u, ip, b, e, d, ln, `odd ``name,`, deep FROM t ORDER BY i")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for rows.Next() {
			var r row
			if err := rows.Scan(&r.I, &r.S, &r.N, &r.L, &r.A, &r.M, &r.T, &r.T6, &r.U, &r.IP, &r.B, &r.E, &r.D, &r.LN, &r.Gen, &r.Deep); err != nil {
				t.Fatal(err)
			}
			w := make1(n)
			if !r.T.Equal(w.T) || !r.T6.Equal(w.T6) || r.D.Cmp(&w.D) != 0 || !r.IP.Equal(w.IP) {
				t.Fatalf("row %d: %+v, want %+v", n, r, w)
			}
			r.T, r.T6, r.D, r.IP = w.T, w.T6, w.D, w.IP
			if !reflect.DeepEqual(r, w) {
				t.Fatalf("row %d: %+v, want %+v", n, r, w)
			}
			n++
		}
		if err := rows.Err(); err != nil || n != count {
			t.Fatalf("%d rows, %v", n, err)
		}
		if got := scalar[uint64](t, conn, "SELECT countIf(made = upper(s) AND al = lower(s)) FROM t"); got != count {
			t.Errorf("%d rows with computed columns", got)
		}
	})
}

// TestBatchOfSomeColumns lets the engine fill in the others, and refuses
// columns that are not there with the connection still usable.
func TestBatchOfSomeColumns(t *testing.T) {
	eachVariant(t, func(t *testing.T, _ *testServer, conn driver.Conn) {
		exec1(t, conn, "CREATE TABLE t (a Int32, b String DEFAULT concat('d', toString(a)), c Int8) ENGINE = MergeTree ORDER BY a")
		batch, err := conn.PrepareBatch(context.Background(), "INSERT INTO t (c, a)")
		if err != nil {
			t.Fatal(err)
		}
		if err := batch.Append(int8(3), int32(7)); err != nil {
			t.Fatal(err)
		}
		if err := batch.Send(); err != nil {
			t.Fatal(err)
		}
		if got := scalar[string](t, conn, "SELECT concat(toString(a), b, toString(c)) FROM t"); got != "7d73" {
			t.Errorf("got %q", got)
		}
		if _, err := conn.PrepareBatch(context.Background(), "INSERT INTO t (nope)"); err == nil {
			t.Error("a column that does not exist was taken")
		}
		if err := conn.Ping(context.Background()); err != nil {
			t.Error(err)
		}
		exec1(t, conn, "CREATE TABLE guarded (a Int32, CONSTRAINT positive CHECK a > 0) ENGINE = MergeTree ORDER BY a")
		batch, err = conn.PrepareBatch(context.Background(), "INSERT INTO guarded")
		if err != nil {
			t.Fatal(err)
		}
		if err := batch.Append(int32(-1)); err != nil {
			t.Fatal(err)
		}
		if err := batch.Send(); err == nil || !strings.Contains(err.Error(), "469") && !strings.Contains(err.Error(), "VIOLATED_CONSTRAINT") {
			t.Errorf("a violated constraint gave %v", err)
		}
		if err := conn.Ping(context.Background()); err != nil {
			t.Error(err)
		}
	})
}
