package lc

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/chtype"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
)

// sample is a pair of types with values, of which the server is asked what becomes of them.
type sample struct {
	from, to string
	// values are SQL expressions.
	values []string
	// shown is the form in which a value is compared before and after, with the column
	// as c; the text when empty.
	shown string
	// more is set where the condition may hold for values that stay.
	more bool
	// unasked is set where one value that does not fit ends the question.
	unasked bool
}

const (
	seconds = "toDecimal64(toDateTime64(c, 6, 'UTC'), 6)"
	whole   = "toInt256(c)"
)

var samples = []sample{
	{from: "Int32", to: "UInt8", values: []string{"0", "255", "256", "300", "-1", "-2147483648"}},
	{from: "Int64", to: "Int32", values: []string{"0", "2147483647", "2147483648", "-2147483648", "-2147483649"}},
	{from: "Int8", to: "UInt64", values: []string{"0", "127", "-1", "-128"}},
	{from: "UInt64", to: "Int64", values: []string{"0", "9223372036854775807", "9223372036854775808", "18446744073709551615"}},
	{from: "UInt256", to: "Int128", values: []string{"0", "toUInt256('170141183460469231731687303715884105727')", "toUInt256('170141183460469231731687303715884105728')"}},
	{from: "Int16", to: "Bool", values: []string{"0", "1", "2", "-1", "256"}, shown: whole},
	{from: "Float64", to: "Int32", values: []string{"0", "1.5", "-1", "-0.5", "3e9", "nan", "inf", "-0.0"}, shown: "toFloat64(c) + 0"},
	{from: "Float64", to: "UInt8", values: []string{"255", "256", "-1", "0.1"}, shown: "toFloat64(c)"},
	{from: "Float32", to: "Int64", values: []string{"1.1", "16777216", "1e30"}, shown: "toFloat64(c)"},
	{from: "Nullable(Int32)", to: "Nullable(UInt8)", values: []string{"NULL", "1", "300"}},
	{from: "Nullable(Int32)", to: "Nullable(Int8)", values: []string{"NULL", "1", "-129"}},
	{from: "LowCardinality(String)", to: "Nullable(UInt8)", values: []string{"'1'", "'x'"}},
	{from: "LowCardinality(Nullable(String))", to: "Nullable(UInt8)", values: []string{"NULL", "'1'", "'x'"}},
	{from: "Enum16('a' = 1, 'b' = 300)", to: "Int8", values: []string{"'a'", "'b'"}, shown: "toInt16(c)"},

	{from: "Float64", to: "Float32", values: []string{"0", "0.5", "0.1", "16777217", "1e300", "nan", "inf"}, shown: "toFloat64(c)"},
	{from: "Int32", to: "Float32", values: []string{"0", "16777216", "16777217", "2147483647", "-16777217"}, shown: "toDecimal128(c, 0)"},
	{from: "Int64", to: "Float64", values: []string{"0", "9007199254740992", "9007199254740993", "9223372036854775807"}, shown: "toDecimal128(c, 0)"},

	{from: "Decimal(10, 4)", to: "Decimal(10, 2)", values: []string{"'1.25'", "'1.2399'", "'-0.009'", "'99999.99'", "'0'"}},
	{from: "Decimal(18, 4)", to: "Decimal(9, 4)", values: []string{"'1.25'", "'99999.9999'", "'100000'", "'-100000'", "'12345678901234'"}, more: true},
	{from: "Decimal(18, 2)", to: "Decimal(9, 4)", values: []string{"'1.25'", "'99999.99'", "'100000'", "'-1234567890123456'"}, more: true},
	{from: "Decimal(10, 2)", to: "Int32", values: []string{"'1'", "'1.5'", "'-0.01'", "'99999999'"}, shown: "toDecimal128(c, 2)"},
	{from: "Decimal(18, 2)", to: "UInt8", values: []string{"'255'", "'256'", "'-1'", "'9999999999999999'"}, shown: "toDecimal128(c, 2)"},
	{from: "Decimal(18, 2)", to: "Int64", values: []string{"'1'", "'1.5'"}, shown: "toDecimal128(c, 2)"},
	{from: "Decimal(18, 4)", to: "Float64", values: []string{"'1.15'", "'0.1'", "'99999999999999.9999'", "'12345678901.2345'", "'-7'"}},
	{from: "Decimal(18, 4)", to: "Float32", values: []string{"'1.5'", "'1.15'", "'123456.7891'", "'-7'"}},
	{from: "Int32", to: "Decimal(9, 4)", values: []string{"0", "99999", "100000", "-100000", "2147483647"}, more: true},
	{from: "UInt64", to: "Decimal(18, 0)", values: []string{"0", "999999999999999999", "1000000000000000000", "18446744073709551615"}, more: true},
	{from: "Float64", to: "Decimal(9, 2)", values: []string{"1.5", "1.15", "1.25", "1.239", "nan", "1e12", "-2.01"}, shown: "toFloat64(c)"},
	{from: "Float32", to: "Decimal(9, 2)", values: []string{"1.5", "1.1", "1e12"}, shown: "toFloat32(c)"},

	{from: "DateTime64(3, 'UTC')", to: "DateTime('UTC')", values: []string{"'2024-05-01 10:00:00'", "'2024-05-01 10:00:00.5'", "'1950-01-01 00:00:00'", "'2106-02-07 06:28:16'"}, shown: seconds},
	{from: "DateTime64(3, 'UTC')", to: "Date", values: []string{"'2024-05-01 00:00:00'", "'2024-05-01 00:00:00.001'", "'1950-01-01 00:00:00'", "'2150-01-01 00:00:00'"}, shown: seconds},
	{from: "DateTime64(6, 'UTC')", to: "DateTime64(3, 'UTC')", values: []string{"'2024-05-01 10:00:00.123'", "'2024-05-01 10:00:00.123456'"}, shown: seconds},
	{from: "DateTime64(3, 'UTC')", to: "DateTime64(9, 'UTC')", values: []string{"'2024-05-01 10:00:00.123'", "'1900-01-01 00:00:00'", "'2262-04-11 23:47:15.999'", "'2290-01-01 00:00:00'"}, shown: seconds},
	{from: "DateTime('UTC')", to: "Date", values: []string{"'2024-05-01 00:00:00'", "'2024-05-01 00:00:01'"}, shown: seconds},
	{from: "Date32", to: "Date", values: []string{"'2024-05-01'", "'1950-01-01'", "'2200-01-01'"}},
	{from: "Date", to: "DateTime('UTC')", values: []string{"'2024-05-01'", "'2149-01-01'"}, shown: "toString(toDate32(c))"},
	{from: "Date32", to: "DateTime64(9, 'UTC')", values: []string{"'2024-05-01'", "'1900-01-01'", "'2290-01-01'"}, shown: "toString(toDate32(c))"},
	{from: "DateTime('UTC')", to: "UInt32", values: []string{"'2024-05-01 10:00:00'"}, shown: "toUInt32(c)"},
	{from: "DateTime('UTC')", to: "UInt16", values: []string{"'2024-05-01 10:00:00'", "'1970-01-01 00:00:09'"}, shown: "toUInt32(c)"},
	{from: "Date", to: "UInt8", values: []string{"'2024-05-01'", "'1970-01-09'"}, shown: "toUInt16(c)"},

	{from: "String", to: "UInt8", values: []string{"'1'", "'007'", "'300'", "'-1'", "'x'", "''", "'1.5'", "' 1'"}},
	{from: "String", to: "Int64", values: []string{"'1'", "'-5'", "'+5'", "'9223372036854775808'"}},
	{from: "String", to: "Float64", values: []string{"'1.5'", "'1e3'", "'x'", "'0.1'", "'nan'"}},
	{from: "String", to: "Float64", values: []string{"'1.50'", "'2.0'"}, shown: "toFloat64(c)"},
	{from: "String", to: "Decimal(9, 2)", values: []string{"'1.5'", "'1.239'", "'x'", "'99999999999'"}},
	{from: "String", to: "Decimal(9, 2)", values: []string{"'1.50'", "'1.00'"}, shown: "toDecimal64(c, 2)"},
	{from: "String", to: "Date", values: []string{"'2024-05-01'", "'2024-5-1'", "'2024-02-31'", "'1950-01-01'", "'x'", "'2024-05-01 10:00:00'"}},
	{from: "String", to: "DateTime('UTC')", values: []string{"'2024-05-01 10:00:00'", "'2024-05-01 10:00:00.123'", "'x'", "'1714557600'"}},
	{from: "String", to: "DateTime64(3, 'UTC')", values: []string{"'2024-05-01 10:00:00.120'", "'2024-05-01 10:00:00.1234'", "'x'"}},
	{from: "String", to: "DateTime64(3, 'UTC')", values: []string{"'2024-05-01 10:00:00'", "'2024-05-01 10:00:00.5'"}, shown: "toDateTime64(c, 3, 'UTC')"},
	{from: "String", to: "UUID", values: []string{"'00000000-0000-0000-0000-00000000000a'", "'x'"}},
	{from: "String", to: "UUID", values: []string{"'00000000-0000-0000-0000-00000000000A'"}, shown: "lower(toString(c))"},
	{from: "String", to: "Bool", values: []string{"'true'", "'false'", "'maybe'"}},
	{from: "String", to: "IPv4", values: []string{"'1.2.3.4'", "'x'"}},
	{from: "String", to: "IPv6", values: []string{"'::1'", "'x'"}},
	{from: "String", to: "JSON", values: []string{`'{"a":1}'`, `'{"a":null}'`, `'{"a":'`, `'[1]'`}},
	{from: "String", to: "JSON", values: []string{`'{ "a" : 1 }'`}, shown: "replaceAll(toString(c), ' ', '')"},
	{from: "String", to: "Enum8('a' = 1, 'b\\'' = 2)", values: []string{"'a'", `'b\''`, "'c'", "''"}},
	{from: "String", to: "FixedString(3)", values: []string{"'abc'", "'abcd'"}},
	{from: "String", to: "FixedString(3)", values: []string{"'ab'", "''"}, shown: "trimRight(toString(c), '\\0')"},
	{from: "String", to: "Array(UInt8)", values: []string{"'[1,2]'"}},
	{from: "String", to: "Array(UInt8)", values: []string{"'[1,2]'", "'x'"}, unasked: true},
	{from: "FixedString(2)", to: "UInt8", values: []string{"'12'", "'xx'"}},

	{from: "Enum8('a' = 1, 'b' = 2)", to: "Enum8('a' = 1)", values: []string{"'a'", "'b'"}},
	{from: "Enum8('a' = 1, 'b' = 2)", to: "Enum8('a' = 1, 'x' = 2)", values: []string{"'a'", "'b'"}},
	{from: "Enum8('a' = 1, 'b' = 2)", to: "Enum16('a' = 1, 'x' = 2)", values: []string{"'a'", "'b'"}},
	{from: "Int8", to: "Enum8('a' = 1, 'b' = 2)", values: []string{"1", "2", "3"}, shown: "toInt8(c)"},

	{from: "Array(Int32)", to: "Array(Int8)", values: []string{"[]", "[1, 2]", "[1, 300]"}},
	{from: "Array(Nullable(Int32))", to: "Array(Int32)", values: []string{"[1]", "[1, NULL]"}},
	{from: "Array(Nullable(Int32))", to: "Array(Nullable(Int8))", values: []string{"[NULL]", "[NULL, 300]"}},
	{from: "Array(Array(Int32))", to: "Array(Array(Int8))", values: []string{"[[1]]", "[[1], [300]]"}},
	{from: "Array(Enum8('a' = 1, 'b' = 2))", to: "Array(Enum8('a' = 1))", values: []string{"['a']", "['a', 'b']"}},
	{from: "Array(LowCardinality(String))", to: "Array(UInt8)", values: []string{"['1']", "['1', 'x']"}, shown: `replaceAll(toString(c), '\'', '')`},
	{from: "Map(String, Int32)", to: "Map(String, Int8)", values: []string{"map()", "map('a', 1)", "map('a', 300)"}},
	{from: "Map(Int32, String)", to: "Map(Int8, String)", values: []string{"map(1, 'a')", "map(300, 'a')"}},
	{from: "Tuple(a Int32, b String)", to: "Tuple(a Int8, b String)", values: []string{"(1, 'x')", "(300, 'x')"}},
	{from: "Tuple(Int32, String)", to: "Tuple(Int8, String)", values: []string{"(1, 'x')", "(300, 'x')"}},
	{from: "Tuple(a UInt8, b String)", to: "Tuple(a UInt8)", values: []string{"(1, '')", "(1, 'x')"}, shown: "toJSONString(tuple(c.a, " + "arrayFilter(x -> x != '', [tupleElement(c, 'b', '')])))"},
	{from: "Tuple(a UInt8, b Nullable(String))", to: "Tuple(a UInt8)", values: []string{"(1, NULL)", "(1, '')"}, shown: "toJSONString(tuple(c.a, arrayFilter(x -> isNotNull(x), [tupleElement(c, 'b', NULL)])))"},
	{from: "Tuple(a UInt8, b String)", to: "Tuple(b String, a UInt8)", values: []string{"(1, 'x')"}, shown: "toString((c.a, c.b))"},
	{from: "Array(Tuple(a Int32, b String))", to: "Array(Tuple(a Int8, b String))", values: []string{"[(1, 'x')]", "[(1, 'x'), (300, 'y')]"}},
	{from: "SimpleAggregateFunction(max, Int32)", to: "SimpleAggregateFunction(max, Int8)", values: []string{"1", "300"}},

	{from: "UInt32", to: "Date", values: []string{"1", "19000", "20240501", "65535"}, shown: "toUInt32(c)"},
	{from: "Int64", to: "DateTime('UTC')", values: []string{"0", "1714557600", "-1", "4294967296"}, shown: "toInt64(c)"},
	{from: "IPv6", to: "IPv4", values: []string{"'::ffff:1.2.3.4'"}, shown: "toString(toIPv6(c))", more: true},
	{from: "IPv6", to: "IPv4", values: []string{"'::ffff:1.2.3.4'", "'::1'"}, unasked: true},
	{from: "UUID", to: "UInt128", values: []string{"'00000000-0000-0000-0000-00000000000a'"}, unasked: true},
	{from: "JSON", to: "String", values: []string{`'{"a":1}'`}, more: true},
	{from: "Array(UInt8)", to: "String", values: []string{"[1, 2]"}, more: true},
}

