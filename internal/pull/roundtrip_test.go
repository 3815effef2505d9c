package pull_test

import (
	"context"
	_ "embed"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	driver "github.com/ClickHouse/clickhouse-go/v2"

	"github.com/moose-migrate/moose-migrate/internal/pull"
	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/codegen"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/loader"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
)

//go:embed testdata/tables.sql
var tables string

// onlyIn are tables that moose-lib can declare in one language only.
var onlyIn = map[codegen.Language]string{
	codegen.TypeScript: "CREATE TABLE optional_fields (`id` String, `t` Tuple(a Nullable(Int8), b String)) ENGINE = MergeTree ORDER BY id",
	codegen.Python: "CREATE TABLE python_only (`id` Int128, `u` Nullable(UInt256), `quo\"te` String, `e` Enum8('a' = 1) CODEC(ZSTD(1)), `m` Map(DateTime('UTC'), String), " +
		"`last` SimpleAggregateFunction(anyLast, Nullable(String)), `t` Tuple(a Int8) CODEC(ZSTD(1))) ENGINE = MergeTree ORDER BY id",
}

// TestRoundTrip pulls rich tables from the real engine, loads what was written with
// the real moose-lib, and demands that a plan finds nothing to do.
func TestRoundTrip(t *testing.T) {
	for language, sample := range map[codegen.Language]string{codegen.TypeScript: "small-ts", codegen.Python: "small-py"} {
		t.Run(sample, func(t *testing.T) { roundTrip(t, language, sample) })
	}
}

func roundTrip(t *testing.T, language codegen.Language, sample string) {
	ch := testparts.ClickHouse(t)
	db := testparts.Database(t, ch)
	client := connect(t, ch.NativeURL(db))
	for statement := range strings.SplitSeq(tables+onlyIn[language], ";\n") {
		run(t, client, strings.ReplaceAll(statement, "$DB", db))
	}
	t.Cleanup(func() { run(t, client, "DROP DATABASE `"+db+"-other`") })
	in := pull.Input{Desired: inframap.New(db), Databases: []string{db + "-other"}, Language: language, File: "app/externalModels.ts"}
	project, main, what := testparts.TypeScriptProject, "index.ts", loader.LanguageTypeScript
	if language == codegen.Python {
		in.File = "app/external_models.py"
		project, main, what = testparts.PythonProject, "main.py", loader.LanguagePython
	}
	p := project(t, sample)
	file := filepath.Join(p.Dir, in.File)
	pulled := collect(t, client, in)
	if err := pull.Write(file, pulled.Source()); err != nil {
		t.Fatal(err)
	}
	keep(t, file)
	for _, n := range pulled.Notes {
		if language == codegen.Python || n.Subject != "column apo's" {
			t.Errorf("a note: %s", n)
		}
	}
	golden := copyGolden(t, p, language)
	var lines string
	for _, f := range []string{file, golden} {
		lines += pull.Import(filepath.Join(p.Dir, "app"), f, language) + "\n"
	}
	if err := os.WriteFile(filepath.Join(p.Dir, "app", main), []byte(lines), 0o644); err != nil {
		t.Fatal(err)
	}
	loaded, err := loader.Load(t.Context(), loader.Options{
		Project: loader.Project{Root: p.Dir, Language: what, DefaultDatabase: db}, Environ: p.Environ, Stderr: t.Output(),
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, pulled.Source())
	}
	dropGolden(t, loaded.Map, pulled)
	demandNothingToDo(t, client, loaded.Map, in)
	in.Desired = loaded.Map
	if again := collect(t, client, in); again.Source() != pulled.Source() {
		t.Errorf("a second pull writes something else:\n%s", again.Source())
	}
}

// copyGolden copies the golden file of pkg/codegen into the project: moose-lib must
// take also what this engine cannot hold.
func copyGolden(t *testing.T, p testparts.Project, l codegen.Language) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(testparts.Root(t), "pkg", "codegen", "testdata", "tables"+pull.Extension(l)))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(p.Dir, "app", "golden"+pull.Extension(l))
	if err := os.WriteFile(file, source, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// dropGolden takes the tables of the golden file out of the map again.
func dropGolden(t *testing.T, m *inframap.Map, pulled *pull.Result) {
	t.Helper()
	ours := map[string]bool{}
	for _, d := range pulled.Tables {
		ours[d.Map.ID(m.DefaultDatabase)] = true
	}
	var engines []string
	for _, id := range inframap.Keys(m.Tables) {
		if !ours[id] {
			engines = append(engines, m.Tables[id].Engine.Name)
			delete(m.Tables, id)
		}
	}
	slices.Sort(engines)
	if want := "Buffer Distributed IcebergS3 Kafka MergeTree ReplicatedReplacingMergeTree ReplicatedSummingMergeTree S3 S3Queue"; strings.Join(engines, " ") != want {
		t.Errorf("the golden file declares %v, want %s", engines, want)
	}
}

// demandNothingToDo allows the one difference that a note tells, and no other.
func demandNothingToDo(t *testing.T, client *clickhouse.Client, m *inframap.Map, in pull.Input) {
	t.Helper()
	outcome, err := planner.Make(t.Context(), client, planner.Input{Desired: m, Databases: in.Databases})
	if err != nil {
		t.Fatal(err)
	}
	if len(outcome.Status.Unmanaged) > 0 {
		t.Errorf("the code does not know %v", outcome.Status.Unmanaged)
	}
	for _, c := range outcome.Result.Changes {
		t.Errorf("change of %s: %+v", c.Name, c.Why)
	}
	for _, c := range outcome.Result.Invalid {
		t.Errorf("invalid: %+v", c)
	}
	for _, b := range outcome.Result.Blocked {
		if !expected(b.Change, in.Language) {
			t.Errorf("blocked change of %s: %+v", b.Change.Name, b.Change.Why)
		}
	}
}

// expected is the comment that TypeScript cannot declare.
func expected(c diff.Change, l codegen.Language) bool {
	return c.Name == "date" && l == codegen.TypeScript && len(c.Why) == 1 && c.Why[0].Name == "column apo's"
}

func connect(t *testing.T, url string) *clickhouse.Client {
	t.Helper()
	target, err := dsn.ParseClickHouse(url)
	if err != nil {
		t.Fatal(err)
	}
	client, err := clickhouse.Open(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func run(t *testing.T, client *clickhouse.Client, statement string) {
	t.Helper()
	if strings.TrimSpace(statement) == "" {
		return
	}
	ctx := driver.Context(context.Background(), driver.WithSettings(driver.Settings{"allow_suspicious_low_cardinality_types": 1}))
	if err := client.Conn().Exec(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func collect(t *testing.T, client *clickhouse.Client, in pull.Input) *pull.Result {
	t.Helper()
	r, err := pull.Collect(t.Context(), client, in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// keep copies the file into the folder that MOOSE_KEEP names, to be looked at.
func keep(t *testing.T, file string) {
	t.Helper()
	dir := os.Getenv("MOOSE_KEEP")
	if dir == "" {
		return
	}
	data, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, filepath.Base(file)), data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
