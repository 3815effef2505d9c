package clickhouse_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	chgo "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/mapfile"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
)

// canary is the value that no plan may show.
const canary = "CANARY-VALUE"

// recording keeps the texts of the queries that go through a connection.
type recording struct {
	driver.Conn
	mu      sync.Mutex
	queries []string
}

func (c *recording) note(sql string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queries = append(c.queries, sql)
}

func (c *recording) Query(ctx context.Context, sql string, args ...any) (driver.Rows, error) {
	c.note(sql)
	return c.Conn.Query(ctx, sql, args...)
}

func (c *recording) QueryRow(ctx context.Context, sql string, args ...any) driver.Row {
	c.note(sql)
	return c.Conn.QueryRow(ctx, sql, args...)
}

func (c *recording) Exec(ctx context.Context, sql string, args ...any) error {
	c.note("EXEC " + sql)
	return c.Conn.Exec(ctx, sql, args...)
}

// skeleton is a query without the content of its literals, which is all that runs of it.
func skeleton(sql string) string {
	tokens := sqltext.Tokens(sql)
	for i := range tokens {
		if tokens[i].Kind == sqltext.Literal {
			tokens[i].Text = "''"
		}
	}
	return sqltext.Join(tokens)
}

// hostile is a server with a canary in another database, a file and an address that
// nothing may touch.
type hostile struct {
	client   *clickhouse.Client
	conn     *recording
	db       string
	secretDB string
	payloads []string
	hits     func() int
}

func newHostile(t *testing.T) *hostile {
	h := &hostile{}
	h.client, h.db = open(t)
	h.secretDB = testparts.Database(t, testparts.ClickHouse(t))
	exec(t, h.client, "CREATE TABLE "+h.secretDB+".canary (v String) ENGINE = MergeTree ORDER BY v COMMENT '"+canary+"'")
	exec(t, h.client, "INSERT INTO "+h.secretDB+".canary SELECT '"+canary+"'")
	exec(t, h.client, "CREATE TABLE "+h.db+".T (a String, b Nullable(String), c Int64) ENGINE = MergeTree ORDER BY a")
	exec(t, h.client, "INSERT INTO "+h.db+".T SELECT 'x', 'y', 1")
	var mu sync.Mutex
	count := 0
	listener := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		count++
	}))
	t.Cleanup(listener.Close)
	h.hits = func() int { mu.Lock(); defer mu.Unlock(); return count }
	file := filepath.Join(t.TempDir(), "canary.txt")
	if err := os.WriteFile(file, []byte(canary), 0o600); err != nil {
		t.Fatal(err)
	}
	read := "(SELECT any(v) FROM " + h.secretDB + ".canary)"
	h.payloads = []string{
		read,
		"(SELECT * FROM url('" + listener.URL + "', 'LineAsString'))",
		"file('" + file + "')",
		"(SELECT * FROM file('" + file + "', 'LineAsString'))",
		"(SELECT * FROM remote('127.0.0.1', '" + h.secretDB + "', 'canary'))",
		"(SELECT * FROM executable('id', 'TSV', 'x String'))",
		"(SELECT name FROM system.users LIMIT 1)",
		"sleepEachRow(3)", "sleep(3)",
		"dictGet('" + h.secretDB + ".canary', 'v', 1)", "joinGet('" + h.secretDB + ".canary', 'v', 1)",
		"String DEFAULT " + read,
		"String DEFAULT " + read + ", `z` String MATERIALIZED " + read,
		"1) FROM " + h.secretDB + ".canary --",
		"'); DROP TABLE " + h.secretDB + ".canary; --",
		"\\'); DROP TABLE " + h.secretDB + ".canary; --",
		"''); DROP TABLE " + h.secretDB + ".canary; --",
		"`); DROP TABLE " + h.secretDB + ".canary; --",
		"\\", "'", "`", "\"", "/*", "--", "$$", "$$') FROM " + h.secretDB + ".canary $$", "\n; DROP TABLE " + h.secretDB + ".canary;\n",
		"1 SETTINGS readonly = 0, max_execution_time = 0", "{x:String}", "?", "@p", "$1", "\u2018x\u2019", "\u201cx\u201d",
		"Nullable(String)') , 'x", "Tuple(a String) SETTINGS max_memory_usage = 0", "1 INTO OUTFILE '/tmp/x'", "1 PARALLEL WITH DROP TABLE " + h.secretDB + ".canary",
		"arrayMap(x -> sleep(1), range(1000000000))", "FixedString(sleep(3))", "AggregateFunction(quantile(sleep(3)), UInt8)", "DateTime64(" + read + ")",
	}
	h.conn = &recording{Conn: h.client.Conn()}
	h.client.SetConn(h.conn)
	return h
}

