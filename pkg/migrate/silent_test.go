package migrate_test

import (
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/reverse"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// silent are tables made by hand and declarations that mean the same.
var silent = map[string]struct {
	sql     string
	declare func(*inframap.Table)
}{
	"defaults of every spelling": {
		"(id String, a Float64 DEFAULT 0.0, b DateTime('UTC') DEFAULT now(), c String DEFAULT concat('a', 'b'), d Array(String) DEFAULT [], e UInt8 DEFAULT 1 + 1) ENGINE = MergeTree ORDER BY id",
		func(t *inframap.Table) {
			for _, c := range []struct{ name, typ, expr string }{{"a", "Float64", "0."}, {"b", "DateTime", "NOW()"}, {"c", "String", "CONCAT('a','b')"}, {"e", "UInt8", "1+1"}} {
				col := column(c.name, c.typ, true)
				col.Default = ptr(c.expr)
				t.Columns = append(t.Columns, col)
			}
			t.Columns = append(t.Columns, inframap.Column{
				Name: "d", Required: true, Default: ptr("[]"),
				DataType: inframap.ColumnType{Array: &inframap.ArrayType{Element: inframap.SimpleType("String")}},
			})
		},
	},
	"codecs with their defaults": {
		"(id String, a UInt64 CODEC(Delta(8), ZSTD(1)), b UInt16 CODEC(Delta(2), LZ4), c String CODEC(ZSTD(1))) ENGINE = MergeTree ORDER BY id",
		func(t *inframap.Table) {
			for _, c := range []struct{ name, typ, codec string }{{"a", "UInt64", "Delta, ZSTD"}, {"b", "UInt16", "Delta,LZ4"}, {"c", "String", "ZSTD"}} {
				col := column(c.name, c.typ, true)
				col.Codec = ptr(c.codec)
				t.Columns = append(t.Columns, col)
			}
		},
	},
	"a sorting key of one function": {
		"(id String, at DateTime('UTC')) ENGINE = MergeTree ORDER BY cityHash64(id, at)",
		func(t *inframap.Table) {
			t.Columns = append(t.Columns, column("at", "DateTime", true))
			t.OrderBy, t.PrimaryKeyExpression = inframap.OrderByExpression("cityHash64(id,at)"), nil
		},
	},
	"brackets around keys": {
		"(id String, n UInt32, at DateTime('UTC')) ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY (n, at) SAMPLE BY n PRIMARY KEY n TTL at + toIntervalDay(3)",
		func(t *inframap.Table) {
			t.Columns = append(t.Columns, column("n", "UInt32", true), column("at", "DateTime", true))
			t.Columns[1].PrimaryKey = true
			t.OrderBy, t.PartitionBy, t.TTL, t.SampleBy = inframap.OrderByExpression("n, at"), ptr("(toYYYYMM(at))"), ptr("at + INTERVAL 3 DAY DELETE"), ptr("(n)")
		},
	},
	"no order at all": {
		"(id String) ENGINE = MergeTree ORDER BY tuple()",
		func(t *inframap.Table) { t.OrderBy = inframap.OrderBy{} },
	},
	"a name that looks versioned": {
		"(id String) ENGINE = MergeTree ORDER BY id", func(t *inframap.Table) { t.Name = "sales_2024" },
	},
	"settings that are the default": {
		"(id String) ENGINE = MergeTree ORDER BY id",
		func(t *inframap.Table) {
			t.TableSettings = map[string]string{"index_granularity": "8192", "index_granularity_bytes": "10485760", "enable_mixed_granularity_parts": "1"}
		},
	},
	"types that come back under another name": {
		"(id String, a Enum8('x' = 1, 'y' = 2), b Decimal(9, 2), c Nullable(Date32), d LowCardinality(Nullable(String)), e DateTime64(6), f Bool, g Map(String, Array(Nullable(Int8)))) ENGINE = MergeTree ORDER BY id",
		func(t *inframap.Table) {
			low := column("d", "String", false)
			a, _ := inframap.NewAnnotation(inframap.AnnotationLowCardinality, true)
			low.Annotations = append(low.Annotations, a)
			t.Columns = append(t.Columns,
				inframap.Column{Name: "a", Required: true, DataType: inframap.ColumnType{Enum: &inframap.EnumType{Name: "XY", Values: []inframap.EnumMember{
					{Name: "X", Value: inframap.EnumValue{String: ptr("x")}}, {Name: "Y", Value: inframap.EnumValue{String: ptr("y")}},
				}}}},
				column("b", "Decimal32(2)", true), column("c", "Date", false), low, column("e", "DateTime(6)", true), column("f", "Boolean", true),
				inframap.Column{Name: "g", Required: true, DataType: inframap.ColumnType{Map: &inframap.MapType{
					Key:   inframap.SimpleType("String"),
					Value: inframap.ColumnType{Array: &inframap.ArrayType{Element: inframap.SimpleType("Int8"), ElementNullable: true}},
				}}})
		},
	},
	"types that Moose cannot declare": {
		"(id String, a AggregateFunction(uniq, UInt64), b Tuple(Int8, String), c DateTime('Europe/Berlin')) ENGINE = MergeTree ORDER BY id",
		func(t *inframap.Table) {
			agg := column("a", "UInt64", true)
			a, _ := inframap.NewAnnotation(inframap.AnnotationAggregate, map[string]any{"functionName": "uniq", "argumentTypes": []string{"UInt64"}})
			agg.Annotations = append(agg.Annotations, a)
			t.Columns = append(t.Columns, agg, column("b", "Tuple(Int8, String)", true), column("c", "DateTime('Europe/Berlin')", true))
		},
	},
	"indexes and projections": {
		"(id String, n Int32, INDEX i lower(id) TYPE bloom_filter(0.01) GRANULARITY 1, INDEX j (n) TYPE minmax GRANULARITY 3, PROJECTION p (SELECT n, sum(n) GROUP BY n)) ENGINE = MergeTree ORDER BY id",
		func(t *inframap.Table) {
			t.Columns = append(t.Columns, column("n", "Int32", true))
			t.Indexes = []inframap.Index{
				{Name: "j", Expression: "n", Type: "minmax", Granularity: 3},
				{Name: "i", Expression: "( LOWER(id) )", Type: "bloom_filter", Arguments: []string{"0.01"}, Granularity: 1},
			}
			t.Projections = []inframap.Projection{{Name: "p", Body: "select n,   SUM(n)\n group by n"}}
		},
	},
}

func TestMustStaySilent(t *testing.T) {
	for name, c := range silent {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, nil)
			table := &inframap.Table{
				Name: "T", Engine: inframap.Engine{Name: "MergeTree"}, OrderBy: inframap.OrderByColumns("id"),
				Columns: []inframap.Column{column("id", "String", true)}, LifeCycle: inframap.FullyManaged,
			}
			c.declare(table)
			b.exec("CREATE TABLE " + b.db + "." + table.Name + " " + c.sql)
			m := inframap.New(b.db)
			m.Tables[table.Name] = table
			out := b.plan(m)
			for _, change := range out.Result.Changes {
				t.Errorf("not silent: %s", strings.Join(migrate.Explain(change), "; "))
			}
			if len(out.Status.Adopted) != 1 {
				t.Errorf("the table was not recognised: %v", out.Status.Adopted)
			}
		})
	}
}

