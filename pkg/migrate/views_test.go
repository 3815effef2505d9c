package migrate_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/inframap/statepb"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

func plainTable(name string, columns ...string) *inframap.Table {
	t := &inframap.Table{Name: name, Engine: inframap.Engine{Name: "MergeTree"}, LifeCycle: inframap.FullyManaged, OrderBy: inframap.OrderByColumns(columns[0])}
	for _, c := range columns {
		t.Columns = append(t.Columns, column(c, "Int64", true))
	}
	return t
}

func (b *bench) one(sql string) string {
	b.t.Helper()
	var s string
	if err := b.client.Conn().QueryRow(b.t.Context(), sql).Scan(&s); err != nil {
		b.t.Fatalf("%s: %v", sql, err)
	}
	return s
}

// withSecrets is a map whose SQL spells out credentials; the second argument tells two apart.
func withSecrets(b *bench, secret string) *inframap.Map {
	m := inframap.New(b.db)
	m.Tables["D"] = plainTable("D", "a")
	m.Tables["S"] = plainTable("S", "a")
	m.Views["W"] = &inframap.View{Name: "W", SelectSQL: "-- it's ours\nSELECT a FROM s3('https://bucket-one.s3.amazonaws.com/x.csv', 'AKIAKEY-" + secret + "', '" + secret + "-key', 'CSV', 'a Int32')"}
	m.Views["U"] = &inframap.View{Name: "U", SelectSQL: "SELECT a FROM url('https://u:" + secret + "-pw@example.com/x.csv?n=1', 'CSV', 'a Int32', headers('Authorization' = 'Bearer " + secret + "'))"}
	m.Views["E"] = &inframap.View{Name: "E", SelectSQL: "SELECT hex(encrypt('aes-256-ofb', 'x', '" + (secret + strings.Repeat("k", 32))[:32] + "')) AS e"}
	m.MaterializedViews["M"] = &inframap.MaterializedView{
		Name: "M", TargetTable: "D", LifeCycle: inframap.FullyManaged,
		SelectSQL: "SELECT a FROM " + b.db + ".S WHERE a IN (SELECT b FROM s3('https://bucket-one.s3.amazonaws.com/x.csv', 'AKIAKEY-" + secret + "', '" + secret + "-mv', 'CSV', 'b Int64'))",
	}
	m.SQLResources["C"] = &inframap.SQLResource{
		Name:     "C",
		Setup:    []string{"CREATE TABLE IF NOT EXISTS " + b.db + ".Q (a Int64) ENGINE = S3('https://bucket-one.s3.amazonaws.com/q.csv', 'AKIAKEY-" + secret + "', '" + secret + "-setup', 'CSV')"},
		Teardown: []string{"DROP TABLE IF EXISTS " + b.db + ".Q"},
	}
	return m
}

func TestCredentialsInSQLReachTheServerAndNoFile(t *testing.T) {
	const secret = "S3CRETVALUE"
	b := newBench(t, nil)
	m := withSecrets(b, secret)
	out := b.plan(m)
	root := t.TempDir()
	if err := out.Files(&plan.Plan{CreatedAt: time.Now()}).Save(root); err != nil {
		t.Fatal(err)
	}
	seen := 0
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if strings.Contains(string(data), secret) {
			t.Errorf("%s shows a credential", d.Name())
		}
		seen += strings.Count(string(data), inframap.Hidden)
		return err
	})
	if err != nil || seen < 16 {
		t.Errorf("%d credentials hidden: %v", seen, err)
	}
	files, err := plan.Load(root)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.migrate(files, m); err != nil {
		t.Fatal(err)
	}
	b.mustBeEmpty(m)
	blob, err := b.store.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	recorded, err := statepb.Decode(blob.Data)
	if err != nil {
		t.Fatal(err)
	}
	if found := secretsql.OfMap(recorded); len(found) > 0 || strings.Contains(string(blob.Data), secret) {
		t.Errorf("the state holds credentials: %q", found)
	}
	// The key is in the view: ClickHouse hides it, and uses it.
	key := m.Views["E"].SelectSQL[len("SELECT hex(encrypt('aes-256-ofb', 'x', '"):][:32]
	if got, want := b.one("SELECT e FROM "+b.db+".E"), b.one("SELECT hex(encrypt('aes-256-ofb', 'x', '"+key+"'))"); got != want {
		t.Errorf("the view has another key: %s, want %s", got, want)
	}
	// A credential that is changed behind [HIDDEN] is no difference; anything else is.
	b.mustBeEmpty(withSecrets(b, "OTHERVALUE"))
	other := withSecrets(b, secret)
	other.Views["W"].SelectSQL = strings.Replace(other.Views["W"].SelectSQL, "x.csv", "y.csv", 1)
	if n := len(b.plan(other).Operations); n != 2 {
		t.Errorf("%d operations for a changed view, want 2", n)
	}
}

