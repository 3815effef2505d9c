package chtype

import "testing"

func TestConversionOf(t *testing.T) {
	for _, c := range []struct {
		before, after string
		want          Conversion
	}{
		{"Int32", "Int64", Keeps},
		{"Int64", "Int32", Changes},
		{"UInt8", "UInt64", Keeps},
		{"UInt8", "Int16", Keeps},
		{"UInt8", "Int8", Changes},
		{"Int32", "UInt32", Changes},
		{"Int32", "UInt64", Changes},
		{"Int128", "Int256", Keeps},
		{"Bool", "UInt8", Keeps},
		{"UInt8", "Bool", Changes},
		{"Float32", "Float64", Keeps},
		{"Float64", "Float32", Changes},
		{"Float64", "Int64", Changes},
		{"Int32", "Float64", Keeps},
		{"Int64", "Float64", Changes},
		{"Int32", "Float32", Changes},
		{"Decimal(10, 2)", "Decimal(12, 4)", Keeps},
		{"Decimal(10, 2)", "Decimal(10, 4)", Changes},
		{"Decimal(10, 4)", "Decimal(12, 2)", Changes},
		{"Int32", "Decimal(12, 2)", Keeps},
		{"Int32", "Decimal(11, 2)", Changes},
		{"Int64", "Decimal(19, 0)", Keeps},
		{"UInt64", "Decimal(19, 0)", Changes},
		{"Decimal(10, 2)", "Float64", Changes},
		{"String", "LowCardinality(String)", Keeps},
		{"LowCardinality(Nullable(String))", "Nullable(String)", Keeps},
		{"Int32", "Nullable(Int32)", Keeps},
		{"Int32", "Nullable(Int64)", Keeps},
		{"Int64", "Nullable(Int32)", Changes},
		{"LowCardinality(String)", "LowCardinality(Nullable(String))", Keeps},
		{"Nullable(Int32)", "Int64", Fails},
		{"Nullable(Float64)", "Nullable(Int64)", Changes},
		{"LowCardinality(Nullable(String))", "String", Fails},
		{"String", "Int64", Fails},
		{"String", "FixedString(3)", Fails},
		{"FixedString(3)", "String", Keeps},
		{"FixedString(3)", "FixedString(4)", Keeps},
		{"FixedString(4)", "FixedString(3)", Changes},
		{"Float64", "String", Keeps},
		{"DateTime64(3, 'UTC')", "String", Keeps},
		{"Enum8('a' = 1)", "String", Keeps},
		{"AggregateFunction(sum, Int64)", "String", Changes},
		{"Date", "Date32", Keeps},
		{"Date32", "Date", Changes},
		{"Date", "DateTime", Changes},
		{"Date", "DateTime64(3)", Keeps},
		{"Date32", "DateTime64(9)", Changes},
		{"DateTime", "DateTime('UTC')", Keeps},
		{"DateTime('UTC')", "DateTime64(3, 'UTC')", Keeps},
		{"DateTime('UTC')", "Date", Changes},
		{"DateTime64(3)", "DateTime64(6)", Keeps},
		{"DateTime64(6)", "DateTime64(3)", Changes},
		{"DateTime64(3)", "DateTime64(9)", Changes},
		{"DateTime64(9)", "DateTime64(9, 'UTC')", Keeps},
		{"DateTime64(3)", "DateTime", Changes},
		{"Enum8('a' = 1)", "Enum8('a' = 1, 'b, (' = 2)", Keeps},
		{"Enum8('a' = 1)", "Enum16('a' = 1, 'b' = 1000)", Keeps},
		{"Enum8('a' = 1, 'b' = 2)", "Enum8('a' = 1)", Changes},
		{"Enum8('a' = 1)", "Enum8('b' = 1)", Changes},
		{"Array(Int32)", "Array(Int64)", Keeps},
		{"Array(Int64)", "Array(Int8)", Changes},
		{"Array(String)", "String", Changes},
		{"Map(String, Int8)", "Map(String, Int16)", Keeps},
		{"Map(String, Int16)", "Map(String, Int8)", Changes},
		{"Tuple(a Int8, `b c` Decimal(4, 2))", "Tuple(a Int16, `b c` Decimal(6, 2))", Keeps},
		{"Tuple(a Int8)", "Tuple(b Int8)", Changes},
		{"Tuple(Int8, Decimal(4, 2))", "Tuple(Int8, Decimal(6, 2))", Keeps},
		{"Tuple(a Int8)", "Tuple(a Int8, b Int8)", Changes},
		{"SimpleAggregateFunction(sum, Int32)", "SimpleAggregateFunction(sum, Int64)", Keeps},
		{"SimpleAggregateFunction(sum, Int32)", "Int64", Keeps},
		{"SimpleAggregateFunction(sum, Int64)", "SimpleAggregateFunction(max, Int64)", Changes},
		{"IPv4", "IPv6", Keeps},
		{"IPv6", "IPv4", Changes},
		{"UUID", "UInt128", Changes},
		{"JSON", "JSON(a Int32)", Changes},
		{"", "(", Changes},
	} {
		if got := ConversionOf(c.before, c.after, false); got != c.want {
			t.Errorf("%s -> %s: %d, want %d", c.before, c.after, got, c.want)
		}
	}
	if ConversionOf("Nullable(Int32)", "Int32", true) != Changes {
		t.Error("NULL becomes the default, which no error says")
	}
}
