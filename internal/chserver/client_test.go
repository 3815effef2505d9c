package chserver_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/go-cmp/cmp"
)

func TestPingExecQuery(t *testing.T) {
	eachVariant(t, func(t *testing.T, _ *testServer, conn driver.Conn) {
		ctx := context.Background()
		if err := conn.Ping(ctx); err != nil {
			t.Fatal(err)
		}
		v, err := conn.ServerVersion()
		if err != nil || v.Version.Major < 26 {
			t.Fatalf("server version %v, %v", v, err)
		}
		exec1(t, conn, "CREATE TABLE t (a Int32, format String, `odd ``name` String) ENGINE = MergeTree ORDER BY a;")
		exec1(t, conn, "INSERT INTO t VALUES (1, 'x;y', upper('q')), (2, 'it''s', '\\n')")
		rows, err := conn.Query(ctx, "SELECT * FROM t ORDER BY a -- the end")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for rows.Next() {
			var a int32
			var b, c string
			if err := rows.Scan(&a, &b, &c); err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprintf("%d|%s|%s", a, b, c))
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"1|x;y|Q", "2|it's|\n"}, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"a", "format", "odd `name"}, rows.Columns()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestEmptyResultsNameTheirColumns(t *testing.T) {
	eachVariant(t, func(t *testing.T, _ *testServer, conn driver.Conn) {
		exec1(t, conn, "CREATE TABLE t (a Int32, ts DateTime('Asia/Tokyo')) ENGINE = MergeTree ORDER BY a")
		for sql, want := range map[string][]string{
			"SELECT a, ts FROM t":                            {"a Int32", "ts DateTime('Asia/Tokyo')"},
			"SELECT name FROM system.tables WHERE 0 LIMIT 1": {"name String"},
			"SHOW TABLES LIKE 'nothing'":                     {"name String"},
			"WITH 1 AS x SELECT x AS y WHERE 0":              {"y UInt8"},
		} {
			rows, err := conn.Query(context.Background(), sql)
			if err != nil {
				t.Fatalf("%s: %v", sql, err)
			}
			var got []string
			for _, c := range rows.ColumnTypes() {
				got = append(got, c.Name()+" "+c.DatabaseTypeName())
			}
			if rows.Next() {
				t.Errorf("%s: has rows", sql)
			}
			_ = rows.Close()
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", sql, diff)
			}
		}
	})
}

func TestDateTimeKeepsItsZone(t *testing.T) {
	eachVariant(t, func(t *testing.T, _ *testServer, conn driver.Conn) {
		got := scalar[time.Time](t, conn, "SELECT toDateTime('2026-01-02 03:04:05', 'Asia/Tokyo')")
		if want := "2026-01-02T03:04:05+09:00"; got.Format(time.RFC3339) != want {
			t.Errorf("got %s, want %s", got.Format(time.RFC3339), want)
		}
	})
}

func TestExceptionCodes(t *testing.T) {
	eachVariant(t, func(t *testing.T, _ *testServer, conn driver.Conn) {
		exec1(t, conn, "CREATE TABLE t (a Int32) ENGINE = MergeTree ORDER BY a")
		for sql, want := range map[string]int32{
			"SELECT * FROM nope":                      60,
			"SELEC 1":                                 62,
			"SELECT 1; SELECT 2":                      62,
			"INSERT INTO t VALUES (1); SELECT 2":      62,
			"SELECT nope":                             47,
			"SELECT * FROM nope.t":                    81,
			"SELECT 1 SETTINGS no_such_setting = 1":   115,
			"SELECT throwIf(1)":                       395,
			"ALTER TABLE t MODIFY ORDER BY (a, b)":    47,
			"ALTER TABLE t MODIFY SETTING nope_x = 1": 115,
		} {
			err := conn.Exec(context.Background(), sql)
			var e *clickhouse.Exception
			if !errors.As(err, &e) {
				t.Errorf("%s: %v is no exception", sql, err)
			} else if e.Code != want {
				t.Errorf("%s: code %d, want %d: %s", sql, e.Code, want, e.Message)
			} else if strings.Count(e.Error(), "Code:") > 1 || strings.Count(e.Message, "DB::Exception") > 1 {
				t.Errorf("%s: text is doubled: %s", sql, e.Error())
			}
			if err := conn.Ping(context.Background()); err != nil {
				t.Fatalf("after %s: %v", sql, err)
			}
		}
	})
}

