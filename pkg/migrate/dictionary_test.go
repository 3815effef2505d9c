package migrate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/ddl"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
)

// products is a dictionary over the table Products.
func products() *inframap.Dictionary {
	return &inframap.Dictionary{
		Name: "D", PrimaryKey: []string{"id"}, LifeCycle: inframap.FullyManaged,
		Source: inframap.DictionarySource{Type: inframap.DictionaryFromTable, Table: "Products"},
		Columns: []inframap.DictionaryColumn{
			{Name: "id", TypeString: "UInt64"}, {Name: "name", TypeString: "String"}, {Name: "price", TypeString: "Float64"}, {Name: "parent", TypeString: "UInt64"},
		},
		Layout:   layout("HASHED", ""),
		Lifetime: inframap.DictionaryLifetime{Type: inframap.LifetimeSingle, Seconds: 300},
	}
}

func layout(kind, params string) inframap.DictionaryLayout {
	l := inframap.DictionaryLayout{Type: kind}
	if params != "" {
		l.UnknownJSON = jsontext.Value(params)
	}
	return l
}

func external(members string) func(*inframap.Dictionary) {
	return func(d *inframap.Dictionary) {
		d.Source = inframap.DictionarySource{Type: inframap.DictionaryFromExternal}
		if err := unmarshal(members, &d.Source.External); err != nil {
			panic(err)
		}
	}
}

// withDictionaries is a map with the table Products and the given dictionaries.
func withDictionaries(b *bench, dictionaries ...*inframap.Dictionary) *inframap.Map {
	b.t.Helper()
	m := inframap.New(b.db)
	m.Tables["Products"] = plainTable("Products", "id", "parent")
	m.Tables["Products"].Columns[0].DataType = inframap.SimpleType("UInt64")
	m.Tables["Products"].Columns = append(m.Tables["Products"].Columns, column("name", "String", true), column("price", "Float64", true))
	for _, d := range dictionaries {
		put(b, m, d)
	}
	return m
}

func put(b *bench, m *inframap.Map, d *inframap.Dictionary) {
	b.t.Helper()
	raw, err := d.Raw()
	if err != nil {
		b.t.Fatal(err)
	}
	m.Dictionaries[d.ID(b.db)] = raw
}

func with(change func(*inframap.Dictionary)) *inframap.Dictionary {
	d := products()
	if change != nil {
		change(d)
	}
	return d
}

func kinds(ops []plan.Operation) []plan.Kind {
	var out []plan.Kind
	for _, op := range ops {
		out = append(out, op.Kind())
	}
	return out
}

const attributes = "(id UInt64, name String, price Float64, parent UInt64) PRIMARY KEY id "

