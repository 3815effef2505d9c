package reverse_test

import (
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/reverse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// TestTypesComeBackAsTheyWere: the declaration of a column gives its type again.
func TestTypesComeBackAsTheyWere(t *testing.T) {
	for server, want := range map[string]string{
		"String": "String", "Nullable(Int8)": "Nullable(Int8)", "Bool": "Bool", "Date": "Date", "Date32": "Date32",
		"DateTime('UTC')": "DateTime('UTC')", "DateTime('Europe/Berlin')": "DateTime('Europe/Berlin')",
		"DateTime64(3)": "DateTime64(3)", "DateTime64(3, 'Asia/Tokyo')": "DateTime64(3, 'Asia/Tokyo')",
		"LowCardinality(Nullable(String))":                                      "LowCardinality(Nullable(String))",
		"Array(Nullable(String))":                                               "Array(Nullable(String))",
		"Array(LowCardinality(String))":                                         "Array(LowCardinality(String))",
		"Map(String, Nullable(Int32))":                                          "Map(String, Nullable(Int32))",
		"Tuple(a Int8, b Nullable(String))":                                     "Tuple(`a` Int8, `b` Nullable(String))",
		"Tuple(Int8, String)":                                                   "Tuple(Int8, String)",
		"Nested(a String, b Nullable(Int8))":                                    "Nested(`a` String, `b` Nullable(Int8))",
		"Enum8('x' = 1, 'y\\'s' = 2)":                                           "Enum('x' = 1, 'y\\'s' = 2)",
		"JSON(max_dynamic_paths=8, `a.b` String, SKIP `c.d`, SKIP REGEXP '^e')": "JSON(max_dynamic_paths=8, `a`.`b` String, SKIP `c`.`d`, SKIP REGEXP '^e')",
		"AggregateFunction(uniq, UInt64)":                                       "AggregateFunction(uniq, UInt64)",
		"Variant(Int8, String)":                                                 "Variant(Int8, String)",
	} {
		c := reverse.Column(&schema.Column{Name: "c", Type: server}, false)
		if got, err := ddl.ColumnType(&c); err != nil || got != want {
			t.Errorf("%s: got %q (%v), want %q", server, got, err, want)
		}
	}
}

func TestWhatTheServerCannotKnowComesFromTheRecord(t *testing.T) {
	s := &schema.Table{
		Name: schema.Name{Database: "db", Object: "T"}, Engine: schema.Engine{Name: "ReplacingMergeTree", Args: []string{"ver"}},
		Columns: []schema.Column{{Name: "id", Type: "String"}, {Name: "ver", Type: "UInt8"}}, OrderBy: []string{"id", "ver"}, PrimaryKey: []string{"id"},
	}
	adopted := reverse.Table(s, "db", nil)
	if adopted.LifeCycle != inframap.ExternallyManaged || !adopted.Columns[0].PrimaryKey || adopted.Columns[1].PrimaryKey || adopted.Database != nil {
		t.Errorf("adopted: %+v", adopted)
	}
	if got := adopted.Engine.String("ver"); got != "ver" {
		t.Errorf("the engine's argument is %q", got)
	}
	cluster := "main"
	like := reverse.Table(s, "other", &inframap.Table{LifeCycle: inframap.DeletionProtected, ClusterName: &cluster})
	if like.LifeCycle != inframap.DeletionProtected || like.ClusterName != &cluster {
		t.Errorf("like the record: %+v", like)
	}
}

// TestListsKeepTheirBrackets: without them ClickHouse does not take the statement again.
func TestListsKeepTheirBrackets(t *testing.T) {
	s := &schema.Table{
		Name: schema.Name{Object: "T"}, Engine: schema.Engine{Name: "MergeTree"}, Columns: []schema.Column{{Name: "id", Type: "String"}},
		PartitionBy: "toYYYYMM(at), id", Indexes: []schema.Index{{Name: "i", Expr: "id, f(a, b)", Type: "minmax"}, {Name: "j", Expr: "f(a, b)", Type: "minmax"}},
	}
	got := reverse.Table(s, "", nil)
	if *got.PartitionBy != "(toYYYYMM(at), id)" || got.Indexes[0].Expression != "(id, f(a, b))" || got.Indexes[1].Expression != "f(a, b)" {
		t.Errorf("%s, %+v", *got.PartitionBy, got.Indexes)
	}
}
