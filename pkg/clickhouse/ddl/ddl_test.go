package ddl_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

func ptr[T any](v T) *T { return &v }

func simple(name string) inframap.ColumnType { return inframap.SimpleType(name) }

func annotated(t *testing.T, name string, value any, c inframap.Column) inframap.Column {
	t.Helper()
	a, err := inframap.NewAnnotation(name, value)
	if err != nil {
		t.Fatal(err)
	}
	c.Annotations = append(c.Annotations, a)
	return c
}

func TestColumnType(t *testing.T) {
	low := func(c inframap.Column) inframap.Column {
		return annotated(t, inframap.AnnotationLowCardinality, true, c)
	}
	str := ptr("active")
	for want, c := range map[string]inframap.Column{
		"String":                           {DataType: simple("String"), Required: true},
		"Nullable(String)":                 {DataType: simple("String")},
		"LowCardinality(String)":           low(inframap.Column{DataType: simple("String"), Required: true}),
		"LowCardinality(Nullable(String))": low(inframap.Column{DataType: simple("String")}),
		"Date32":                           {DataType: simple("Date"), Required: true},
		"Date":                             {DataType: simple("Date16"), Required: true},
		"DateTime('UTC')":                  {DataType: simple("DateTime"), Required: true},
		"DateTime64(3)":                    {DataType: simple("DateTime(3)"), Required: true},
		"Bool":                             {DataType: simple("Boolean"), Required: true},
		"Decimal(10, 2)":                   {DataType: simple("Decimal(10, 2)"), Required: true},
		"Point":                            {DataType: simple("Point")},
		"Enum('active')":                   {DataType: inframap.ColumnType{Enum: &inframap.EnumType{Name: "S", Values: []inframap.EnumMember{{Name: "Active", Value: inframap.EnumValue{String: str}}}}}, Required: true},
		`Enum('it\'s' = -1)`:               {DataType: inframap.ColumnType{Enum: &inframap.EnumType{Name: "S", Values: []inframap.EnumMember{{Name: "it's", Value: inframap.EnumValue{Int: ptr(int64(-1))}}}}}, Required: true},
		"Array(Nullable(Int32))":           {DataType: inframap.ColumnType{Array: &inframap.ArrayType{Element: simple("Int32"), ElementNullable: true}}},
		"Map(String, Float64)":             {DataType: inframap.ColumnType{Map: &inframap.MapType{Key: simple("String"), Value: simple("Float64")}}},
		"Tuple(`x` Float64, `y` Nullable(Float64))": {DataType: inframap.ColumnType{Tuple: &inframap.TupleType{Fields: []inframap.TupleField{
			{Name: "x", Type: simple("Float64")}, {Name: "y", Type: inframap.ColumnType{Nullable: ptr(simple("Float64"))}},
		}}}},
		"Nested(`a` String, `b` Nullable(Int8))": {DataType: inframap.ColumnType{Nested: &inframap.NestedType{Columns: []inframap.Column{
			{Name: "a", DataType: simple("String"), Required: true}, {Name: "b", DataType: simple("Int8")},
		}}}},
		"JSON": {DataType: inframap.ColumnType{JSON: &inframap.JSONType{}}, Required: true},
		"JSON(max_dynamic_paths=8, `a`.`b` String, SKIP `c`, SKIP REGEXP '^d')": {DataType: inframap.ColumnType{JSON: &inframap.JSONType{
			MaxDynamicPaths: ptr(uint64(8)), TypedPaths: []inframap.TupleField{{Name: "a.b", Type: simple("String")}}, SkipPaths: []string{"c"}, SkipRegexps: []string{"^d"},
		}}, Required: true},
		"AggregateFunction(avg, Float64)": annotated(t, inframap.AnnotationAggregate, map[string]any{"functionName": "avg", "argumentTypes": []string{"Float64"}},
			inframap.Column{DataType: simple("Float64"), Required: true}),
		"SimpleAggregateFunction(sum, Nullable(Float64))": annotated(t, inframap.AnnotationSimpleAggregate, map[string]any{"functionName": "sum", "argumentType": "Float64"},
			inframap.Column{DataType: simple("Float64")}),
	} {
		got, err := ddl.ColumnType(&c)
		if err != nil || got != want {
			t.Errorf("got %q (%v), want %q", got, err, want)
		}
	}
}