// silentDictionaries are dictionaries made by hand, and declarations that mean the same.
var silentDictionaries = map[string]struct {
	sql     string
	declare func(*inframap.Dictionary)
}{
	"a lifetime of one number":   {attributes + "SOURCE(CLICKHOUSE(TABLE 'Products')) LAYOUT(HASHED()) LIFETIME(MIN 0 MAX 300)", nil},
	"lower case and other order": {"(id UInt64, name String, price Float64, parent UInt64) primary key id layout(hashed()) lifetime(300) source(clickhouse(db 'DB' table 'Products'))", nil},
	"bare names":                 {attributes + "SOURCE(CLICKHOUSE(TABLE Products DB DB)) LAYOUT(HASHED()) LIFETIME(300)", nil},
	"all of the local server":    {attributes + "SOURCE(CLICKHOUSE(HOST 'localhost' PORT tcpPort() USER 'default' PASSWORD '' DB 'DB' TABLE 'Products')) LAYOUT(HASHED()) LIFETIME(300)", nil},
	"quoted names":               {"(`id` UInt64, \"name\" String, `price` Float64, parent UInt64) PRIMARY KEY (`id`) SOURCE(CLICKHOUSE(TABLE 'Products')) LAYOUT(HASHED()) LIFETIME(300)", nil},
	"aliases of types": {
		"(id UInt64, name TEXT, price DOUBLE, parent UInt64, b BOOLEAN, i BIGINT) PRIMARY KEY id SOURCE(CLICKHOUSE(TABLE 'Products')) LAYOUT(HASHED()) LIFETIME(300)",
		func(d *inframap.Dictionary) {
			d.Columns = append(d.Columns, inframap.DictionaryColumn{Name: "b", TypeString: "Boolean"}, inframap.DictionaryColumn{Name: "i", TypeString: "Int64"})
		},
	},
	"the type of a time with a precision": {
		"(id UInt64, at DateTime64(3)) PRIMARY KEY id SOURCE(CLICKHOUSE(TABLE 'Products')) LAYOUT(HASHED()) LIFETIME(300)",
		func(d *inframap.Dictionary) {
			d.Columns = []inframap.DictionaryColumn{{Name: "id", TypeString: "UInt64"}, {Name: "at", TypeString: "DateTime(3)"}}
		},
	},
	"decimals": {
		"(id UInt64, p Decimal(9, 2)) PRIMARY KEY id SOURCE(CLICKHOUSE(TABLE 'Products')) LAYOUT(HASHED()) LIFETIME(300)",
		func(d *inframap.Dictionary) {
			d.Columns = []inframap.DictionaryColumn{{Name: "id", TypeString: "UInt64"}, {Name: "p", TypeString: "Decimal32(2)"}}
		},
	},
	"defaults that are none": {"(id UInt64, name String DEFAULT '', price Float64 DEFAULT 0, parent UInt64 DEFAULT 0) PRIMARY KEY id SOURCE(CLICKHOUSE(TABLE 'Products')) LAYOUT(HASHED()) LIFETIME(300)", nil},
	"expressions": {
		"(id UInt64, name String EXPRESSION upper(name), price Float64 EXPRESSION (price*2), parent UInt64) PRIMARY KEY id SOURCE(CLICKHOUSE(TABLE 'Products')) LAYOUT(HASHED()) LIFETIME(300)",
		func(d *inframap.Dictionary) {
			d.Columns[1].Expression, d.Columns[2].Expression = ptr("UPPER( name )"), ptr("price * 2")
		},
	},
	"flags": {
		"(id UInt64, name String INJECTIVE, price Float64, parent UInt64 DEFAULT 7 HIERARCHICAL) PRIMARY KEY id SOURCE(CLICKHOUSE(TABLE 'Products')) LAYOUT(HASHED()) LIFETIME(300)",
		func(d *inframap.Dictionary) {
			d.Columns[1].IsInjective, d.Columns[3].IsHierarchical, d.Columns[3].DefaultValue = true, true, ptr("7")
		},
	},
	"layout parameters that are the default": {attributes + "SOURCE(CLICKHOUSE(TABLE 'Products')) LAYOUT(HASHED(SHARDS 1 MAX_LOAD_FACTOR 0.5 SHARD_LOAD_QUEUE_BACKLOG 10000)) LIFETIME(300)", nil},
	"a flat layout, static": {
		attributes + "SOURCE(CLICKHOUSE(TABLE 'Products')) LAYOUT(FLAT(INITIAL_ARRAY_SIZE 1024 MAX_ARRAY_SIZE 500000)) LIFETIME(MIN 0 MAX 0)",
		func(d *inframap.Dictionary) {
			d.Layout, d.Lifetime = layout("FLAT", ""), inframap.DictionaryLifetime{Type: inframap.LifetimeStatic}
		},
	},
	"a cache": {
		attributes + "SOURCE(CLICKHOUSE(TABLE 'Products')) LAYOUT(CACHE(MAX_THREADS_FOR_UPDATES 4 SIZE_IN_CELLS 1000)) LIFETIME(MIN 1 MAX 10)",
		func(d *inframap.Dictionary) {
			d.Layout, d.Lifetime = layout("CACHE", `{"size_in_cells": 1000}`), inframap.DictionaryLifetime{Type: inframap.LifetimeRange, Min: ptr(uint64(1)), Max: ptr(uint64(10))}
		},
	},
	"no lifetime for a direct layout": {
		attributes + "SOURCE(CLICKHOUSE(TABLE 'Products')) LAYOUT(DIRECT())",
		func(d *inframap.Dictionary) { d.Layout = layout("DIRECT", "") },
	},
	"a key of several columns": {
		"(id UInt64, name String, price Float64) PRIMARY KEY (id, name) SOURCE(CLICKHOUSE(TABLE 'Products')) LAYOUT(COMPLEX_KEY_HASHED_ARRAY(SHARDS 4)) LIFETIME(300)",
		func(d *inframap.Dictionary) {
			d.Columns, d.PrimaryKey, d.Layout = d.Columns[:3], []string{"id", "name"}, layout("COMPLEX_KEY_HASHED_ARRAY", `{"shards": 4}`)
		},
	},
	"addresses": {
		"(id String, name String) PRIMARY KEY id SOURCE(CLICKHOUSE(TABLE 'Products')) LAYOUT(IP_TRIE(ACCESS_TO_KEY_FROM_ATTRIBUTES 1)) LIFETIME(300)",
		func(d *inframap.Dictionary) {
			d.Columns = []inframap.DictionaryColumn{{Name: "id", TypeString: "String"}, {Name: "name", TypeString: "String"}}
			d.Layout = layout("IP_TRIE", `{"access_to_key_from_attributes": true}`)
		},
	},
	"a query with other spaces": {
		attributes + "SOURCE(CLICKHOUSE(QUERY 'SELECT id, name, price, parent FROM DB.Products WHERE id>1')) LAYOUT(HASHED()) LIFETIME(300)",
		func(d *inframap.Dictionary) {
			d.Source = inframap.DictionarySource{Type: inframap.DictionaryFromQuery, Query: "select id,name,  price, parent\nfrom DB.Products where id>1"}
		},
	},
	"an invalidate query": {
		attributes + "SOURCE(CLICKHOUSE(INVALIDATE_QUERY 'SELECT max(id) FROM DB.Products' TABLE 'Products')) LAYOUT(HASHED()) LIFETIME(300)",
		func(d *inframap.Dictionary) { d.Source.InvalidateQuery = ptr("SELECT MAX(id) FROM DB.Products") },
	},
	"settings and comment": {
		attributes + "SOURCE(CLICKHOUSE(TABLE 'Products')) LAYOUT(HASHED()) LIFETIME(300) SETTINGS(max_threads = 2, max_block_size = '100') COMMENT 'it\\'s ours'",
		func(d *inframap.Dictionary) {
			d.Settings, d.Comment = map[string]string{"max_block_size": "100", "max_threads": "2"}, ptr("it's ours")
		},
	},
	"another system, with a password": {
		attributes + "SOURCE(MYSQL(PORT '3306' HOST 'h' USER 'u' PASSWORD 'other' DB 'd' TABLE 't' WHERE 'id > 1')) LAYOUT(HASHED()) LIFETIME(300)",
		external(`{"source_type": "MYSQL", "host": "h", "port": 3306, "user": "u", "password": "S3CRET", "db": "d", "table": "t", "whereClause": "id > 1"}`),
	},
	"another ClickHouse, with a query": {
		attributes + "SOURCE(CLICKHOUSE(HOST 'h' PORT 9000 USER 'u' PASSWORD 'other' DB 'd' QUERY 'SELECT 1')) LAYOUT(HASHED()) LIFETIME(300)",
		external(`{"source_type": "CLICK_HOUSE", "host": "h", "port": 9000, "user": "u", "password": "S3CRET", "db": "d", "table": "t", "query": "select 1"}`),
	},
	"PostgreSQL": {
		attributes + "SOURCE(POSTGRESQL(HOST 'h' PORT 5432 USER 'u' PASSWORD 'x' DB 'd' TABLE 't')) LAYOUT(SPARSE_HASHED()) LIFETIME(300)",
		func(d *inframap.Dictionary) {
			d.Layout = layout("SPARSE_HASHED", "")
			external(`{"source_type": "POSTGRESQL", "host": "h", "port": 5432, "user": "u", "password": "S3CRET", "db": "d", "table": "t"}`)(d)
		},
	},
	"a file over HTTP": {
		attributes + "SOURCE(HTTP(FORMAT 'CSV' URL 'http://x/y')) LAYOUT(HASHED()) LIFETIME(300)",
		external(`{"source_type": "HTTP", "url": "http://x/y", "format": "CSV"}`),
	},
	"Redis": {
		"(id UInt64, name String) PRIMARY KEY id SOURCE(REDIS(HOST 'h' PORT 6379 STORAGE_TYPE 'simple' DB_INDEX '2' PASSWORD 'x')) LAYOUT(HASHED()) LIFETIME(300)",
		func(d *inframap.Dictionary) {
			d.Columns = d.Columns[:2]
			external(`{"source_type": "REDIS", "host": "h", "port": 6379, "storageType": "simple", "dbIndex": 2, "password": "S3CRET"}`)(d)
		},
	},
	"MongoDB": {
		"(id UInt64, name String IS_OBJECT_ID) PRIMARY KEY id SOURCE(MONGODB(HOST 'h' PORT 27017 USER 'u' PASSWORD 'x' DB 'd' COLLECTION 'c')) LAYOUT(HASHED()) LIFETIME(300)",
		func(d *inframap.Dictionary) {
			d.Columns = d.Columns[:2]
			d.Columns[1].IsObjectID = true
			external(`{"source_type": "MONGODB", "host": "h", "port": 27017, "user": "u", "password": "S3CRET", "db": "d", "collection": "c"}`)(d)
		},
	},
	"a comment on a column, which ClickHouse does not keep": {attributes + "SOURCE(CLICKHOUSE(TABLE 'Products')) LAYOUT(HASHED()) LIFETIME(300)", func(d *inframap.Dictionary) { d.Columns[1].Comment = ptr("the name") }},
}

