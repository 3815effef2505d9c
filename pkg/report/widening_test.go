package report

import "testing"

func TestConversionOf(t *testing.T) {
	for _, c := range []struct {
		before, after string
		want          conversion
	}{
		{"Int32", "Int64", keeps},
		{"Int64", "Int32", changes},
		{"UInt8", "UInt64", keeps},
		{"UInt8", "Int16", keeps},
		{"UInt8", "Int8", changes},
		{"Int32", "UInt32", changes},
		{"Int32", "UInt64", changes},
		{"Int128", "Int256", keeps},
		{"Bool", "UInt8", keeps},
		{"UInt8", "Bool", changes},
		{"Float32", "Float64", keeps},
		{"Float64", "Float32", changes},
		{"Float64", "Int64", changes},
		{"Int32", "Float64", keeps},
		{"Int64", "Float64", changes},
		{"Int32", "Float32", changes},
		{"Decimal(10, 2)", "Decimal(12, 4)", keeps},
		{"Decimal(10, 2)", "Decimal(10, 4)", changes},
		{"Decimal(10, 4)", "Decimal(12, 2)", changes},
		{"Int32", "Decimal(12, 2)", keeps},
		{"Int32", "Decimal(11, 2)", changes},
		{"Int64", "Decimal(19, 0)", keeps},
		{"UInt64", "Decimal(19, 0)", changes},
		{"Decimal(10, 2)", "Float64", changes},
		{"String", "LowCardinality(String)", keeps},
		{"LowCardinality(Nullable(String))", "Nullable(String)", keeps},
		{"Int32", "Nullable(Int32)", keeps},
		{"Int32", "Nullable(Int64)", keeps},
		{"Int64", "Nullable(Int32)", changes},
		{"LowCardinality(String)", "LowCardinality(Nullable(String))", keeps},
		{"Nullable(Int32)", "Int64", fails},
		{"Nullable(Float64)", "Nullable(Int64)", changes},
		{"LowCardinality(Nullable(String))", "String", fails},
		{"String", "Int64", fails},
		{"String", "FixedString(3)", fails},
		{"FixedString(3)", "String", keeps},
		{"FixedString(3)", "FixedString(4)", keeps},
		{"FixedString(4)", "FixedString(3)", changes},
		{"Float64", "String", keeps},
		{"DateTime64(3, 'UTC')", "String", keeps},
		{"Enum8('a' = 1)", "String", keeps},
		{"AggregateFunction(sum, Int64)", "String", changes},
		{"Date", "Date32", keeps},
		{"Date32", "Date", changes},
		{"Date", "DateTime", changes},
		{"Date", "DateTime64(3)", keeps},
		{"Date32", "DateTime64(9)", changes},
		{"DateTime", "DateTime('UTC')", keeps},
		{"DateTime('UTC')", "DateTime64(3, 'UTC')", keeps},
		{"DateTime('UTC')", "Date", changes},
		{"DateTime64(3)", "DateTime64(6)", keeps},
		{"DateTime64(6)", "DateTime64(3)", changes},
		{"DateTime64(3)", "DateTime64(9)", changes},
		{"DateTime64(9)", "DateTime64(9, 'UTC')", keeps},
		{"DateTime64(3)", "DateTime", changes},
		{"Enum8('a' = 1)", "Enum8('a' = 1, 'b, (' = 2)", keeps},
		{"Enum8('a' = 1)", "Enum16('a' = 1, 'b' = 1000)", keeps},
		{"Enum8('a' = 1, 'b' = 2)", "Enum8('a' = 1)", changes},
		{"Enum8('a' = 1)", "Enum8('b' = 1)", changes},
		{"Array(Int32)", "Array(Int64)", keeps},
		{"Array(Int64)", "Array(Int8)", changes},
		{"Array(String)", "String", changes},
		{"Map(String, Int8)", "Map(String, Int16)", keeps},
		{"Map(String, Int16)", "Map(String, Int8)", changes},
		{"Tuple(a Int8, `b c` Decimal(4, 2))", "Tuple(a Int16, `b c` Decimal(6, 2))", keeps},
		{"Tuple(a Int8)", "Tuple(b Int8)", changes},
		{"Tuple(Int8, Decimal(4, 2))", "Tuple(Int8, Decimal(6, 2))", keeps},
		{"Tuple(a Int8)", "Tuple(a Int8, b Int8)", changes},
		{"SimpleAggregateFunction(sum, Int32)", "SimpleAggregateFunction(sum, Int64)", keeps},
		{"SimpleAggregateFunction(sum, Int32)", "Int64", keeps},
		{"SimpleAggregateFunction(sum, Int64)", "SimpleAggregateFunction(max, Int64)", changes},
		{"IPv4", "IPv6", keeps},
		{"IPv6", "IPv4", changes},
		{"UUID", "UInt128", changes},
		{"JSON", "JSON(a Int32)", changes},
		{"", "(", changes},
	} {
		if got := conversionOf(c.before, c.after, false); got != c.want {
			t.Errorf("%s -> %s: %d, want %d", c.before, c.after, got, c.want)
		}
	}
	if conversionOf("Nullable(Int32)", "Int32", true) != changes {
		t.Error("NULL becomes the default, which no error says")
	}
}
