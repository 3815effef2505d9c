package hazards

var dsPairs = []pair{
	{
		code: "DS101", name: "a table with rows goes",
		before: []string{"CREATE TABLE T (id UInt8) ENGINE = MergeTree ORDER BY id"},
		fill:   []string{"INSERT INTO T SELECT number FROM numbers(12)"},
		want:   []string{"block DS101 T"}, text: "its 12 rows",
	},
	{
		code: "DS101", name: "an empty table goes",
		before: []string{"CREATE TABLE T (id UInt8) ENGINE = MergeTree ORDER BY id"},
		want:   []string{"warn DS101 T"}, text: "it holds no rows now",
	},
	{
		code: "DS101", name: "a table comes",
		after: []string{"CREATE TABLE T (id UInt8) ENGINE = MergeTree ORDER BY id"},
	},
}
