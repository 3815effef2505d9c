package hazards

import (
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

const eventsT = "CREATE TABLE T (id UInt32, at DateTime('UTC'), n UInt32) ENGINE = MergeTree ORDER BY id"

const tenEvents = "INSERT INTO T SELECT number, now(), number FROM numbers(10)"

// table changes the table T of the later map.
func table(change func(*inframap.Table)) func(before, after *inframap.Map) {
	return func(_, after *inframap.Map) {
		for _, t := range after.Tables {
			change(t)
		}
	}
}

// credentials gives the engine of T other credentials than before.
func credentials(before, after *inframap.Map) {
	was, is := "aa", "bb"
	for _, t := range before.Tables {
		t.EngineParamsHash = &was
	}
	for _, t := range after.Tables {
		t.EngineParamsHash = &is
	}
}

const queueT = "CREATE TABLE T (id UInt8) ENGINE = S3Queue('https://bucket.s3.amazonaws.com/d/*', 'CSV') SETTINGS mode = 'unordered', keeper_path = '/ky307/{db}'"

var kyPairs = []pair{
	{
		code: "KY301", name: "with rows", before: []string{eventsT}, fill: []string{tenEvents},
		after: []string{"CREATE TABLE T (id UInt32, at DateTime('UTC'), n UInt32) ENGINE = MergeTree ORDER BY (id, at)"},
		want:  []string{"block KY301 T"}, text: "cannot change the sorting key in place (id → id, at), and its 10 rows",
	},
	{
		code: "KY301", name: "empty", before: []string{eventsT},
		after: []string{"CREATE TABLE T (id UInt32, at DateTime('UTC'), n UInt32) ENGINE = MergeTree ORDER BY (id, at)"},
		want:  []string{"warn KY301 T"}, text: "it holds no rows now",
	},
	{
		code: "KY301", name: "the same key in other words", before: []string{eventsT}, fill: []string{tenEvents},
		after: []string{"CREATE TABLE T (id UInt32, at DateTime('UTC'), n UInt32) ENGINE = MergeTree ORDER BY (`id`)"},
	},
	{
		code: "KY302", name: "with rows", before: []string{"CREATE TABLE T (id UInt32, at DateTime('UTC'), n UInt32) ENGINE = MergeTree PRIMARY KEY id ORDER BY (id, at)"}, fill: []string{tenEvents},
		after: []string{"CREATE TABLE T (id UInt32, at DateTime('UTC'), n UInt32) ENGINE = MergeTree ORDER BY (id, at)"},
		want:  []string{"block KY302 T"}, text: "primary key",
	},
	{
		code: "KY302", name: "empty", before: []string{"CREATE TABLE T (id UInt32, at DateTime('UTC'), n UInt32) ENGINE = MergeTree PRIMARY KEY id ORDER BY (id, at)"},
		after: []string{"CREATE TABLE T (id UInt32, at DateTime('UTC'), n UInt32) ENGINE = MergeTree ORDER BY (id, at)"},
		want:  []string{"warn KY302 T"},
	},
	{
		code: "KY302", name: "said apart, and the same", before: []string{eventsT}, fill: []string{tenEvents},
		after: []string{"CREATE TABLE T (id UInt32, at DateTime('UTC'), n UInt32) ENGINE = MergeTree PRIMARY KEY id ORDER BY id"},
	},
	{
		code: "KY303", name: "with rows", before: []string{eventsT}, fill: []string{tenEvents},
		after: []string{"CREATE TABLE T (id UInt32, at DateTime('UTC'), n UInt32) ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY id"},
		want:  []string{"block KY303 T"}, text: "partitioning in place (none → toYYYYMM(at))",
	},
	{
		code: "KY303", name: "empty", before: []string{eventsT},
		after: []string{"CREATE TABLE T (id UInt32, at DateTime('UTC'), n UInt32) ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY id"},
		want:  []string{"warn KY303 T"},
	},
	{
		code: "KY303", name: "the same in other words", before: []string{"CREATE TABLE T (id UInt32, at DateTime('UTC')) ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY id"},
		after: []string{"CREATE TABLE T (id UInt32, at DateTime('UTC')) ENGINE = MergeTree PARTITION BY (toYYYYMM(`at`)) ORDER BY id"},
	},
	{
		code: "KY304", name: "a column outside of the key", before: []string{eventsT}, fill: []string{tenEvents}, after: []string{eventsT},
		edit: table(func(t *inframap.Table) { by := "n"; t.SampleBy = &by }),
		want: []string{"warn KY304 T"}, text: "sampled by n",
	},
	{
		code: "KY304", name: "a column of the key", before: []string{eventsT}, fill: []string{tenEvents}, after: []string{eventsT},
		edit: table(func(t *inframap.Table) { by := "id"; t.SampleBy = &by }),
	},
	{
		code: "KY305", name: "wider", before: []string{eventsT}, fill: []string{tenEvents},
		after: []string{"CREATE TABLE T (id UInt64, at DateTime('UTC'), n UInt32) ENGINE = MergeTree ORDER BY id"},
		want:  []string{"block KY305 T.id"}, text: "(UInt32 → UInt64)",
	},
	{
		code: "KY305", name: "another column", before: []string{eventsT}, fill: []string{tenEvents},
		after: []string{"CREATE TABLE T (id UInt32, at DateTime('UTC'), n UInt64) ENGINE = MergeTree ORDER BY id"},
	},
	{
		code: "KY306", name: "with rows", before: []string{eventsT}, fill: []string{tenEvents},
		after: []string{"CREATE TABLE T (id UInt32, at DateTime('UTC'), n UInt32) ENGINE = ReplacingMergeTree(n) ORDER BY id"},
		want:  []string{"block KY306 T"}, text: "engine in place (MergeTree → ReplacingMergeTree(n))",
	},
	{
		code: "KY306", name: "empty", before: []string{eventsT},
		after: []string{"CREATE TABLE T (id UInt32, at DateTime('UTC'), n UInt32) ENGINE = ReplacingMergeTree(n) ORDER BY id"},
		want:  []string{"warn KY306 T"},
	},
	{
		code: "KY306", name: "the same engine", before: []string{"CREATE TABLE T (id UInt32, n UInt32) ENGINE = ReplacingMergeTree(n) ORDER BY id"},
		after: []string{"CREATE TABLE T (id UInt32, n UInt32) ENGINE = ReplacingMergeTree(`n`) ORDER BY id"},
	},
	{
		code: "KY307", name: "of a queue", before: []string{queueT}, after: []string{queueT}, edit: credentials,
		want: []string{"block KY307 T"}, text: "reads all that are still there again",
	},
	{
		code: "KY307", name: "of a table over files",
		before: []string{"CREATE TABLE T (id UInt8) ENGINE = S3('http://localhost:1/bucket/x.csv', 'CSV')"},
		after:  []string{"CREATE TABLE T (id UInt8) ENGINE = S3('http://localhost:1/bucket/x.csv', 'CSV')"},
		edit:   credentials, want: []string{"info KY307 T"}, text: "its files stay",
	},
	{
		code: "KY307", name: "of an engine that has none", before: []string{eventsT}, after: []string{eventsT}, fill: []string{tenEvents}, edit: credentials,
	},
	{
		code: "KY308", name: "a version of another kind", before: []string{"CREATE TABLE T (id UInt32, v UInt32) ENGINE = ReplacingMergeTree(v) ORDER BY id"},
		after: []string{"CREATE TABLE T (id UInt32, v Int64) ENGINE = ReplacingMergeTree(v) ORDER BY id"},
		want:  []string{"block KY308 T.v"}, text: "UInt32 → Int64",
	},
	{
		code: "KY308", name: "another type for the mark of deleted rows", before: []string{"CREATE TABLE T (id UInt32, v UInt32, gone UInt8) ENGINE = ReplacingMergeTree(v, gone) ORDER BY id"},
		after: []string{"CREATE TABLE T (id UInt32, v UInt32, gone UInt8) ENGINE = ReplacingMergeTree(v, gone) ORDER BY id"},
		edit: table(func(t *inframap.Table) {
			for i := range t.Columns {
				if t.Columns[i].Name == "gone" {
					t.Columns[i].DataType = inframap.SimpleType("UInt16")
				}
			}
		}),
		want: []string{"block KY308 T.gone"}, text: "UInt8 → UInt16",
	},
	{
		code: "KY308", name: "a wider version", before: []string{"CREATE TABLE T (id UInt32, v UInt32) ENGINE = ReplacingMergeTree(v) ORDER BY id"},
		after: []string{"CREATE TABLE T (id UInt32, v UInt64) ENGINE = ReplacingMergeTree(v) ORDER BY id"},
	},
	{
		code: "KY309", name: "with rows", before: []string{eventsT}, fill: []string{tenEvents}, after: []string{eventsT + " SETTINGS index_granularity = 1024"},
		want: []string{"block KY309 T"}, text: "this setting in place: index_granularity 8192 → 1024",
	},
	{
		code: "KY309", name: "empty", before: []string{eventsT}, after: []string{eventsT + " SETTINGS index_granularity = 1024"},
		want: []string{"warn KY309 T"},
	},
	{
		code: "KY309", name: "a setting that can change", before: []string{eventsT}, fill: []string{tenEvents}, after: []string{eventsT + " SETTINGS merge_with_ttl_timeout = 3600"},
	},
	{
		code: "KY311", name: "a new table", after: []string{eventsT},
		edit: table(func(t *inframap.Table) { t.Columns[0].Required = false }),
		want: []string{"block KY311 T"}, text: "has id in a key, which can be NULL",
	},
	{
		code: "KY311", name: "a column outside of the key", after: []string{eventsT},
		edit: table(func(t *inframap.Table) { t.Columns[2].Required = false }),
	},
	{
		code: "KY311", name: "allowed by a setting",
		after: []string{"CREATE TABLE T (id Nullable(UInt32)) ENGINE = MergeTree ORDER BY id SETTINGS allow_nullable_key = 1"},
	},
	{
		code: "KY312", name: "another cluster", before: []string{eventsT}, after: []string{eventsT},
		edit: func(before, after *inframap.Map) {
			was, is := "east", "west"
			for id := range before.Tables {
				before.Tables[id].ClusterName, after.Tables[id].ClusterName = &was, &is
			}
		},
		want: []string{"warn KY312 T"}, text: "(east → west)",
	},
	{
		code: "KY312", name: "the same cluster", before: []string{eventsT}, after: []string{eventsT},
		edit: func(before, after *inframap.Map) {
			name := "east"
			for id := range before.Tables {
				before.Tables[id].ClusterName, after.Tables[id].ClusterName = &name, &name
			}
		},
	},
	{
		code: "KY315", name: "by the second", after: []string{"CREATE TABLE T (id UInt32, at DateTime('UTC')) ENGINE = MergeTree PARTITION BY at ORDER BY id"},
		want: []string{"warn KY315 T"}, text: "each value of at (DateTime('UTC'))",
	},
	{
		code: "KY315", name: "by the month", after: []string{"CREATE TABLE T (id UInt32, at DateTime('UTC')) ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY id"},
	},
	{
		code: "KY315", name: "a table that is so already, recreated for another reason",
		before: []string{"CREATE TABLE T (id UInt32, at DateTime('UTC')) ENGINE = MergeTree PARTITION BY at ORDER BY id"},
		after:  []string{"CREATE TABLE T (id UInt32, at DateTime('UTC')) ENGINE = MergeTree PARTITION BY at ORDER BY (id, at)"},
		want:   []string{"warn KY301 T"},
	},
}