// TestTheConditionIsWhatTheServerDoes converts every value by itself and compares which
// of them fail or read otherwise with those that the condition names.
func TestTheConditionIsWhatTheServerDoes(t *testing.T) {
	ch := testparts.ClickHouse(t)
	database := testparts.Database(t, ch)
	target, err := dsn.ParseClickHouse(ch.NativeURL(database))
	if err != nil {
		t.Fatal(err)
	}
	client, err := clickhouse.Open(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	for i, p := range samples {
		t.Run(p.from+" to "+p.to, func(t *testing.T) {
			t.Parallel()
			oracle(t, client, p, fmt.Sprintf("t%d", i))
		})
	}
}

func oracle(t *testing.T, client *clickhouse.Client, p sample, table string) {
	run := func(sql string) (string, error) { return client.Lines(t.Context(), sql) }
	must := func(sql string) string {
		t.Helper()
		out, err := run(sql)
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		return out
	}
	shown := p.shown
	if shown == "" {
		shown = "toString(c)"
	}
	shown = "SELECT toString(" + shown + ") FROM "
	condition := conversion{from: p.from, to: p.to, column: "c"}.changes()
	named, unasked := map[string]bool{}, false
	changed := map[string]bool{}
	for n, value := range p.values {
		one := fmt.Sprintf("%s_%d", table, n)
		must("CREATE TABLE " + one + " (c " + p.from + ") ENGINE = MergeTree ORDER BY tuple()")
		must("INSERT INTO " + one + " SELECT CAST(" + value + ", '" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(p.from) + "')")
		answer, err := run("SELECT countIf(ifNull(" + condition + ", 0)) FROM " + one)
		unasked = unasked || err != nil
		named[value] = answer == "1"
		if err != nil && !p.unasked {
			t.Errorf("%s: %s: %v", value, condition, err)
		}
		before := must(shown + one)
		_, failed := run("ALTER TABLE " + one + " MODIFY COLUMN c " + p.to + " SETTINGS mutations_sync = 2")
		after, unread := run(shown + one)
		if failed != nil {
			// The server would try it again and again.
			_, _ = run("KILL MUTATION WHERE database = currentDatabase() AND table = '" + one + "'")
		}
		must("DROP TABLE " + one)
		changed[value] = failed != nil || unread != nil || before != after
		switch {
		case p.unasked && err != nil:
		case changed[value] && !named[value]:
			t.Errorf("%s changes from %q to %q (%v, %v), and %s does not hold", value, before, after, failed, unread, condition)
		case named[value] && !changed[value] && !p.more:
			t.Errorf("%s stays %q, and %s holds", value, before, condition)
		}
	}
	if p.unasked && !unasked {
		t.Error("every question was answered")
	}
}

// TestEveryLossHasARule demands a rule for each pair of types of which the report says
// that it can change values.
func TestEveryLossHasARule(t *testing.T) {
	var types []string
	for _, p := range samples {
		types = append(types, p.from, p.to)
	}
	types = append(types, "AggregateFunction(sum, UInt64)", "AggregateFunction(max, UInt64)", "Variant(String, UInt8)", "Dynamic", "Nested(a Int8)", "Nested(b Int8)", "Point", "(")
	slices.Sort(types)
	types = slices.Compact(types)
	for _, from := range types {
		for _, to := range types {
			c := conversion{from: from, to: to, column: "c"}
			before := from
			if c.losesNull() {
				before = chtype.WithoutNull(from)
			}
			if from != to && chtype.ConversionOf(before, to, false) != chtype.Keeps && c.rule() == "" {
				t.Errorf("%s to %s can change values, and no rule names it", from, to)
			}
			if code := c.rule(); code != "" && !known(code) {
				t.Errorf("%s to %s: there is no rule %s", from, to, code)
			}
			_ = c.changes()
		}
	}
}

func known(code string) bool {
	for _, r := range Rules {
		if r.Code == code {
			return true
		}
	}
	return false
}