// base is a map that matches the server's table, so that what a place changes is compared.
func (h *hostile) base() *inframap.Map {
	m := inframap.New(h.db)
	m.Tables[h.db+"_T"] = &inframap.Table{
		Name: "T", Engine: inframap.NewEngine("MergeTree"), LifeCycle: inframap.FullyManaged, OrderBy: inframap.OrderByColumns("a"),
		Columns: []inframap.Column{
			{Name: "a", DataType: inframap.SimpleType("String"), Required: true, PrimaryKey: false},
			{Name: "b", DataType: inframap.SimpleType("String"), Required: true}, // its NULLs are counted
			{Name: "c", DataType: inframap.SimpleType("Int32"), Required: true},  // it is converted
		},
	}
	return m
}

// dictionary is one with a text at one place, as JSON.
func dictionary(place, text string) jsontext.Value {
	d := map[string]any{
		"name": "D", "source": map[string]any{"type": "QUERY", "query": "SELECT 1"}, "primaryKey": []string{"a"},
		"columns": []map[string]any{{"name": "a", "typeString": "UInt64"}}, "layout": map[string]any{"type": "HASHED"}, "lifetime": map[string]any{"type": "SINGLE", "seconds": 1},
	}
	switch place {
	case "query":
		d["source"] = map[string]any{"type": "QUERY", "query": text}
	case "table":
		d["source"] = map[string]any{"type": "TABLE", "table": text, "database": text}
	case "type":
		d["columns"] = []map[string]any{{"name": "a", "typeString": "UInt64"}, {"name": "b", "typeString": text}}
	case "default":
		d["columns"] = []map[string]any{{"name": "a", "typeString": "UInt64"}, {"name": "b", "typeString": "String", "defaultValue": text, "expression": text}}
	case "external":
		d["source"] = map[string]any{"type": "EXTERNAL", "externalSource": map[string]any{"source_type": "HTTP", "url": text, "format": text}}
	}
	raw, _ := json.Marshal(d)
	return raw
}