func TestNoQueryOfAPlanShowsACredential(t *testing.T) {
	direct := newBench(t, nil)
	ch := testparts.ClickHouse(t)
	upstream, err := url.Parse(ch.HTTPURL(direct.db))
	if err != nil {
		t.Fatal(err)
	}
	var queries strings.Builder
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: upstream.Host})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		queries.Write(body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, r)
	}))
	defer server.Close()
	b := newBench(t, func(db string) string {
		return strings.Replace(ch.HTTPURL(db), upstream.Host, strings.TrimPrefix(server.URL, "http://"), 1)
	})
	b.plan(withSecrets(b, "S3CRETVALUE"))
	if n := strings.Count(queries.String(), inframap.Hidden); n < 6 || strings.Contains(queries.String(), "S3CRETVALUE") {
		t.Errorf("%d credentials are hidden in the queries:\n%s", n, queries.String())
	}
}

func TestAPlanWithHiddenSQLNeedsTheSameCode(t *testing.T) {
	b := newBench(t, nil)
	m := withSecrets(b, "S3CRETVALUE")
	files := b.save(b.plan(m))
	for i, op := range files.Plan.Operations {
		if _, err := plan.FillSQL(op, m); err != nil {
			t.Errorf("operation %d: %v", i+1, err)
		}
	}
	empty := inframap.New(b.db)
	refused := 0
	for _, op := range files.Plan.Operations {
		if _, err := plan.FillSQL(op, empty); err != nil {
			refused++
			if !strings.Contains(err.Error(), "hides credentials") || strings.Contains(err.Error(), "S3CRET") {
				t.Errorf("error %v", err)
			}
		}
	}
	if refused != 5 {
		t.Errorf("%d operations refused, want 3 views, 1 materialized view, 1 SQL resource", refused)
	}
}

func TestAStatementThatFailsShowsNoCredential(t *testing.T) {
	b := newBench(t, nil)
	m := inframap.New(b.db)
	m.Views["R"] = &inframap.View{Name: "R", SelectSQL: "SELECT dummy FROM remote('127.0.0.1:9', 'system', 'one', 'u', 'S3CRETVALUE')"}
	_, err := b.migrate(b.save(b.plan(m)), m)
	if err == nil || !strings.Contains(err.Error(), "'"+inframap.Hidden+"'") || strings.Contains(err.Error(), "S3CRETVALUE") {
		t.Errorf("error %v", err)
	}
	m.Views["R"].SelectSQL = "SELECT ((( FROM remote('127.0.0.1:9', 'system', 'one', 'u', 'S3CRETVALUE')"
	_, err = planner.Make(t.Context(), b.client, planner.Input{Desired: m})
	if err == nil || strings.Contains(err.Error(), "S3CRETVALUE") {
		t.Errorf("error %v", err)
	}
}