func TestSilentDictionaries(t *testing.T) {
	b := newBench(t, nil)
	b.to(withDictionaries(b))
	for name, c := range silentDictionaries {
		t.Run(name, func(t *testing.T) {
			b := b.in(t)
			d := with(c.declare)
			d.Source.Query = strings.ReplaceAll(d.Source.Query, "DB.", b.db+".")
			if q := d.Source.InvalidateQuery; q != nil {
				d.Source.InvalidateQuery = ptr(strings.ReplaceAll(*q, "DB.", b.db+"."))
			}
			b.exec("CREATE OR REPLACE DICTIONARY " + b.db + ".D " + strings.NewReplacer("'DB'", "'"+b.db+"'", "DB DB", "DB "+b.db, "DB.", b.db+".").Replace(c.sql))
			out := b.plan(withDictionaries(b, d))
			for _, change := range out.Result.Changes {
				t.Errorf("not silent: %s", strings.Join(migrate.Explain(change), "; "))
			}
			if len(out.Operations) > 0 || len(out.Result.Invalid) > 0 {
				t.Errorf("operations %v, invalid %q", kinds(out.Operations), out.Result.Invalid)
			}
			if len(out.Status.Adopted) != 1 || out.Status.Adopted[0].Object != "D" {
				t.Errorf("the dictionary was not recognised: %v", out.Status.Adopted)
			}
		})
	}
}