// places put a text of a stranger wherever a map can hold one.
func (h *hostile) places() map[string]func(m *inframap.Map, s string) {
	id := h.db + "_T"
	column := func(f func(c *inframap.Column, s string)) func(*inframap.Map, string) {
		return func(m *inframap.Map, s string) { f(&m.Tables[id].Columns[2], s) }
	}
	table := func(f func(t *inframap.Table, s string)) func(*inframap.Map, string) {
		return func(m *inframap.Map, s string) { f(m.Tables[id], s) }
	}
	return map[string]func(m *inframap.Map, s string){
		"type": column(func(c *inframap.Column, s string) { c.DataType = inframap.SimpleType(s) }),
		"type in an array": column(func(c *inframap.Column, s string) {
			c.DataType = inframap.ColumnType{Array: &inframap.ArrayType{Element: inframap.SimpleType(s)}}
		}),
		"enum": column(func(c *inframap.Column, s string) {
			c.DataType = inframap.ColumnType{Enum: &inframap.EnumType{Name: s, Values: []inframap.EnumMember{{Name: s, Value: inframap.EnumValue{String: &s}}}}}
		}),
		"JSON path": column(func(c *inframap.Column, s string) {
			c.DataType = inframap.ColumnType{JSON: &inframap.JSONType{SkipPaths: []string{s}, SkipRegexps: []string{s}, TypedPaths: []inframap.TupleField{{Name: s, Type: inframap.SimpleType(s)}}}}
		}),
		"aggregate": column(func(c *inframap.Column, s string) {
			raw, _ := json.Marshal(map[string]any{"functionName": s, "argumentTypes": []string{s}})
			c.Annotations = []inframap.Annotation{{Name: inframap.AnnotationAggregate, Value: raw}}
		}),
		"default":      column(func(c *inframap.Column, s string) { c.Default = &s }),
		"materialized": column(func(c *inframap.Column, s string) { c.Materialized = &s }),
		"alias":        column(func(c *inframap.Column, s string) { c.Alias = &s }),
		"ephemeral":    column(func(c *inframap.Column, s string) { c.Ephemeral = &s }),
		"codec":        column(func(c *inframap.Column, s string) { c.Codec = &s }),
		"codec level":  column(func(c *inframap.Column, s string) { c.Codec = ptr("ZSTD(" + s + ")") }),
		"column TTL":   column(func(c *inframap.Column, s string) { c.TTL = &s }),
		"comment":      column(func(c *inframap.Column, s string) { c.Comment = &s }),
		"column name":  column(func(c *inframap.Column, s string) { c.Name = s }),
		"table name": func(m *inframap.Map, s string) {
			m.Tables[id].Name = s
			m.Tables[m.Tables[id].ID(h.db)] = m.Tables[id]
			delete(m.Tables, id)
		},
		"database":     table(func(t *inframap.Table, s string) { t.Database = &s }),
		"cluster":      table(func(t *inframap.Table, s string) { t.ClusterName = &s }),
		"order by":     table(func(t *inframap.Table, s string) { t.OrderBy = inframap.OrderByExpression(s) }),
		"partition by": table(func(t *inframap.Table, s string) { t.PartitionBy = &s }),
		"sample by":    table(func(t *inframap.Table, s string) { t.SampleBy = &s }),
		"primary key":  table(func(t *inframap.Table, s string) { t.PrimaryKeyExpression = &s }),
		"table TTL":    table(func(t *inframap.Table, s string) { t.TTL = &s }),
		"setting":      table(func(t *inframap.Table, s string) { t.TableSettings = map[string]string{"index_granularity": s} }),
		"setting name": table(func(t *inframap.Table, s string) { t.TableSettings = map[string]string{s: "1"} }),
		"engine":       table(func(t *inframap.Table, s string) { t.Engine = inframap.NewEngine(s) }),
		"engine column": table(func(t *inframap.Table, s string) {
			t.Engine = inframap.NewEngine("ReplacingMergeTree")
			_ = t.Engine.Set("ver", s)
		}),
		"index": table(func(t *inframap.Table, s string) {
			t.Indexes = []inframap.Index{{Name: s, Expression: s, Type: s, Arguments: []string{s}, Granularity: 1}}
		}),
		"index expression": table(func(t *inframap.Table, s string) {
			t.Indexes = []inframap.Index{{Name: "i", Expression: s, Type: "minmax", Granularity: 1}}
		}),
		"projection": table(func(t *inframap.Table, s string) { t.Projections = []inframap.Projection{{Name: s, Body: s}} }),
		"constraint": table(func(t *inframap.Table, s string) {
			t.Constraints = []inframap.Constraint{{Name: "k", Type: "CHECK", Expression: s}}
		}),
		"view":            func(m *inframap.Map, s string) { m.Views["V"] = &inframap.View{Name: "V", SelectSQL: "SELECT " + s} },
		"view name":       func(m *inframap.Map, s string) { m.Views[s] = &inframap.View{Name: s, SelectSQL: "SELECT 1"} },
		"view, all of it": func(m *inframap.Map, s string) { m.Views["V"] = &inframap.View{Name: "V", SelectSQL: s} },
		"materialized view": func(m *inframap.Map, s string) {
			m.MaterializedViews["V"] = &inframap.MaterializedView{Name: "V", SelectSQL: "SELECT " + s, TargetTable: "T"}
		},
		"target": func(m *inframap.Map, s string) {
			m.MaterializedViews["V"] = &inframap.MaterializedView{Name: "V", SelectSQL: "SELECT 1", TargetTable: s, TargetDatabase: &s}
		},
		"setup": func(m *inframap.Map, s string) {
			m.SQLResources["R"] = &inframap.SQLResource{Name: "R", Setup: []string{s}, Teardown: []string{s}}
		},
		"setup of a table": func(m *inframap.Map, s string) {
			m.SQLResources["R"] = &inframap.SQLResource{Name: "R", Setup: []string{"CREATE TABLE X (a " + s + ", b String DEFAULT " + s + ") ENGINE = Memory"}}
		},
		"setup of another's": func(m *inframap.Map, s string) {
			m.SQLResources["R"] = &inframap.SQLResource{Name: "R", Setup: []string{"CREATE TABLE " + h.secretDB + ".canary (v String) ENGINE = Memory", "CREATE ROW POLICY p ON " + h.secretDB + ".canary USING " + s, "CREATE ROLE r"}}
		},
		"row policy": func(m *inframap.Map, s string) {
			raw, _ := json.Marshal(map[string]any{"name": "P", "tables": []map[string]any{{"name": s, "database": s}}, "column": s, "claim": s})
			m.RowPolicies["P"] = raw
		},
		"dictionary query":    func(m *inframap.Map, s string) { m.Dictionaries[h.db+"_D"] = dictionary("query", s) },
		"dictionary table":    func(m *inframap.Map, s string) { m.Dictionaries[h.db+"_D"] = dictionary("table", s) },
		"dictionary type":     func(m *inframap.Map, s string) { m.Dictionaries[h.db+"_D"] = dictionary("type", s) },
		"dictionary default":  func(m *inframap.Map, s string) { m.Dictionaries[h.db+"_D"] = dictionary("default", s) },
		"dictionary external": func(m *inframap.Map, s string) { m.Dictionaries[h.db+"_D"] = dictionary("external", s) },
	}
}

