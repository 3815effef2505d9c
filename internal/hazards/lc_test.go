package hazards

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// columnOf is a table with one column of that definition.
func columnOf(definition string) []string {
	return []string{"CREATE TABLE T (id UInt8, c " + definition + ") ENGINE = MergeTree ORDER BY id"}
}

// valuesOf inserts a row for each value.
func valuesOf(values ...string) []string {
	rows := make([]string, len(values))
	for i, v := range values {
		rows[i] = fmt.Sprintf("(%d, %s)", i+1, v)
	}
	return []string{"INSERT INTO T VALUES " + strings.Join(rows, ", ")}
}

// conversion is a change of the column's definition, with values; finding is what is
// found of the column, empty for nothing.
func conversion(code, name, from, to, finding, text string, values ...string) pair {
	p := pair{code: code, name: name, before: columnOf(from), after: columnOf(to), text: text}
	if len(values) > 0 {
		p.fill = valuesOf(values...)
	}
	if finding != "" {
		p.want = []string{finding + " T.c"}
	}
	return p
}

// tight are limits within which only some rows are looked at.
var tight = probe.Limits{Seconds: 30, Rows: 1, Bytes: 1}

// uncounted is a pair in which the question looks at a part of the rows only.
func uncounted(p pair) pair {
	p.limits = tight
	p.name += ", not counted in full"
	return p
}

// stated answers that the column a of the table T is called b from then on.
func stated(database string) diff.Options {
	t := schema.Name{Database: database, Object: "T"}
	return diff.Options{Renames: []diff.Rename{{Table: t, To: t, Columns: map[string]string{"a": "b"}}}}
}

const enum = "Enum8('new' = 1, 'paid' = 2, 'returned' = 3)"

var lcPairs = slices.Concat(lcTypes, lcOthers)