// dictionaryChanges change one attribute of the dictionary; want are the attributes that differ.
var dictionaryChanges = map[string]struct {
	change func(*inframap.Dictionary)
	want   []string
}{
	"lifetime": {func(d *inframap.Dictionary) { d.Lifetime.Seconds = 301 }, []string{"lifetime"}},
	"static":   {func(d *inframap.Dictionary) { d.Lifetime = inframap.DictionaryLifetime{Type: inframap.LifetimeStatic} }, []string{"lifetime"}},
	"range of a lifetime": {func(d *inframap.Dictionary) {
		d.Lifetime = inframap.DictionaryLifetime{Type: inframap.LifetimeRange, Min: ptr(uint64(1)), Max: ptr(uint64(300))}
	}, []string{"lifetime"}},
	"layout":             {func(d *inframap.Dictionary) { d.Layout = layout("FLAT", "") }, []string{"layout"}},
	"parameter":          {func(d *inframap.Dictionary) { d.Layout = layout("HASHED", `{"shards": 2}`) }, []string{"layout SHARDS"}},
	"complex key layout": {func(d *inframap.Dictionary) { d.Layout = layout("COMPLEX_KEY_HASHED", "") }, []string{"layout"}},
	"direct":             {func(d *inframap.Dictionary) { d.Layout = layout("DIRECT", "") }, []string{"layout", "lifetime"}},
	"sparse":             {func(d *inframap.Dictionary) { d.Layout = layout("SPARSE_HASHED", "") }, []string{"layout"}},
	"array":              {func(d *inframap.Dictionary) { d.Layout = layout("HASHED_ARRAY", "") }, []string{"layout"}},
	"cache":              {func(d *inframap.Dictionary) { d.Layout = layout("CACHE", `{"size_in_cells": 10}`) }, []string{"layout"}},
	"table":              {func(d *inframap.Dictionary) { d.Source.Table = "Other" }, []string{"source TABLE"}},
	"query": {func(d *inframap.Dictionary) {
		d.Source = inframap.DictionarySource{Type: inframap.DictionaryFromQuery, Query: "SELECT 1, 'a', 1., 2"}
	}, []string{"source QUERY", "source TABLE"}},
	"invalidate query": {func(d *inframap.Dictionary) { d.Source.InvalidateQuery = ptr("SELECT 1") }, []string{"source INVALIDATE_QUERY"}},
	"another system":   {external(`{"source_type": "HTTP", "url": "http://x/y", "format": "CSV"}`), []string{"source"}},
	"type":             {func(d *inframap.Dictionary) { d.Columns[2].TypeString = "Decimal(10, 2)" }, []string{"attribute price: type"}},
	"nullable":         {func(d *inframap.Dictionary) { d.Columns[1].TypeString = "Nullable(String)" }, []string{"attribute name: type"}},
	"default":          {func(d *inframap.Dictionary) { d.Columns[1].DefaultValue = ptr("'none'") }, []string{"attribute name: default"}},
	"expression":       {func(d *inframap.Dictionary) { d.Columns[1].Expression = ptr("upper(name)") }, []string{"attribute name: expression"}},
	"injective":        {func(d *inframap.Dictionary) { d.Columns[1].IsInjective = true }, []string{"attribute name: flags"}},
	"hierarchical":     {func(d *inframap.Dictionary) { d.Columns[3].IsHierarchical = true }, []string{"attribute parent: flags"}},
	"object id":        {func(d *inframap.Dictionary) { d.Columns[1].IsObjectID = true }, []string{"attribute name: flags"}},
	"new attribute": {func(d *inframap.Dictionary) {
		d.Columns = append(d.Columns, inframap.DictionaryColumn{Name: "x", TypeString: "Int8"})
	}, []string{"attribute x"}},
	"dropped attribute": {func(d *inframap.Dictionary) { d.Columns = d.Columns[:3] }, []string{"attribute parent"}},
	"order":             {func(d *inframap.Dictionary) { d.Columns[1], d.Columns[2] = d.Columns[2], d.Columns[1] }, []string{"order of attributes"}},
	"key": {func(d *inframap.Dictionary) {
		d.PrimaryKey = []string{"parent"}
	}, []string{"primary key"}},
	"setting": {func(d *inframap.Dictionary) { d.Settings = map[string]string{"max_threads": "3"} }, []string{"setting max_threads"}},
	"comment": {func(d *inframap.Dictionary) { d.Comment = ptr("it's\nnew") }, []string{"comment"}},
}