// allowed are all skeletons of the queries of a plan.
func (h *hostile) allowed(sql string) bool {
	s := skeleton(sql)
	for _, prefix := range []string{
		"SELECT arrayMap(x -> formatQuerySingleLineOrNull(x), [", "SELECT formatQuerySingleLine(''", "DESCRIBE TABLE null('')",
		"DESCRIBE TABLE (SELECT CAST(materialize(defaultValueOfTypeName('')), '')",
	} {
		if rest, ok := strings.CutPrefix(s, prefix); ok {
			rest = strings.ReplaceAll(rest, "CAST(materialize(defaultValueOfTypeName('')), '')", "")
			return strings.Trim(rest, "', ])") == ""
		}
	}
	nulls := fmt.Sprintf("SELECT toUInt32(0), count() FROM `%s`.`T` WHERE `b` IS NULL", h.db)
	return s == nulls || slices.ContainsFunc([]string{
		"SELECT if(case_insensitive, lower(name)", "SELECT d.name, t.name, t.engine", "SELECT database, table, name, type FROM system.columns",
		"SELECT short_name, database, table", "SELECT name FROM system.roles", "SELECT toUInt64(getSetting", "SELECT 1",
	}, func(prefix string) bool { return strings.HasPrefix(s, prefix) }) && !strings.Contains(s, "canary") && !strings.Contains(s, ";")
}

// share is the part of all pairs of a payload and a place that one run plans, as one
// of so many: all of them take minutes. Each place and each payload has its turn.
const share = 15

