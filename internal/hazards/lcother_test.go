package hazards

var lcOthers = []pair{
	{
		code: "LC217", name: "another function",
		before: []string{"CREATE TABLE T (id UInt8, c AggregateFunction(sum, UInt64)) ENGINE = AggregatingMergeTree ORDER BY id"},
		after:  []string{"CREATE TABLE T (id UInt8, c AggregateFunction(max, UInt64)) ENGINE = AggregatingMergeTree ORDER BY id"},
		want:   []string{"block LC217 T.c"},
	},
	{
		code: "LC217", name: "the same function",
		before: []string{"CREATE TABLE T (id UInt8, c AggregateFunction(sum, UInt64)) ENGINE = AggregatingMergeTree ORDER BY id"},
		after:  []string{"CREATE TABLE T (id UInt8, c AggregateFunction(sum, UInt64), d SimpleAggregateFunction(sum, UInt64)) ENGINE = AggregatingMergeTree ORDER BY id"},
	},
	{
		code: "LC218", name: "another function",
		before: []string{"CREATE TABLE T (id UInt8, c SimpleAggregateFunction(max, UInt64)) ENGINE = AggregatingMergeTree ORDER BY id"}, fill: valuesOf("7"),
		after: []string{"CREATE TABLE T (id UInt8, c SimpleAggregateFunction(sum, UInt64)) ENGINE = AggregatingMergeTree ORDER BY id"},
		want:  []string{"block LC218 T.c"}, text: "with sum instead of max",
	},
	{
		code: "LC218", name: "no function any more",
		before: []string{"CREATE TABLE T (id UInt8, c SimpleAggregateFunction(sum, UInt64)) ENGINE = AggregatingMergeTree ORDER BY id"}, fill: valuesOf("7"),
		after: []string{"CREATE TABLE T (id UInt8, c UInt64) ENGINE = AggregatingMergeTree ORDER BY id"},
		want:  []string{"block LC218 T.c"}, text: "with no function instead of sum",
	},
	{
		code: "LC218", name: "an empty table",
		before: []string{"CREATE TABLE T (id UInt8, c SimpleAggregateFunction(max, UInt64)) ENGINE = AggregatingMergeTree ORDER BY id"},
		after:  []string{"CREATE TABLE T (id UInt8, c SimpleAggregateFunction(sum, UInt64)) ENGINE = AggregatingMergeTree ORDER BY id"},
		want:   []string{"warn LC218 T.c"},
	},
	{
		code: "LC218", name: "a table that does not aggregate",
		before: columnOf("SimpleAggregateFunction(max, UInt64)"), fill: valuesOf("7"), after: columnOf("SimpleAggregateFunction(sum, UInt64)"),
	},
	{
		code: "LC218", name: "a larger type",
		before: []string{"CREATE TABLE T (id UInt8, c SimpleAggregateFunction(max, UInt32)) ENGINE = AggregatingMergeTree ORDER BY id"}, fill: valuesOf("7"),
		after: []string{"CREATE TABLE T (id UInt8, c SimpleAggregateFunction(max, UInt64)) ENGINE = AggregatingMergeTree ORDER BY id"},
	},

	conversion("LC219", "zero bytes go", "FixedString(4)", "String", "warn LC219", "1 of 2 rows", "'ab'", "'abcd'"),
	conversion("LC219", "no zero bytes", "FixedString(4)", "String", "info LC219", "none of 1 row", "'abcd'"),
	conversion("LC219", "more zero bytes come", "FixedString(4)", "FixedString(6)", "warn LC219", "filled up with zero bytes (1 of 1 row", "'abcd'"),
	conversion("LC219", "another text", "UUID", "String", "", "", "generateUUIDv4()"),

	{
		code: "LC220", name: "rows from before the column",
		before: columnOf("UInt8 DEFAULT 5"), after: columnOf("UInt8 DEFAULT 9"),
		fill: []string{"ALTER TABLE T DROP COLUMN c", "INSERT INTO T VALUES (1), (2)", "ALTER TABLE T ADD COLUMN c UInt8 DEFAULT 5", "INSERT INTO T (id) VALUES (3)"},
		want: []string{"block LC220 T.c"}, text: "2 of 3 rows, such as `5` in the row with the key `1`",
	},
	{
		code: "LC220", name: "all rows store it",
		before: columnOf("UInt8 DEFAULT 5"), after: columnOf("UInt8 DEFAULT 9"), fill: []string{"INSERT INTO T (id) VALUES (1)"},
	},
	{
		code: "LC220", name: "another spelling of the same value",
		before: columnOf("UInt8 DEFAULT id + 4"), after: columnOf("UInt8 DEFAULT id + toUInt8(4)"),
		fill: []string{"ALTER TABLE T DROP COLUMN c", "INSERT INTO T VALUES (1)", "ALTER TABLE T ADD COLUMN c UInt8 DEFAULT id + 4"},
	},
	{
		code: "LC220", name: "not all rows are looked at",
		before: columnOf("UInt8 DEFAULT 5"), after: columnOf("UInt8 DEFAULT 9"), fill: []string{"INSERT INTO T (id) VALUES (1), (2)"}, limits: tight,
		want: []string{"block LC220 T.c"}, text: "is not known",
	},
	{
		code: "LC220", name: "the default goes",
		before: columnOf("UInt8 DEFAULT 5"), after: columnOf("UInt8"),
		fill: []string{"ALTER TABLE T DROP COLUMN c", "INSERT INTO T VALUES (1)", "ALTER TABLE T ADD COLUMN c UInt8 DEFAULT 5"},
		want: []string{"block LC220 T.c"}, text: "has no default instead of 5",
	},
	{
		code: "LC220", name: "a default comes",
		before: columnOf("UInt8"), after: columnOf("UInt8 DEFAULT 9"),
		fill: []string{"ALTER TABLE T DROP COLUMN c", "INSERT INTO T VALUES (1)", "ALTER TABLE T ADD COLUMN c UInt8"},
		want: []string{"block LC220 T.c"}, text: "1 of 1 row",
	},
	{
		code: "LC220", name: "stored since",
		before: columnOf("UInt8 DEFAULT 5"), after: columnOf("UInt8 DEFAULT 9"),
		fill: []string{"ALTER TABLE T DROP COLUMN c", "INSERT INTO T VALUES (1)", "ALTER TABLE T ADD COLUMN c UInt8 DEFAULT 5", "ALTER TABLE T MATERIALIZE COLUMN c"},
	},
	{
		code: "LC220", name: "what was computed is stored",
		before: columnOf("UInt8 ALIAS id + 5"), after: columnOf("UInt8 DEFAULT 9"), fill: []string{"INSERT INTO T (id) VALUES (1)"},
		want: []string{"block LC220 T.c"}, text: "1 of 1 row, such as `6`",
	},
	{
		code: "LC220", name: "what is computed is computed otherwise",
		before: columnOf("UInt8 ALIAS id + 5"), after: columnOf("UInt8 ALIAS id + 6"), fill: []string{"INSERT INTO T (id) VALUES (1)"},
		want: []string{"info LC220 T.c"},
	},
	{
		code: "LC220", name: "a default of another column", before: columnOf("UInt8 DEFAULT 5"),
		after: []string{"CREATE TABLE T (id UInt8, c UInt8 DEFAULT 5, d UInt8 DEFAULT 9) ENGINE = MergeTree ORDER BY id"}, fill: []string{"INSERT INTO T (id) VALUES (1)"},
	},

	conversion("LC221", "another codec", "String CODEC(NONE)", "String CODEC(ZSTD(1))", "info LC221", "compressed with ZSTD(1) instead of NONE", "'a'"),
	conversion("LC221", "the same codec", "String CODEC(NONE)", "String DEFAULT 'x' CODEC(NONE)", "", "", "'a'"),

	{
		code: "LC223", name: "a column that looks renamed",
		before: []string{"CREATE TABLE T (id UInt8, a String) ENGINE = MergeTree ORDER BY id"}, fill: valuesOf("'x'", "''"),
		after: []string{"CREATE TABLE T (id UInt8, b String) ENGINE = MergeTree ORDER BY id"},
		want:  []string{"block LC223 T.a"}, text: "values: 1 of 2 rows, such as `x`",
	},
	{
		code: "LC223", name: "nothing in it",
		before: []string{"CREATE TABLE T (id UInt8, a String) ENGINE = MergeTree ORDER BY id"}, fill: valuesOf("''"),
		after: []string{"CREATE TABLE T (id UInt8, b String) ENGINE = MergeTree ORDER BY id"},
		want:  []string{"warn LC223 T.a"}, text: "none of 1 row",
	},
	{
		code: "LC223", name: "it was said to be a rename",
		before: []string{"CREATE TABLE T (id UInt8, a String) ENGINE = MergeTree ORDER BY id"}, fill: valuesOf("'x'"),
		after:   []string{"CREATE TABLE T (id UInt8, b String) ENGINE = MergeTree ORDER BY id"},
		options: stated,
	},
}