func TestWhatCannotBeDeclaredIsRefused(t *testing.T) {
	column := func(c inframap.Column) *inframap.Table {
		return &inframap.Table{Name: "T", Engine: inframap.Engine{Name: "MergeTree"}, Columns: []inframap.Column{c}}
	}
	replicated := inframap.NewEngine("ReplicatedMergeTree")
	_ = replicated.Set("keeper_path", "/x")
	for want, table := range map[string]*inframap.Table{
		"no type for Bytes":                    column(inframap.Column{Name: "a", DataType: simple("Bytes")}),
		"the type is missing":                  column(inframap.Column{Name: "a"}),
		"has both DEFAULT and ALIAS":           column(inframap.Column{Name: "a", DataType: simple("String"), Default: ptr("1"), Alias: ptr("2")}),
		"empty name":                           column(inframap.Column{DataType: simple("String")}),
		"no members":                           column(inframap.Column{Name: "a", DataType: inframap.ColumnType{Enum: &inframap.EnumType{}}}),
		"no columns":                           {Name: "T", Engine: inframap.Engine{Name: "MergeTree"}},
		"has 300 bytes":                        {Name: strings.Repeat("é", 150)},
		"both keeperPath and replicaName":      {Name: "T", Engine: replicated, Columns: []inframap.Column{{Name: "a", DataType: simple("String")}}},
		"engine Buffer: num_layers is missing": {Name: "T", Engine: inframap.NewEngine("Buffer"), Columns: []inframap.Column{{Name: "a", DataType: simple("String")}}},
	} {
		if _, err := ddl.CreateTable(table, "db"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestStatementsOfAlterations(t *testing.T) {
	on := plan.OnTable{Table: "T", ClusterName: ptr("main")}
	before := inframap.Column{Name: "c", DataType: simple("Int32"), Required: true, Default: ptr("1"), TTL: ptr("at + 1"), Codec: ptr("ZSTD"), Comment: ptr("old")}
	after := inframap.Column{Name: "c", DataType: simple("Int64"), Required: true, Materialized: ptr("2")}
	comment := before
	comment.Comment = ptr("it's new")
	for name, c := range map[string]struct {
		op   plan.Operation
		want []string
	}{
		"everything goes": {&plan.ModifyTableColumnOp{OnTable: on, Before: before, After: after}, []string{
			"ALTER TABLE `db`.`T` ON CLUSTER `main` MODIFY COLUMN `c` REMOVE DEFAULT",
			"ALTER TABLE `db`.`T` ON CLUSTER `main` MODIFY COLUMN `c` REMOVE TTL",
			"ALTER TABLE `db`.`T` ON CLUSTER `main` MODIFY COLUMN `c` REMOVE CODEC",
			"ALTER TABLE `db`.`T` ON CLUSTER `main` COMMENT COLUMN IF EXISTS `c` ''",
			"ALTER TABLE `db`.`T` ON CLUSTER `main` MODIFY COLUMN IF EXISTS `c` Int64 MATERIALIZED 2",
		}},
		"a comment alone": {&plan.ModifyTableColumnOp{OnTable: on, Before: before, After: comment}, []string{
			`ALTER TABLE ` + "`db`.`T` ON CLUSTER `main` COMMENT COLUMN IF EXISTS `c` 'it\\'s new'",
		}},
		"settings": {&plan.ModifyTableSettingsOp{OnTable: on, Before: &map[string]string{"a": "1", "b": "2"}, After: &map[string]string{"a": "1", "c": "x"}}, []string{
			"ALTER TABLE `db`.`T` ON CLUSTER `main` MODIFY SETTING c = 'x'",
			"ALTER TABLE `db`.`T` ON CLUSTER `main` RESET SETTING b",
		}},
		"first column": {&plan.AddTableColumnOp{OnTable: on, Column: after}, []string{"ALTER TABLE `db`.`T` ON CLUSTER `main` ADD COLUMN `c` Int64 MATERIALIZED 2 FIRST"}},
		"drop":         {&plan.DropTableOp{OnTable: on}, []string{"DROP TABLE IF EXISTS `db`.`T` ON CLUSTER `main` SYNC"}},
		"raw":          {&plan.RawSQLOp{SQL: []string{" SELECT 1; ", "", ";"}}, []string{"SELECT 1"}},
		"sample by":    {&plan.ModifySampleByOp{OnTable: on, Expression: "x"}, []string{"ALTER TABLE `db`.`T` ON CLUSTER `main` MODIFY SAMPLE BY x"}},
		"no sample by": {&plan.RemoveSampleByOp{OnTable: on}, []string{"ALTER TABLE `db`.`T` ON CLUSTER `main` REMOVE SAMPLE BY"}},
	} {
		got, err := ddl.Statements(c.op, "db")
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
}

func TestEngines(t *testing.T) {
	make := func(name string, params map[string]any) inframap.Engine {
		e := inframap.NewEngine(name)
		for k, v := range params {
			if err := e.Set(k, v); err != nil {
				t.Fatal(err)
			}
		}
		return e
	}
	for want, e := range map[string]inframap.Engine{
		"MergeTree":                        {Name: "MergeTree"},
		"ReplacingMergeTree(`ts`, `gone`)": make("ReplacingMergeTree", map[string]any{"ver": "ts", "is_deleted": "gone"}),
		"ReplicatedReplacingMergeTree('/p', '{r}', `ts`)": make("ReplicatedReplacingMergeTree", map[string]any{"ver": "ts", "keeper_path": "/p", "replica_name": "{r}"}),
		"SummingMergeTree((`a`, `b`))":                    make("SummingMergeTree", map[string]any{"columns": []string{"a", "b"}}),
		"VersionedCollapsingMergeTree(`s`, `v`)":          make("VersionedCollapsingMergeTree", map[string]any{"sign": "s", "version": "v"}),
		"S3Queue('s3://b', NOSIGN, 'CSV')":                make("S3Queue", map[string]any{"s3_path": "s3://b", "format": "CSV"}),
		"S3('s3://b', 'k', 's', 'CSV', 'gzip')":           make("S3", map[string]any{"path": "s3://b", "format": "CSV", "aws_access_key_id": "k", "aws_secret_access_key": "s", "compression": "gzip"}),
		"Distributed('c', 'd', 't', rand())":              make("Distributed", map[string]any{"cluster": "c", "target_database": "d", "target_table": "t", "sharding_key": "rand()"}),
		"Kafka('b', 't', 'g', 'JSONEachRow')":             make("Kafka", map[string]any{"broker_list": "b", "topic_list": "t", "group_name": "g", "format": "JSONEachRow"}),
		"Merge(currentDatabase(), '^a')":                  make("Merge", map[string]any{"source_database": "currentDatabase()", "tables_regexp": "^a"}),
		"Memory":                                          {Name: "Memory"},
	} {
		if got, err := ddl.Engine(e); err != nil || got != want {
			t.Errorf("got %q (%v), want %q", got, err, want)
		}
	}
}

func TestEnumNamesSurviveInTheComment(t *testing.T) {
	e := &inframap.EnumType{Name: "Status", Values: []inframap.EnumMember{
		{Name: "Active", Value: inframap.EnumValue{String: ptr("active")}}, {Name: "Low", Value: inframap.EnumValue{Int: ptr(int64(1))}},
	}}
	c := inframap.Column{Name: "s", DataType: inframap.ColumnType{Enum: e}, Comment: ptr("of the order")}
	stored := ddl.Comment(&c)
	want := `of the order [MOOSE_METADATA:DO_NOT_MODIFY] {"version":1,"enum":{"name":"Status","members":[{"name":"Active","value":"active"},{"name":"Low","value":1}]}}`
	if stored != want {
		t.Errorf("got %s", stored)
	}
	if diff := cmp.Diff(e, ddl.EnumFromComment(stored)); diff != "" {
		t.Error(diff)
	}
	if got := ddl.UserComment(stored); got != "of the order" {
		t.Errorf("user comment %q", got)
	}
	if ddl.EnumFromComment("plain") != nil || ddl.EnumFromComment("[MOOSE_METADATA:DO_NOT_MODIFY] {") != nil {
		t.Error("an enum was read where there is none")
	}
}