// TestAHostileMapIsDataOnly puts every payload at every place of a map and plans: each
// query is one of a few fixed ones around literals, nothing of another database is
// read, no address is asked, nothing changes, and it takes little time.
func TestAHostileMapIsDataOnly(t *testing.T) {
	h := newHostile(t)
	planned := 0
	places := h.places()
	for n, place := range inframap.Keys(places) {
		put := places[place]
		for i, payload := range h.payloads {
			if (n+i)%share != 0 {
				continue
			}
			m := h.base()
			put(m, payload)
			h.conn.queries = nil
			began := time.Now()
			outcome, err := planner.Make(t.Context(), h.client, planner.Input{Desired: m})
			if took := time.Since(began); took > 30*time.Second {
				t.Errorf("%s, %s: took %s", place, payload, took)
			}
			for _, sql := range h.conn.queries {
				if !h.allowed(sql) {
					t.Errorf("%s, %s: this ran: %s", place, payload, sql)
				}
			}
			shown := fmt.Sprint(err)
			if err == nil {
				planned++
				text, encodeErr := outcome.Files(&plan.Plan{}).Plan.EncodeYAML()
				if encodeErr != nil {
					t.Errorf("%s, %s: %v", place, payload, encodeErr)
				}
				shown = string(text) + fmt.Sprintf("%+v", outcome.Result)
			}
			if strings.Contains(shown, canary) {
				t.Errorf("%s, %s: the canary is shown", place, payload)
			}
		}
	}
	if planned < 30 {
		t.Errorf("only %d of the maps led to a plan", planned)
	}
	if n := h.hits(); n > 0 {
		t.Errorf("%d requests reached the listener", n)
	}
	var rows, tables uint64
	if err := h.conn.Conn.QueryRow(t.Context(), "SELECT (SELECT count() FROM "+h.secretDB+".canary), (SELECT count() FROM system.tables WHERE database IN ('"+h.secretDB+"', '"+h.db+"'))").Scan(&rows, &tables); err != nil || rows != 1 || tables != 2 {
		t.Errorf("%d rows, %d tables, %v", rows, tables, err)
	}
}

// TestQuestionsCannotWriteOrRead shows the second wall: even a query that is not the
// intended one can neither write nor reach a file, and its memory is bounded.
func TestQuestionsCannotWriteOrRead(t *testing.T) {
	h := newHostile(t)
	bomb := "DESCRIBE TABLE (SELECT CAST(materialize(defaultValueOfTypeName('Tuple(" + strings.TrimSuffix(strings.Repeat("FixedString(16777215), ", 400), ", ") + ")')), 'String'))"
	for sql, want := range map[string]string{
		"INSERT INTO " + h.db + ".T SELECT 'x', 'y', 1":       "readonly",
		"CREATE TABLE " + h.db + ".X (a String) ENGINE = Log": "readonly",
		"DROP TABLE " + h.secretDB + ".canary":                "readonly",
		"SELECT * FROM file('/etc/passwd', 'LineAsString')":   "readonly",
		"SELECT 1 SETTINGS readonly = 0":                      "readonly",
		bomb:                                                  "memory",
	} {
		if err := h.client.Inspect(t.Context(), sql); err == nil || !strings.Contains(strings.ToLower(err.Error()), want) {
			t.Errorf("%.60s: error %v, want %q", sql, err, want)
		}
	}
}

// TestUsersThatMayNotChangeSettingsCanPlan has a server that refuses the second wall.
func TestUsersThatMayNotChangeSettingsCanPlan(t *testing.T) {
	h := newHostile(t)
	h.client.SetConn(&strict{h.conn})
	if _, err := planner.Make(t.Context(), h.client, planner.Input{Desired: h.base()}); err != nil {
		t.Error(err)
	}
	if len(h.conn.queries) == 0 {
		t.Error("nothing was asked")
	}
}

// strict refuses the question whether settings can be changed.
type strict struct{ driver.Conn }

func (c *strict) QueryRow(ctx context.Context, sql string, args ...any) driver.Row {
	if sql == "SELECT 1" {
		return failedRow{&chgo.Exception{Code: 164, Message: "Cannot modify 'readonly' setting in readonly mode"}}
	}
	return c.Conn.QueryRow(ctx, sql, args...)
}

type failedRow struct{ err error }

