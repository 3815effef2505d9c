package codegen_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/codegen"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

var extensions = map[codegen.Language]string{codegen.TypeScript: "ts", codegen.Python: "py"}

func name(object string) schema.Name { return schema.Name{Database: "shop", Object: object} }

func column(name, typ string) schema.Column { return schema.Column{Name: name, Type: typ} }

// golden compares with a file below testdata; MOOSE_UPDATE=1 writes it anew.
func golden(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if os.Getenv("MOOSE_UPDATE") == "1" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: %s", path, diff)
	}
}

func mergeTree(object string, key []string, columns ...schema.Column) *schema.Table {
	return &schema.Table{
		Name: name(object), Engine: schema.Engine{Name: "MergeTree"}, OrderBy: key, PrimaryKey: key, Columns: columns,
		Settings: map[string]string{"index_granularity": "8192"},
	}
}

// examples have what moose-lib can declare and what it cannot.
func examples() []codegen.Table {
	orders := mergeTree("orders", []string{"id", "placed"},
		column("id", "UUID"),
		schema.Column{Name: "placed", Type: "DateTime('UTC')", DefaultKind: "DEFAULT", DefaultExpr: "now()", Codec: "Delta(4), ZSTD(1)"},
		schema.Column{Name: "status", Type: "LowCardinality(String)", Comment: "open, paid or \"gone\""},
		schema.Column{Name: "note", Type: "Nullable(String)", TTL: "placed + toIntervalDay(7)"},
		column("local", "DateTime('Europe/Berlin')"),
		column("amount", "Decimal(12, 2)"),
		column("lines", "Array(Tuple(sku String, n UInt32))"),
		schema.Column{Name: "kind", Type: "Enum8('new' = 1, 'second hand' = 2)", DefaultKind: "DEFAULT", DefaultExpr: "'new'"},
		schema.Column{Name: "day", Type: "Date", DefaultKind: "MATERIALIZED", DefaultExpr: "toDate(placed)", Statistics: "tdigest"},
		column("anything", "Variant(Int8, String)"),
		schema.Column{Name: "gone", Type: "String", DefaultKind: "EPHEMERAL"},
	)
	orders.PartitionBy, orders.TTL, orders.Comment = "toYYYYMM(placed)", "placed + toIntervalYear(1)", "All orders"
	orders.Settings["min_bytes_for_wide_part"] = "0"
	orders.Indexes = []schema.Index{{Name: "by_status", Expr: "status", Type: "set(10)", Granularity: 2}}
	orders.Projections = []schema.Projection{{Name: "days", Body: "SELECT day, count() GROUP BY day"}, {Name: "indexed"}}
	orders.Constraints = []schema.Constraint{{Name: "positive", Type: "CHECK", Expr: "amount > 0"}}
	version, cluster, limit, description := "1.2", "main", int64(10), "What happened"
	return []codegen.Table{
		{Schema: &schema.Table{
			Name: schema.Name{Database: "archive", Object: "old-orders"}, Columns: []schema.Column{column("id", "UInt64")},
			Engine: schema.Engine{Name: "S3", Args: []string{"'https://h/x'", "'Parquet'"}, Credentials: []string{"access_key_id", "secret_access_key", "session_token"}},
		}},
		{Schema: orders},
		{
			Schema: &schema.Table{
				Name: name("events_1_2"), Columns: []schema.Column{column("id", "String"), column("v", "UInt64")}, OrderBy: []string{"id"}, PrimaryKey: []string{"id"},
				Engine: schema.Engine{Name: "ReplicatedReplacingMergeTree", Args: []string{"'/path'", "'{replica}'", "v"}},
			},
			Declared: &inframap.Table{
				Name: "events_1_2", Version: &version, LifeCycle: inframap.DeletionProtected, ClusterName: &cluster,
				SourcePrimitive: inframap.Primitive{Name: "events"}, SeedFilter: &inframap.SeedFilter{Limit: &limit},
				Metadata: &inframap.Metadata{Description: &description},
			},
		},
		{Schema: &schema.Table{
			Name: name("queue"), Columns: []schema.Column{column("m", "String")},
			Engine:   schema.Engine{Name: "Kafka", Args: []string{"'kafka:9092'", "'topic'", "'group'", "'JSONEachRow'"}},
			Settings: map[string]string{"kafka_sasl_password": inframap.Hidden, "kafka_num_consumers": "2"},
		}},
		{Schema: foreign("spread", schema.Engine{Name: "Distributed", Args: []string{"'main'", "'shop'", "'orders'", "cityHash64(m)", "'policy'"}})},
		{Schema: foreign("lake", schema.Engine{Name: "IcebergS3", Args: []string{"'https://h/lake/'", "'Parquet'"}})},
		{Schema: foreign("files", schema.Engine{Name: "S3Queue", Args: []string{"'https://h/*'", "'CSV'", "'gzip'"}, Credentials: []string{"headers"}}), Declared: &inframap.Table{}},
		{Schema: foreign("spool", schema.Engine{Name: "Buffer", Args: []string{"'shop'", "'orders'", "1", "2", "3", "4", "5", "6", "7", "8"}})},
		{Schema: foreign("replicated", schema.Engine{Name: "ReplicatedSummingMergeTree", Args: []string{"'/p'", "'r'", "m"}})},
		{Schema: &schema.Table{Name: name("remote"), Columns: []schema.Column{column("m", "String")}, Engine: schema.Engine{Name: "MySQL", Args: []string{"'h'", "'p4ssw0rd'"}}}},
	}
}