func TestCredentialsAreChecked(t *testing.T) {
	s := sharedServer(t)
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			o := s.options(v)
			o.Auth.Password = "wrong-secret"
			err := connect(t, o).Ping(context.Background())
			var e *clickhouse.Exception
			if !errors.As(err, &e) || e.Code != 516 {
				t.Fatalf("got %v, want code 516", err)
			}
			if strings.Contains(err.Error(), "wrong-secret") || strings.Contains(err.Error(), testPassword) {
				t.Errorf("the error holds a password: %v", err)
			}
		})
	}
	if strings.Contains(s.text(), "wrong-secret") || strings.Contains(s.text(), testPassword) {
		t.Errorf("the log holds a password: %s", s.text())
	}
}

// hostile are names that break careless quoting.
var hostile = []string{"back`tick", `quo"te`, "it's", "new\nline", `back\slash`, "tab\there", "semi;colon", "-- comment", "/* open", "$$here$$", "{a:String}", "ünï ☃", "values", "format"}

func TestHostileNames(t *testing.T) {
	quote := func(s string) string {
		return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(s) + "`"
	}
	eachVariant(t, func(t *testing.T, _ *testServer, conn driver.Conn) {
		for _, name := range hostile {
			q := quote(name)
			exec1(t, conn, fmt.Sprintf("CREATE TABLE %s (%s String) ENGINE = MergeTree ORDER BY tuple()", q, q))
			batch, err := conn.PrepareBatch(context.Background(), fmt.Sprintf("INSERT INTO %s", "`x`"))
			if err == nil {
				_ = batch.Abort()
				t.Fatal("a table that does not exist took a batch")
			}
			exec1(t, conn, fmt.Sprintf("INSERT INTO %s (%s) SELECT %s", q, q, "'"+strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(name)+"'"))
			// An Identifier is taken as it is, a String in its escaped form, by
			// this engine as by any ClickHouse server; clickhouse.Named escapes
			// always, so the identifier goes through WithParameters.
			ctx := clickhouse.Context(context.Background(), clickhouse.WithParameters(clickhouse.Parameters{"t": name}))
			var got string
			if err := conn.QueryRow(ctx, "SELECT "+q+" FROM {t:Identifier}").Scan(&got); err != nil || got != name {
				t.Errorf("%q: got %q, %v", name, got, err)
			}
			n := scalar[uint64](t, conn, "SELECT count() FROM system.columns WHERE database = currentDatabase() AND table = {t:String} AND name = {t:String}", clickhouse.Named("t", name))
			if n != 1 {
				t.Errorf("%q: %d columns", name, n)
			}
			exec1(t, conn, "DROP TABLE "+q)
		}
	})
}