var lcTypes = []pair{
	conversion("LC200", "numbers become dates", "UInt32", "Date", "block LC200", "1 of 2 rows, such as `20240501` in the row with the key `2`", "19000", "20240501"),
	conversion("LC200", "numbers that are days", "UInt32", "Date", "warn LC200", "none of 1 row", "19000"),
	conversion("LC200", "what cannot be asked", "UUID", "UInt128", "block LC200", "is not known", "generateUUIDv4()"),
	conversion("LC200", "a larger number", "UInt32", "UInt64", "", "", "1"),

	conversion("LC201", "a number does not fit", "Int32", "UInt8", "block LC201", "2 of 3 rows, such as `300` in the row with the key `2`", "1", "300", "-1"),
	conversion("LC201", "all numbers fit", "Int32", "UInt8", "warn LC201", "none of 2 rows", "1", "255"),
	conversion("LC201", "an empty table", "Int32", "UInt8", "warn LC201", "the table holds no rows now"),
	uncounted(conversion("LC201", "all numbers fit", "Int32", "UInt8", "block LC201", "", "1", "255", "3")),
	conversion("LC201", "a fraction", "Float64", "Int64", "block LC201", "1 of 2 rows", "1", "1.5"),
	conversion("LC201", "yes or no", "UInt8", "Bool", "block LC201", "1 of 2 rows", "1", "2"),
	conversion("LC201", "an enum becomes a smaller number", "Enum16('a' = 1, 'b' = 300)", "UInt8", "block LC201", "1 of 2 rows", "'a'", "'b'"),
	conversion("LC201", "a larger number", "Int32", "Int64", "", "", "1"),
	conversion("LC201", "NULL stays", "Nullable(Int32)", "Nullable(Int8)", "warn LC201", "none of 2 rows", "NULL", "5"),
	{
		code: "LC201", name: "smaller under a new name",
		before: []string{"CREATE TABLE T (id UInt8, a Int32) ENGINE = MergeTree ORDER BY id"}, fill: valuesOf("300"),
		after:   []string{"CREATE TABLE T (id UInt8, b Int8) ENGINE = MergeTree ORDER BY id"},
		options: stated, want: []string{"block LC201 T.b"}, text: "1 of 1 row, such as `300`",
	},
	{
		code: "LC201", name: "a hostile name",
		before: []string{"CREATE TABLE T (id UInt8, `c``) OR 1 --'` Int32) ENGINE = MergeTree ORDER BY id"}, fill: valuesOf("1", "300"),
		after: []string{"CREATE TABLE T (id UInt8, `c``) OR 1 --'` Int8) ENGINE = MergeTree ORDER BY id"},
		want:  []string{"block LC201 T.c`) OR 1 --'"}, text: "1 of 2 rows",
	},
	{
		code: "LC201", name: "a computed column",
		before: columnOf("Int32 ALIAS id * 300"), fill: []string{"INSERT INTO T (id) VALUES (2)"}, after: columnOf("Int8 ALIAS id * 300"),
		want: nil,
	},

	conversion("LC202", "digits are lost", "Int64", "Float64", "warn LC202", "1 of 2 rows", "1", "9007199254740993"),
	conversion("LC202", "all numbers have few digits", "Float64", "Float32", "info LC202", "none of 2 rows", "1", "0.5"),
	conversion("LC202", "more digits", "Float32", "Float64", "", "", "1.1"),

	conversion("LC203", "digits behind the point are cut", "Decimal(10, 4)", "Decimal(10, 2)", "block LC203", "1 of 2 rows, such as `1.2399`", "1.23", "1.2399"),
	conversion("LC203", "no digits there", "Decimal(10, 4)", "Decimal(10, 2)", "warn LC203", "none of 1 row", "1.23"),
	conversion("LC203", "to a whole number", "Decimal(10, 4)", "Int64", "block LC203", "1 of 2 rows", "1", "1.5"),
	conversion("LC203", "from floating point", "Float64", "Decimal(9, 2)", "block LC203", "1 of 2 rows", "1.5", "1.239"),
	conversion("LC203", "more digits", "Decimal(10, 2)", "Decimal(12, 4)", "", "", "1.23"),

	conversion("LC204", "fractions of a second are cut", "DateTime64(3)", "DateTime", "block LC204", "1 of 2 rows, such as `2024-05-01 10:00:00.789`", "'2024-05-01 10:00:00'", "'2024-05-01 10:00:00.789'"),
	conversion("LC204", "no fractions there", "DateTime64(3)", "DateTime", "warn LC204", "none of 1 row", "'2024-05-01 10:00:00'"),
	conversion("LC204", "years out of range", "Date32", "Date", "block LC204", "1 of 2 rows, such as `1950-01-01`", "'1950-01-01'", "'2024-05-01'"),
	conversion("LC204", "more years", "Date", "Date32", "", "", "'2024-05-01'"),

	conversion("LC205", "another zone", "DateTime('UTC')", "DateTime('Asia/Tokyo')", "warn LC205", "1 of 1 row", "'2024-05-01 10:00:00'"),
	conversion("LC205", "another zone in an array", "Array(DateTime('UTC'))", "Array(DateTime('Asia/Tokyo'))", "warn LC205", "1 of 1 row", "['2024-05-01 10:00:00']"),
	conversion("LC205", "a zone that shows the same", "DateTime('UTC')", "DateTime('Etc/UTC')", "info LC205", "none of 1 row", "'2024-05-01 10:00:00'"),
	conversion("LC205", "the same zone", "DateTime('UTC')", "DateTime('UTC') COMMENT 'x'", "", "", "'2024-05-01 10:00:00'"),

	conversion("LC206", "a text is no number", "String", "UInt64", "block LC206", "1 of 2 rows, such as `n/a`", "'12'", "'n/a'"),
	conversion("LC206", "a text is spelled otherwise", "String", "UInt64", "block LC206", "such as `007`", "'12'", "'007'"),
	conversion("LC206", "all are numbers", "LowCardinality(String)", "UInt64", "warn LC206", "none of 1 row", "'12'"),
	conversion("LC206", "a text is no JSON", "String", "JSON", "block LC206", "1 of 2 rows", `'{"a":1}'`, `'{"a":'`),
	conversion("LC206", "a text is too long", "String", "FixedString(3)", "block LC206", "1 of 2 rows", "'abc'", "'abcd'"),
	conversion("LC206", "a text that no list can be made of", "String", "Array(UInt8)", "block LC206", "is not known", "'x'"),
	conversion("LC206", "a text with a dictionary", "String", "LowCardinality(Nullable(String))", "", "", "'x'"),

	conversion("LC207", "shorter", "FixedString(4)", "FixedString(3)", "block LC207", "which ClickHouse refuses", "'ab'"),
	conversion("LC207", "longer", "FixedString(3)", "FixedString(4)", "warn LC219", "", "'ab'"),

	conversion("LC208", "NULLs get a default", "Nullable(UInt8)", "UInt8 DEFAULT 7", "block LC208", "each becomes 7 (NULL: 1 row of 2)", "1", "NULL"),
	conversion("LC208", "no NULLs", "Nullable(UInt8)", "UInt8", "warn LC208", "no row of 1", "1"),
	conversion("LC208", "in a dictionary", "LowCardinality(Nullable(String))", "LowCardinality(String) DEFAULT 'none'", "block LC208", "'none'", "'a'", "NULL"),
	{
		code: "LC208", name: "NULLs go and the number is narrowed", before: columnOf("Nullable(Int32)"), after: columnOf("Int8 DEFAULT 7"), fill: valuesOf("300", "NULL"),
		want: []string{"block LC201 T.c", "block LC208 T.c"}, text: "1 row of 2",
	},
	conversion("LC208", "still nullable", "Nullable(UInt8)", "Nullable(UInt16)", "", "", "1", "NULL"),

	conversion("LC209", "NULL is allowed", "UInt8", "Nullable(UInt8)", "info LC209", "", "1"),
	conversion("LC209", "NULL was allowed", "Nullable(UInt8)", "Nullable(UInt16)", "", "", "1"),

	conversion("LC210", "a value that rows hold is removed", enum, "Enum8('new' = 1, 'paid' = 2)", "block LC210", "1 of 2 rows, such as `returned` in the row with the key `2`", "'paid'", "'returned'"),
	conversion("LC210", "no row holds the value", enum, "Enum8('new' = 1, 'paid' = 2)", "warn LC210", "none of 1 row", "'paid'"),
	conversion("LC210", "a value is added", "Enum8('new' = 1)", enum, "", "", "'new'"),
	{
		code: "LC210", name: "one value goes and another is renamed", before: columnOf(enum), after: columnOf("Enum8('new' = 1, 'done' = 2)"), fill: valuesOf("'paid'", "'returned'"),
		want: []string{"block LC210 T.c", "block LC211 T.c"},
	},

	conversion("LC211", "a value is renamed", enum, "Enum8('new' = 1, 'paid' = 2, 'shipped' = 3)", "block LC211", "'returned' becomes 'shipped', in all rows that hold it (1 of 2 rows", "'paid'", "'returned'"),
	conversion("LC211", "a value is renamed and the enum grows", "Enum8('a' = 1)", "Enum16('b' = 1)", "block LC211", "1 of 1 row", "'a'"),
	conversion("LC211", "no row holds the value", enum, "Enum8('new' = 1, 'paid' = 2, 'shipped' = 3)", "warn LC211", "none of 1 row", "'paid'"),
	conversion("LC211", "a value is added", "Enum8('new' = 1)", enum, "", "", "'new'"),

	conversion("LC212", "two numbers are swapped", "Enum8('a' = 1, 'b' = 2)", "Enum8('a' = 2, 'b' = 1)", "block LC212", "'a', 'b'", "'a'"),
	conversion("LC212", "a value is added", "Enum8('a' = 1)", "Enum8('a' = 1, 'b' = 2)", "", "", "'a'"),

	conversion("LC213", "a value is added", "Enum8('a' = 1)", "Enum8('a' = 1, 'b' = 2)", "info LC213", "", "'a'"),
	conversion("LC213", "an enum gets wider", "Enum8('a' = 1)", "Enum16('a' = 1, 'b' = 1000)", "info LC213", "", "'a'"),
	conversion("LC213", "nothing is added", "Enum8('a' = 1)", "Enum8('a' = 1) DEFAULT 'a'", "", "", "'a'"),

	{
		code: "LC214", name: "many different values", before: columnOf("String"), after: columnOf("LowCardinality(String)"),
		fill: []string{"INSERT INTO T SELECT 1, toString(number) FROM numbers(150000)"},
		want: []string{"warn LC214 T.c"}, text: "different values in 150,000 rows",
	},
	conversion("LC214", "few different values", "String", "LowCardinality(String)", "info LC214", "about 2 different values in 2 rows", "'a'", "'b'"),
	conversion("LC214", "no dictionary any more", "LowCardinality(String)", "String", "info LC214", "loses LowCardinality", "'a'"),
	conversion("LC214", "a longer number", "UInt8", "UInt16", "", "", "1"),

	conversion("LC215", "a field goes", "Tuple(a UInt8, b String)", "Tuple(a UInt8)", "block LC215", "1 of 2 rows", "(1, 'x')", "(2, '')"),
	conversion("LC215", "an empty field goes", "Tuple(a UInt8, b String)", "Tuple(a UInt8)", "warn LC215", "none of 1 row", "(2, '')"),
	conversion("LC215", "a field of an array goes", "Array(Tuple(a UInt8, b String))", "Array(Tuple(a UInt8))", "block LC215", "1 of 1 row", "[(1, 'x')]"),
	conversion("LC215", "another order", "Tuple(a UInt8, b String)", "Tuple(b String, a UInt8)", "warn LC215", "none of 1 row", "(1, 'x')"),
	conversion("LC215", "a field comes", "Tuple(a UInt8)", "Tuple(a UInt8, b String)", "", "", "(1)"),

	conversion("LC216", "an element does not fit", "Array(UInt16)", "Array(UInt8)", "block LC216", "1 of 2 rows, such as `[1,300]`", "[1]", "[1, 300]"),
	conversion("LC216", "all elements fit", "Array(UInt16)", "Array(UInt8)", "warn LC216", "none of 1 row", "[1]"),
	conversion("LC216", "in a map", "Map(String, Int32)", "Map(String, Int8)", "block LC216", "1 of 1 row", "map('a', 300)"),
	conversion("LC216", "in a field", "Tuple(a Int32, b String)", "Tuple(a Int8, b String)", "block LC216", "1 of 1 row", "(300, 'x')"),
	conversion("LC216", "larger elements", "Array(UInt8)", "Array(UInt16)", "", "", "[1]"),
}