// foreign is a table of another engine, with a setting.
func foreign(object string, e schema.Engine) *schema.Table {
	t := &schema.Table{Name: name(object), Columns: []schema.Column{column("m", "String")}, Engine: e}
	if e.Name == "S3Queue" {
		t.Settings = map[string]string{"mode": "ordered", "keeper_path": "/k"}
	}
	return t
}

func TestGoldenFiles(t *testing.T) {
	for language, extension := range extensions {
		d := codegen.Declare(examples(), codegen.Options{Language: language, DefaultDatabase: "shop"})
		golden(t, "tables."+extension, d.Source())
		var notes strings.Builder
		for _, n := range d.Notes {
			notes.WriteString(n.String() + "\n")
		}
		golden(t, "notes-"+extension+".txt", notes.String())
		golden(t, "snippet."+extension, codegen.Declare(examples()[1:2], codegen.Options{Language: language, DefaultDatabase: "shop"}).Snippet())
		if strings.Contains(d.Source()+notes.String(), "p4ssw0rd") {
			t.Errorf("an argument of an unknown engine is shown:\n%s", d.Source())
		}
	}
}

func TestTheOrderOfTheTablesHasNoMeaning(t *testing.T) {
	for language := range extensions {
		o := codegen.Options{Language: language, DefaultDatabase: "shop"}
		want := codegen.Declare(examples(), o).Source()
		turned := examples()
		for i, j := 0, len(turned)-1; i < j; i, j = i+1, j-1 {
			turned[i], turned[j] = turned[j], turned[i]
		}
		if diff := cmp.Diff(want, codegen.Declare(turned, o).Source()); diff != "" {
			t.Error(diff)
		}
	}
}

func TestOneNameInTwoDatabases(t *testing.T) {
	other := mergeTree("orders", nil, column("id", "String"))
	other.Name.Database = "archive"
	d := codegen.Declare([]codegen.Table{{Schema: other}, {Schema: mergeTree("orders", nil, column("id", "String"))}, {Schema: mergeTree("mine", nil, column("id", "String"))}},
		codegen.Options{DefaultDatabase: "shop", Taken: []string{"mine"}})
	if len(d.Tables) != 1 || d.Tables[0].Name != name("orders") {
		t.Errorf("declared: %v", d.Tables)
	}
	if got := d.LeftOut(); len(got) != 2 || !strings.Contains(d.Source(), "NOT IN THIS FILE: table archive.orders") {
		t.Errorf("left out %v:\n%s", got, d.Source())
	}
}