func TestSilentViews(t *testing.T) {
	b := newBench(t, nil)
	b.to(shop(b))
	b.exec("DROP VIEW " + b.db + ".Big")
	b.exec("CREATE VIEW " + b.db + ".Big AS SELECT id, `qty` FROM " + b.db + ".`Orders` WHERE qty>100")
	b.mustBeEmpty(shop(b))
}

// TestReverse declares what the server has and makes it again elsewhere: both are the same.
func TestReverse(t *testing.T) {
	b, copied := newBench(t, nil), newBench(t, nil)
	m := kitchenSink(b)
	m.Tables["local_Kitchen"].TableSettings["deduplicate_merge_projection_mode"] = "'rebuild'"
	b.to(m)
	for name, c := range silent {
		b.exec("CREATE TABLE " + b.db + ".`" + name + "` " + c.sql)
	}
	catalog, err := b.client.Introspect(t.Context(), []string{b.db})
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for name, table := range catalog.Tables {
		if name.Object == "_MOOSE_STATE" || table.Engine.Name == "Buffer" || table.Engine.Name == "Dictionary" {
			continue
		}
		sql, err := ddl.CreateTable(reverse.Table(table, b.db, nil), copied.db)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		copied.exec(sql)
		target := schema.Name{Database: copied.db, Object: name.Object}
		again, err := copied.client.IntrospectObjects(t.Context(), []schema.Name{target})
		if err != nil {
			t.Fatal(err)
		}
		for _, why := range diff.CompareTables(table, again.Tables[target], diff.Options{}) {
			t.Errorf("%s: %+v", name.Object, why)
		}
		compared++
	}
	if compared < len(silent)+3 {
		t.Errorf("only %d tables compared", compared)
	}
}