func TestChangesOfADictionaryConverge(t *testing.T) {
	b := newBench(t, nil)
	start := withDictionaries(b, products())
	start.Tables["Other"] = plainTable("Other", "id")
	b.to(start)
	for name, c := range dictionaryChanges {
		t.Run(name, func(t *testing.T) {
			b := b.in(t)
			reset, err := ddl.CreateDictionary(products(), b.db)
			if err != nil {
				t.Fatal(err)
			}
			b.exec(reset)
			changed := withDictionaries(b, with(c.change))
			changed.Tables["Other"] = plainTable("Other", "id")
			out := b.to(changed)
			if got := kinds(out.Operations); !slices.Equal(got, []plan.Kind{plan.ReplaceDictionary}) {
				t.Fatalf("operations %v", got)
			}
			var names []string
			for _, a := range out.Result.Changes[0].Why {
				names = append(names, a.Name)
			}
			if diff := cmp.Diff(c.want, names); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestADictionaryComesAndGoes(t *testing.T) {
	b := newBench(t, nil)
	if got := kinds(b.to(withDictionaries(b, products())).Operations); !slices.Equal(got, []plan.Kind{plan.CreateTable, plan.CreateDictionary}) {
		t.Errorf("operations %v", got)
	}
	b.exec("INSERT INTO " + b.db + ".Products (id, parent, name, price) VALUES (1, 0, 'one', 1)")
	if got := b.one("SELECT dictGet('" + b.db + ".D', 'name', toUInt64(1))"); got != "one" {
		t.Errorf("the dictionary says %q", got)
	}
	if got := kinds(b.to(withDictionaries(b)).Operations); !slices.Equal(got, []plan.Kind{plan.DropDictionary}) {
		t.Errorf("operations %v", got)
	}
	empty := inframap.New(b.db)
	b.to(withDictionaries(b, products()))
	if got := kinds(b.to(empty).Operations); !slices.Equal(got, []plan.Kind{plan.DropDictionary, plan.DropTable}) {
		t.Errorf("operations %v", got)
	}
}

// in is the bench for a test inside of a test.
func (b *bench) in(t testing.TB) *bench {
	inner := *b
	inner.t = t
	return &inner
}

func unmarshal(text string, v any) error { return json.Unmarshal([]byte(text), v) }

func (b *bench) tryPlan(desired *inframap.Map) (*planner.Outcome, error) {
	return planner.Make(b.t.Context(), b.client, planner.Input{Desired: desired})
}