func (r failedRow) Err() error           { return r.err }
func (r failedRow) Scan(...any) error    { return r.err }
func (r failedRow) ScanStruct(any) error { return r.err }

// TestALargeMapIsPlannedInTime plans maps at the bounds of mapfile.
func TestALargeMapIsPlannedInTime(t *testing.T) {
	h := newHostile(t)
	columns := func(n int, typ func(i int) string) func(*inframap.Map) {
		return func(m *inframap.Map) {
			list := m.Tables[h.db+"_T"].Columns
			for i := range n {
				list = append(list, inframap.Column{Name: fmt.Sprint("x", i), DataType: inframap.SimpleType(typ(i)), Required: true})
			}
			m.Tables[h.db+"_T"].Columns = list
		}
	}
	megabyte := func(piece string) string { return strings.Repeat(piece, 1_000_000/len(piece)) }
	for name, c := range map[string]struct {
		change func(*inframap.Map)
		want   string
	}{
		"9,000 columns": {columns(9000, func(i int) string { return fmt.Sprintf("FixedString(%d)", 1+i%200) }), ""},
		"9,000 columns, one wrong": {columns(9000, func(i int) string {
			return map[bool]string{true: "Strin", false: fmt.Sprintf("Decimal(%d, 1)", 2+i%30)}[i == 7000]
		}), `column "x7000"`},
		"a type of a megabyte":      {columns(1, func(int) string { return "Tuple(" + strings.TrimSuffix(megabyte("String, "), ", ") + ")" }), ""},
		"combinators of a megabyte": {columns(1, func(int) string { return "AggregateFunction(sum" + megabyte("If") + ", UInt8)" }), "x0"},
		"deep type":                 {columns(1, func(int) string { return strings.Repeat("Array(", 900) + "String" + strings.Repeat(")", 900) }), "T"},
		"a default of a megabyte":   {func(m *inframap.Map) { m.Tables[h.db+"_T"].Columns[2].Default = ptr(megabyte("1 + ") + "1") }, ""},
		"a default of many brackets": {func(m *inframap.Map) {
			m.Tables[h.db+"_T"].Columns[2].Default = ptr(strings.Repeat("(", 500) + "1" + strings.Repeat(")", 500))
		}, "T"},
		"a view of a megabyte": {func(m *inframap.Map) {
			m.Views["V"] = &inframap.View{Name: "V", SelectSQL: "SELECT " + megabyte("'a', ") + "1"}
		}, ""},
		"backtracking": {func(m *inframap.Map) {
			m.Views["V"] = &inframap.View{Name: "V", SelectSQL: "SELECT " + strings.Repeat("(((x -> (", 60)}
		}, "V"},
	} {
		m := h.base()
		c.change(m)
		began := time.Now()
		_, err := planner.Make(t.Context(), h.client, planner.Input{Desired: m})
		took := time.Since(began)
		t.Logf("%s: %s, %.200v", name, took, err)
		if took > 45*time.Second {
			t.Errorf("%s: took %s", name, took)
		}
		if err != nil && (c.want == "" && !strings.Contains(err.Error(), "ClickHouse") || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 10_000) {
			t.Errorf("%s: an error of %d bytes: %.300v, want %q", name, len(err.Error()), err, c.want)
		}
	}
}

// TestADatabaseOfAnotherIsNotRead has a map that calls another database its own.
func TestADatabaseOfAnotherIsNotRead(t *testing.T) {
	h := newHostile(t)
	m := h.base()
	m.DefaultDatabase = h.secretDB
	m.Tables = map[string]*inframap.Table{h.secretDB + "_T": m.Tables[h.db+"_T"]}
	if _, err := mapfile.Adopt(m, h.db); err != nil {
		t.Fatal(err)
	}
	if _, err := planner.Make(t.Context(), h.client, planner.Input{Desired: m}); err != nil {
		t.Fatal(err)
	}
	for _, sql := range h.conn.queries {
		if strings.Contains(sql, h.secretDB) {
			t.Errorf("this ran: %s", sql)
		}
	}
}
