package hazards

var lcPairs = []pair{
	{
		code: "LC210", name: "a value that rows hold is removed",
		before: []string{"CREATE TABLE T (id UInt8, state Enum8('new' = 1, 'paid' = 2, 'returned' = 3)) ENGINE = MergeTree ORDER BY id"},
		fill:   []string{"INSERT INTO T SELECT number, if(number < 7, 'paid', 'returned') FROM numbers(10)"},
		after:  []string{"CREATE TABLE T (id UInt8, state Enum8('new' = 1, 'paid' = 2)) ENGINE = MergeTree ORDER BY id"},
		want:   []string{"block LC210 T.state"}, text: "3 of 10 rows, such as `returned` in the row with the key `7`",
	},
	{
		code: "LC210", name: "no row holds the value",
		before: []string{"CREATE TABLE T (id UInt8, state Enum8('new' = 1, 'paid' = 2, 'returned' = 3)) ENGINE = MergeTree ORDER BY id"},
		fill:   []string{"INSERT INTO T SELECT number, 'paid' FROM numbers(10)"},
		after:  []string{"CREATE TABLE T (id UInt8, state Enum8('new' = 1, 'paid' = 2)) ENGINE = MergeTree ORDER BY id"},
		want:   []string{"warn LC210 T.state"}, text: "none of 10 rows",
	},
	{
		code: "LC210", name: "a value is added",
		before: []string{"CREATE TABLE T (id UInt8, state Enum8('new' = 1, 'paid' = 2)) ENGINE = MergeTree ORDER BY id"},
		fill:   []string{"INSERT INTO T SELECT number, 'paid' FROM numbers(10)"},
		after:  []string{"CREATE TABLE T (id UInt8, state Enum8('new' = 1, 'paid' = 2, 'returned' = 3)) ENGINE = MergeTree ORDER BY id"},
	},
}