func TestSettingsDoNotLeak(t *testing.T) {
	eachVariant(t, func(t *testing.T, _ *testServer, conn driver.Conn) {
		value := func(ctx context.Context, name string) string {
			var v string
			if err := conn.QueryRow(ctx, "SELECT value FROM system.settings WHERE name = {n:String}", clickhouse.Named("n", name)).Scan(&v); err != nil {
				t.Fatal(err)
			}
			return v
		}
		ctx := context.Background()
		with := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_threads": 3, "mutations_sync": 2}))
		if got := value(with, "max_threads"); got != "3" {
			t.Errorf("max_threads is %s within the query", got)
		}
		if got := value(with, "mutations_sync"); got != "2" {
			t.Errorf("mutations_sync is %s within the query", got)
		}
		if got := value(ctx, "max_threads"); got == "3" {
			t.Error("max_threads leaked to the next query")
		}
		if got := value(ctx, "mutations_sync"); got != "0" {
			t.Errorf("mutations_sync is %s, a server's default is 0", got)
		}
		ro := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"readonly": 1}))
		err := conn.Exec(ro, "CREATE TABLE t (a Int8) ENGINE = Memory")
		var e *clickhouse.Exception
		if !errors.As(err, &e) || e.Code != 164 {
			t.Errorf("readonly: got %v, want code 164", err)
		}
		exec1(t, conn, "CREATE TABLE t (a Int8) ENGINE = Memory")
		bad := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"no_such_setting": 1}))
		if err := conn.Exec(bad, "SELECT 1"); !errors.As(err, &e) || e.Code != 115 {
			t.Errorf("unknown setting: got %v, want code 115", err)
		}
		if err := conn.Ping(ctx); err != nil {
			t.Errorf("after an unknown setting: %v", err)
		}
	})
}

func TestCancelStopsTheEngine(t *testing.T) {
	eachVariant(t, func(t *testing.T, s *testServer, conn driver.Conn) {
		marker := strings.ReplaceAll(t.Name(), "/", "_")
		ctx := clickhouse.Context(context.Background(), clickhouse.WithSettings(clickhouse.Settings{"cancel_http_readonly_queries_on_client_close": 1}))
		ctx, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
		defer cancel()
		begin := time.Now()
		err := conn.Exec(ctx, "SELECT count() /* "+marker+" */ FROM numbers(1e12) WHERE NOT ignore(sipHash64(number))")
		if err == nil {
			t.Fatal("the query was not cancelled")
		}
		if d := time.Since(begin); d > 5*time.Second {
			t.Errorf("cancelling took %v", d)
		}
		watch := connect(t, s.options(variants[0]))
		for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			n := scalar[uint64](t, watch, "SELECT count() FROM system.processes WHERE query LIKE {m:String} AND query NOT LIKE '%system.processes%'",
				clickhouse.Named("m", "%"+marker+"%"))
			if n == 0 {
				break
			}
			if time.Now().After(deadline) {
				t.Fatal("the engine still runs the query")
			}
		}
	})
}

func TestManyClients(t *testing.T) {
	s := sharedServer(t)
	admin := connect(t, s.options(variants[0]))
	exec1(t, admin, "CREATE TABLE many (who String, n UInt64) ENGINE = MergeTree ORDER BY (who, n)")
	const clients, rounds = 4, 10
	var wg sync.WaitGroup
	for _, v := range variants {
		for i := range clients {
			wg.Go(func() {
				conn := connect(t, s.options(v))
				who := fmt.Sprintf("%s-%d", v.name, i)
				for n := range rounds {
					if err := conn.Exec(context.Background(), "INSERT INTO many VALUES ({w:String}, {n:UInt64})",
						clickhouse.Named("w", who), clickhouse.Named("n", fmt.Sprint(n))); err != nil {
						t.Errorf("%s: %v", who, err)
						return
					}
					var got uint64
					if err := conn.QueryRow(context.Background(), "SELECT count() FROM many WHERE who = {w:String}", clickhouse.Named("w", who)).Scan(&got); err != nil || got != uint64(n+1) {
						t.Errorf("%s: %d rows after %d inserts: %v", who, got, n+1, err)
						return
					}
				}
			})
		}
	}
	wg.Wait()
	if got := scalar[uint64](t, admin, "SELECT count() FROM many"); got != uint64(len(variants)*clients*rounds) {
		t.Errorf("%d rows", got)
	}
}

func TestStatementsRunInParallel(t *testing.T) {
	s := sharedServer(t)
	begin := time.Now()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			conn := connect(t, s.options(variants[i%len(variants)]))
			if err := conn.Exec(context.Background(), "SELECT sleep(1)"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if d := time.Since(begin); d > 4*time.Second {
		t.Errorf("eight sleeps of 1 s took %v", d)
	}
}