func TestNothingToDeclare(t *testing.T) {
	for language := range extensions {
		if got := codegen.Declare(nil, codegen.Options{Language: language}).Source(); !strings.HasPrefix(got, codegen.Header(language)+"\n") {
			t.Errorf("got %q", got)
		}
	}
}

// TestWhatCannotBeDeclared: each column is left out with a reason, or declared.
func TestWhatCannotBeDeclared(t *testing.T) {
	for typ, reasons := range map[string][2]string{ // TypeScript, Python
		"Int256":                                         {"no declaration for the type Int256", ""},
		"Time":                                           {"no declaration for the type Time", "no declaration for the type Time"},
		"Dynamic":                                        {"Dynamic", "Dynamic"},
		"Map(String, Nullable(Int8))":                    {"Nullable", "Nullable"},
		"Map(LowCardinality(String), Int8)":              {"LowCardinality", "LowCardinality"},
		"Map(DateTime('UTC'), Int8)":                     {"only be a text or a number", ""},
		"Array(LowCardinality(String))":                  {"LowCardinality", "LowCardinality"},
		"Tuple(Int8, String)":                            {"Tuple", "Tuple"},
		"Tuple(a Nullable(Int8))":                        {"", "Nullable"},
		"Tuple(`x\"y` Int8)":                             {`field "x\"y"`, ""},
		"Nested(`x\"y` Int8)":                            {`field "x\"y"`, ""},
		"JSON(`a\"b` Int8)":                              {`field "a\"b"`, ""},
		"JSON(a Nullable(Int8))":                         {"Nullable", "Nullable"},
		"Enum8('1' = 5)":                                 {"enum", ""},
		"Enum8('mro' = 5)":                               {"", "enum"},
		"AggregateFunction(sum, Nullable(Int8))":         {"Nullable", "Nullable"},
		"AggregateFunction(1, sumMap, Array(Int8))":      {"AggregateFunction", "AggregateFunction"},
		"SimpleAggregateFunction(any, Nullable(String))": {"Nullable", ""},
		"SimpleAggregateFunction(any, Variant(Int8))":    {"Variant", "Variant"},
	} {
		for language, reason := range map[codegen.Language]string{codegen.TypeScript: reasons[0], codegen.Python: reasons[1]} {
			d := codegen.Declare([]codegen.Table{{Schema: mergeTree("t", nil, column("id", "String"), column("c", typ))}}, codegen.Options{Language: language})
			declared := len(d.Tables[0].Map.Columns) == 2
			if declared != (reason == "") || !declared && !strings.Contains(d.Notes[0].Text, reason) {
				t.Errorf("%s in %s: declared %v, notes %v", typ, extensions[language], declared, d.Notes)
			}
		}
	}
}

func TestAColumnThatTheEngineNeeds(t *testing.T) {
	table := mergeTree("t", []string{"id"}, column("id", "String"), column("ver", "Int256"))
	table.Engine = schema.Engine{Name: "ReplacingMergeTree", Args: []string{"ver"}}
	d := codegen.Declare([]codegen.Table{{Schema: table}}, codegen.Options{})
	if len(d.Tables) != 0 || len(d.Notes) != 1 || !strings.Contains(d.Notes[0].Text, "its engine needs the column ver") {
		t.Errorf("%v", d.Notes)
	}
}

func TestNotesFromElsewhere(t *testing.T) {
	d := codegen.Declare(examples()[1:2], codegen.Options{DefaultDatabase: "shop"})
	before := len(d.Notes)
	d.Note(codegen.Note{Table: name("orders"), Subject: "column local", Text: "again"})
	d.Note(codegen.Note{Table: name("orders"), Subject: "TTL", Text: "differs"})
	if len(d.Notes) != before+1 || !strings.Contains(d.Source(), "NOT AS IN CLICKHOUSE: TTL: differs") {
		t.Errorf("%v", d.Notes)
	}
	d.Refuse(name("orders"), "no")
	if len(d.Tables) != 0 || len(d.Notes) != 1 {
		t.Errorf("after Refuse: %v", d.Notes)
	}
}