func TestViewsOverUnmanagedTablesConverge(t *testing.T) {
	b := newBench(t, nil)
	b.exec("CREATE TABLE " + b.db + ".U (id Int64) ENGINE = MergeTree ORDER BY id")
	m := inframap.New(b.db)
	m.Tables["D"] = plainTable("D", "id")
	m.Views["V"] = &inframap.View{Name: "V", SelectSQL: "SELECT id FROM U WHERE id IN U"}
	m.MaterializedViews["M"] = &inframap.MaterializedView{Name: "M", SelectSQL: "SELECT id FROM U", TargetTable: "D", LifeCycle: inframap.FullyManaged}
	files := b.save(b.plan(m))
	if _, err := b.migrate(files, m); err != nil {
		t.Fatal(err)
	}
	b.mustBeEmpty(m)
	events, err := b.migrate(files, m)
	if err != nil || !strings.Contains(strings.Join(events.lines, ","), "at target") {
		t.Errorf("again: %v %v", events.lines, err)
	}
}

func TestAColumnNamedLikeAViewIsNoDependency(t *testing.T) {
	b := newBench(t, nil)
	m := inframap.New(b.db)
	m.Tables["T"] = plainTable("T", "id", "daily")
	m.Views["agg"] = &inframap.View{Name: "agg", SelectSQL: "SELECT id, daily FROM T"}
	m.Views["daily"] = &inframap.View{Name: "daily", SelectSQL: "WITH agg2 AS (SELECT id FROM agg) SELECT id FROM agg2"}
	b.to(m)
}

func TestNamesOfAnotherKindAreRefused(t *testing.T) {
	b := newBench(t, nil)
	b.exec("CREATE TABLE " + b.db + ".T (id Int64) ENGINE = MergeTree ORDER BY id")
	b.exec("CREATE VIEW " + b.db + ".V AS SELECT 1 AS id")
	b.exec("CREATE MATERIALIZED VIEW " + b.db + ".M TO " + b.db + ".T AS SELECT id FROM " + b.db + ".T WHERE 0")
	elsewhere := "elsewhere"
	view := func(name string) func(*inframap.Map) {
		return func(m *inframap.Map) { m.Views[name] = &inframap.View{Name: name, SelectSQL: "SELECT 1 AS id"} }
	}
	materialized := func(name, target string, database *string) func(*inframap.Map) {
		return func(m *inframap.Map) {
			m.MaterializedViews[name] = &inframap.MaterializedView{Name: name, SelectSQL: "SELECT id FROM T", TargetTable: target, TargetDatabase: database}
		}
	}
	for want, change := range map[string]func(*inframap.Map){
		"T is declared as a view, and ClickHouse has a table":              view("T"),
		"M is declared as a view, and ClickHouse has a materialized view":  view("M"),
		"T is declared as a materialized view, and ClickHouse has a table": materialized("T", "D", nil),
		"V is declared as a materialized view, and ClickHouse has a view":  materialized("V", "T", nil),
		"V is declared as a table, and ClickHouse has a view":              func(m *inframap.Map) { m.Tables["V"] = plainTable("V", "id") },
		"X is declared as a table and as a view": func(m *inframap.Map) {
			m.Tables["X"] = plainTable("X", "id")
			view("X")(m)
		},
		`writes to the table "T" of the database "elsewhere"`: materialized("N", "T", &elsewhere),
		`view "Y" is declared in the database "elsewhere"`: func(m *inframap.Map) {
			m.Views["Y"] = &inframap.View{Name: "Y", Database: &elsewhere, SelectSQL: "SELECT 1"}
		},
		`materialized view "Z" is declared in the database "elsewhere"`: func(m *inframap.Map) {
			materialized("Z", "T", nil)(m)
			m.MaterializedViews["Z"].Database = &elsewhere
		},
	} {
		m := inframap.New(b.db)
		change(m)
		_, err := planner.Make(t.Context(), b.client, planner.Input{Desired: m})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
