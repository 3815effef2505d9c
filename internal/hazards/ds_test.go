package hazards

import (
	"slices"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

const (
	plainT      = "CREATE TABLE T (id UInt8, note String) ENGINE = MergeTree ORDER BY id"
	withoutNote = "CREATE TABLE T (id UInt8) ENGINE = MergeTree ORDER BY id"
	threeNotes  = "INSERT INTO T SELECT number, if(number < 3, 'call back', '') FROM numbers(10)"
	tenRows     = "INSERT INTO T SELECT number, 'x' FROM numbers(10)"
)

// sql makes a plan with a new SQL resource beside the tables that stay.
func sql(statements ...string) func(before, after *inframap.Map) {
	return func(_, after *inframap.Map) {
		after.SQLResources["z"] = &inframap.SQLResource{Name: "z", Setup: statements}
	}
}

// lifeCycles gives the table T its life cycles before and after.
func lifeCycles(was, is inframap.LifeCycle) func(before, after *inframap.Map) {
	return func(before, after *inframap.Map) {
		for _, t := range before.Tables {
			t.LifeCycle = was
		}
		for _, t := range after.Tables {
			t.LifeCycle = is
		}
	}
}

var dsPairs = slices.Concat(tablePairs, columnPairs, statementPairs, guardPairs)

var tablePairs = []pair{
	{
		code: "DS101", name: "a table with rows goes",
		before: []string{withoutNote}, fill: []string{"INSERT INTO T SELECT number FROM numbers(12)"},
		want: []string{"block DS101 T"}, text: "its 12 rows",
	},
	{
		code: "DS101", name: "an empty table goes", before: []string{withoutNote},
		want: []string{"warn DS101 T"}, text: "it holds no rows now",
	},
	{code: "DS101", name: "a table comes", after: []string{withoutNote}},
	{
		code: "DS102", name: "for two reasons at once",
		before: []string{plainT}, fill: []string{tenRows},
		after: []string{"CREATE TABLE T (id UInt8, note String) ENGINE = MergeTree PARTITION BY id % 2 ORDER BY (id, note)"},
		want:  []string{"block DS102 T"}, text: "order by (id → id, note), partition by (none → id % 2), and its 10 rows",
	},
	{
		code: "DS102", name: "for two reasons, and empty",
		before: []string{plainT},
		after:  []string{"CREATE TABLE T (id UInt8, note String) ENGINE = MergeTree PARTITION BY id % 2 ORDER BY (id, note)"},
		want:   []string{"warn DS102 T"}, text: "it holds no rows now",
	},
	{
		code: "DS102", name: "a column of an engine that takes no ALTER",
		before: []string{"CREATE TABLE T (id UInt8) ENGINE = Log"}, fill: []string{"INSERT INTO T SELECT number FROM numbers(10)"},
		after: []string{"CREATE TABLE T (id UInt8, note String) ENGINE = Log"},
		want:  []string{"block DS102 T"}, text: "column note",
	},
	{
		code: "DS102", name: "a queue forgets what it has read",
		before: []string{"CREATE TABLE T (id UInt8) ENGINE = S3Queue('https://bucket.s3.amazonaws.com/d/*', 'CSV') SETTINGS mode = 'unordered', keeper_path = '/ds102/{db}'"},
		after:  []string{"CREATE TABLE T (id UInt8, note String) ENGINE = S3Queue('https://bucket.s3.amazonaws.com/d/*', 'CSV') SETTINGS mode = 'unordered', keeper_path = '/ds102/{db}'"},
		want:   []string{"block DS102 T"}, text: "forgets which files",
	},
	{
		code: "DS102", name: "a table that only reads files",
		before: []string{"CREATE TABLE T (id UInt8) ENGINE = S3('http://localhost:1/bucket/x.csv', 'CSV')"},
		after:  []string{"CREATE TABLE T (id UInt8, note String) ENGINE = S3('http://localhost:1/bucket/x.csv', 'CSV')"},
	},
	{
		code: "DS106", name: "with rows of its own",
		before: []string{withoutNote, "CREATE MATERIALIZED VIEW V ENGINE = MergeTree ORDER BY id AS SELECT id FROM T"},
		fill:   []string{"INSERT INTO T SELECT number FROM numbers(7)"}, after: []string{withoutNote},
		edit: keepsInner, want: []string{"block DS106 V", "warn PL008 V"}, text: "its 7 rows",
	},
	{
		code: "DS106", name: "with nothing in it",
		before: []string{withoutNote, "CREATE MATERIALIZED VIEW V ENGINE = MergeTree ORDER BY id AS SELECT id FROM T"}, after: []string{withoutNote},
		edit: keepsInner, want: []string{"warn DS106 V", "warn PL008 V"}, text: "it holds no rows now",
	},
	{
		code: "DS106", name: "with a target that stays",
		before: []string{withoutNote, "CREATE TABLE U (id UInt8) ENGINE = MergeTree ORDER BY id", "CREATE MATERIALIZED VIEW V TO U AS SELECT id FROM T"},
		after:  []string{withoutNote, "CREATE TABLE U (id UInt8) ENGINE = MergeTree ORDER BY id"},
		want:   []string{"warn MV517 materialized view V"},
	},
	{
		code: "DS108", name: "a dictionary goes",
		before: []string{withoutNote, dictionary}, after: []string{withoutNote},
		edit: func(before, _ *inframap.Map) { declare(before) },
		want: []string{"warn DS108 dictionary D"}, text: "queries that ask it fail",
	},
	{
		code: "DS108", name: "a dictionary comes", before: []string{withoutNote}, after: []string{withoutNote},
		edit: func(_, after *inframap.Map) { declare(after) },
	},
	{
		code: "DS112", name: "rows in memory",
		before: []string{"CREATE TABLE T (id UInt8) ENGINE = Memory"}, fill: []string{"INSERT INTO T SELECT number FROM numbers(10)"},
		want: []string{"block DS112 T"}, text: "kept in memory only",
	},
	{
		code: "DS112", name: "no rows in memory", before: []string{"CREATE TABLE T (id UInt8) ENGINE = Memory"},
		want: []string{"warn DS112 T"}, text: "it holds no rows now",
	},
	{
		code: "DS112", name: "rows on a disk",
		before: []string{"CREATE TABLE T (id UInt8) ENGINE = Log"}, fill: []string{"INSERT INTO T SELECT number FROM numbers(10)"},
		want: []string{"block DS101 T"},
	},
}

// keepsInner takes the hidden table, which no project declares, out of the maps.
func keepsInner(before, _ *inframap.Map) {
	for id, t := range before.Tables {
		if len(t.Name) > 6 && t.Name[:6] == ".inner" {
			delete(before.Tables, id)
		}
	}
}

const dictionary = "CREATE DICTIONARY D (id UInt64, name String) PRIMARY KEY id SOURCE(CLICKHOUSE(QUERY 'SELECT 1 AS id, ''one'' AS name')) LAYOUT(FLAT()) LIFETIME(0)"

// declare adds the dictionary to a map.
func declare(m *inframap.Map) {
	d := &inframap.Dictionary{
		Name: "D", PrimaryKey: []string{"id"}, Source: inframap.DictionarySource{Type: inframap.DictionaryFromQuery, Query: "SELECT 1 AS id, 'one' AS name"},
		Columns: []inframap.DictionaryColumn{{Name: "id", TypeString: "UInt64"}, {Name: "name", TypeString: "String"}},
		Layout:  inframap.DictionaryLayout{Type: "FLAT"}, Lifetime: inframap.DictionaryLifetime{Type: inframap.LifetimeStatic},
	}
	raw, err := d.Raw()
	if err != nil {
		panic(err)
	}
	m.Dictionaries[d.ID(m.DefaultDatabase)] = raw
}

var columnPairs = []pair{
	{
		code: "DS103", name: "three rows hold a value",
		before: []string{plainT}, fill: []string{threeNotes}, after: []string{withoutNote},
		want: []string{"block DS103 T.note"}, text: "with its values in 3 of 10 rows, such as `call back` in the row with the key `0`",
	},
	{
		code: "DS103", name: "no row holds a value",
		before: []string{plainT}, fill: []string{"INSERT INTO T (id) SELECT number FROM numbers(10)"}, after: []string{withoutNote},
		want: []string{"warn DS103 T.note"}, text: "it has a value in none of 10 rows",
	},
	{
		code: "DS103", name: "an empty table", before: []string{plainT}, after: []string{withoutNote},
		want: []string{"warn DS103 T.note"}, text: "the table holds no rows now",
	},
	{
		code: "DS103", name: "a sample is no proof",
		before: []string{plainT}, fill: []string{"INSERT INTO T (id) SELECT number FROM numbers(10)"}, after: []string{withoutNote},
		limits: probe.Limits{Seconds: 30, Rows: 6, Bytes: 1 << 20},
		want:   []string{"block DS103 T.note"}, text: "sample",
	},
	{
		code: "DS103", name: "values that cannot be compared",
		before: []string{"CREATE TABLE T (id UInt8, n AggregateFunction(sum, UInt8)) ENGINE = AggregatingMergeTree ORDER BY id"},
		fill:   []string{"INSERT INTO T SELECT 1, sumState(toUInt8(number)) FROM numbers(10)"},
		after:  []string{"CREATE TABLE T (id UInt8) ENGINE = AggregatingMergeTree ORDER BY id"},
		want:   []string{"block DS103 T.n"}, text: "how many rows is not known",
	},
	{
		code: "DS103", name: "NULL is no value, 0 is one",
		before: []string{"CREATE TABLE T (id UInt8, a Nullable(UInt8), b Nullable(UInt8)) ENGINE = MergeTree ORDER BY id"},
		fill:   []string{"INSERT INTO T SELECT number, NULL, 0 FROM numbers(10)"}, after: []string{withoutNote},
		want: []string{"block DS103 T.b", "warn DS103 T.a"},
	},
	{
		code: "DS103", name: "a list with NULL in it, a tuple, a map",
		before: []string{"CREATE TABLE T (id UInt8, a Array(Nullable(UInt8)), b Tuple(UInt8, Nullable(UInt8)), c Map(String, UInt8)) ENGINE = MergeTree ORDER BY id"},
		fill:   []string{"INSERT INTO T SELECT number, [NULL], (0, NULL), map() FROM numbers(10)"}, after: []string{withoutNote},
		want: []string{"block DS103 T.a", "block DS103 T.b", "warn DS103 T.c"},
	},
	{
		code: "DS103", name: "it becomes an alias",
		before: []string{plainT}, fill: []string{threeNotes},
		after: []string{"CREATE TABLE T (id UInt8, note String ALIAS toString(id)) ENGINE = MergeTree ORDER BY id"},
		want:  []string{"block DS103 T.note"}, text: "computed from now on",
	},
	{
		code: "DS103", name: "an alias goes",
		before: []string{"CREATE TABLE T (id UInt8, note String ALIAS toString(id)) ENGINE = MergeTree ORDER BY id"},
		fill:   []string{"INSERT INTO T VALUES (1)"}, after: []string{withoutNote},
	},
	{
		code: "DS103", name: "a column comes",
		before: []string{withoutNote}, fill: []string{"INSERT INTO T VALUES (1)"}, after: []string{plainT},
	},
	{
		code: "DS103", name: "somebody reads it",
		before: []string{plainT}, fill: []string{threeNotes}, after: []string{withoutNote},
		facts: func(f *probe.Facts) {
			f.Readers.Err = nil
			f.Readers.Value = map[schema.Name]map[string]probe.Readers{}
			for n := range f.Parts.Value {
				f.Readers.Value[n] = map[string]probe.Readers{"note": {Queries: 1204, Last: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Users: []string{"bi"}}}
			}
		},
		want: []string{"block DS103 T.note"}, evidence: "1,204 queries have read it in the last 30 days, the last one 2026-01-02 03:04:05 UTC, by bi",
	},
	{
		code: "DS103", name: "nobody knows who reads it",
		before: []string{plainT}, fill: []string{threeNotes}, after: []string{withoutNote},
		want: []string{"block DS103 T.note"}, evidence: "who reads it is not known: the server keeps no log of queries (system.query_log)",
	},
}

var statementPairs = []pair{
	{
		code: "DS104", name: "a database goes", before: []string{withoutNote}, after: []string{withoutNote},
		edit: sql("drop database if exists old_shop"), want: []string{"block DS104 z"}, text: "DROP DATABASE on database old_shop",
	},
	{
		code: "DS104", name: "a database comes", before: []string{withoutNote}, after: []string{withoutNote},
		edit: sql("CREATE VIEW database_drop AS SELECT 'DROP DATABASE x'"), want: []string{"warn MU608 z"},
	},
	{
		code: "DS105", name: "rows are deleted", before: []string{plainT}, after: []string{plainT}, fill: []string{tenRows},
		edit: sql("alter table T delete where id = 3"), want: []string{"block DS105 z"}, text: "it holds 10 rows",
	},
	{
		code: "DS105", name: "an empty table is truncated", before: []string{plainT}, after: []string{plainT},
		edit: sql("TRUNCATE TABLE T"), want: []string{"warn DS105 z"}, text: "it holds no rows now",
	},
	{
		code: "DS105", name: "a table that does not exist is dropped", before: []string{plainT}, after: []string{plainT},
		edit: sql("DROP TABLE IF EXISTS nothing"), want: []string{"warn DS105 z"},
	},
	{
		code: "DS105", name: "a whole database is emptied", before: []string{plainT}, after: []string{plainT},
		edit: sql("TRUNCATE DATABASE old_shop"), want: []string{"block DS105 z"}, text: "TRUNCATE DATABASE on database old_shop",
	},
	{
		code: "DS105", name: "nothing is removed", before: []string{plainT}, after: []string{plainT}, fill: []string{tenRows},
		edit: sql("CREATE VIEW W AS SELECT 'TRUNCATE TABLE T' AS x"), want: []string{"warn MU608 z"},
	},
	{
		code: "DS107", name: "a table with rows is replaced", before: []string{plainT}, after: []string{plainT}, fill: []string{tenRows},
		edit: sql("CREATE OR REPLACE TABLE T (id UInt8) ENGINE = MergeTree ORDER BY id"), want: []string{"block DS107 z"}, text: "it holds 10 rows",
	},
	{
		code: "DS107", name: "there is nothing to replace", before: []string{plainT}, after: []string{plainT},
		edit: sql("CREATE OR REPLACE TABLE fresh (id UInt8) ENGINE = MergeTree ORDER BY id"), want: []string{"warn DS107 z"},
	},
	{
		code: "DS107", name: "a function is replaced", before: []string{plainT}, after: []string{plainT},
		edit: sql("CREATE FUNCTION f_of_ds107 AS x -> x"), want: []string{"warn MU608 z"},
	},
	{
		code: "DS109", name: "a table is detached for good", before: []string{plainT}, after: []string{plainT}, fill: []string{tenRows},
		edit: sql("DETACH TABLE T PERMANENTLY"), want: []string{"block DS109 z"}, text: "can no longer be read",
	},
	{
		code: "DS109", name: "an empty one", before: []string{plainT}, after: []string{plainT},
		edit: sql("DETACH TABLE T PERMANENTLY"), want: []string{"warn DS109 z"},
	},
	{
		code: "DS109", name: "nothing is detached", before: []string{plainT}, after: []string{plainT},
		edit: sql("SELECT 'DETACH TABLE T PERMANENTLY'"), want: []string{"warn MU608 z"},
	},
}

var guardPairs = []pair{
	{
		code: "DS110", name: "a protected table is not dropped", before: []string{plainT}, fill: []string{tenRows},
		edit: lifeCycles(inframap.DeletionProtected, ""), want: []string{"info DS110 T"}, text: "protected from deletion",
	},
	{
		code: "DS110", name: "a table that others manage is not altered", before: []string{plainT}, fill: []string{tenRows}, after: []string{withoutNote},
		edit: lifeCycles(inframap.ExternallyManaged, inframap.ExternallyManaged), want: []string{"info DS110 T"}, text: "externally managed",
	},
	{code: "DS110", name: "a protected table gets a column", before: []string{withoutNote}, after: []string{plainT}, edit: lifeCycles(inframap.DeletionProtected, inframap.DeletionProtected)},
	{
		code: "DS111", name: "unprotected, and a column goes", before: []string{plainT}, fill: []string{threeNotes}, after: []string{withoutNote},
		edit: lifeCycles(inframap.DeletionProtected, inframap.FullyManaged), want: []string{"block DS103 T.note", "warn DS111 T"}, text: "no longer protected from deletion, and loses the column note",
	},
	{
		code: "DS111", name: "unprotected, and recreated", before: []string{plainT}, fill: []string{tenRows},
		after: []string{"CREATE TABLE T (id UInt8, note String) ENGINE = MergeTree ORDER BY (id, note)"},
		edit:  lifeCycles(inframap.ExternallyManaged, inframap.FullyManaged), want: []string{"block KY301 T", "warn DS111 T"}, text: "and is recreated in the same plan",
	},
	{
		code: "DS111", name: "unprotected, and a column comes", before: []string{withoutNote}, after: []string{plainT},
		edit: lifeCycles(inframap.DeletionProtected, inframap.FullyManaged),
	},
	{
		code: "DS111", name: "never protected", before: []string{plainT}, fill: []string{threeNotes}, after: []string{withoutNote},
		want: []string{"block DS103 T.note"},
	},
}
