package fidelity

import "slices"

// optional makes a column Nullable, or what can be NULL in it.
const optional = `"required":false`

func silentColumns() []columnPair {
	return slices.Concat(silentScalars, silentTimes, silentContainers, silentStates, silentDefaults, silentProperties)
}

// silentScalars are numbers, texts and what has one value.
var silentScalars = []columnPair{
	{"types/String", "String", "", "String"},
	{"types/String", "String", "", "TEXT"},
	{"types/String", "String", "", "VARCHAR(255)"},
	{"types/String", "String", "", "varchar NOT NULL"},
	{"types/String", "String", "", "BLOB"},
	{"types/String", "String", optional, "Nullable(String)"},
	{"types/String", "String", optional, "String NULL"},
	{"types/FixedString", "FixedString(16)", "", "FixedString(16)"},
	{"types/FixedString", "FixedString(16)", "", "BINARY(16)"},
	{"types/FixedString", "FixedString(4)", optional, "Nullable(FixedString(4))"},
	{"types/UUID", "UUID", "", "UUID"},
	{"types/UUID", "UUID", optional, "Nullable(UUID)"},
	{"types/Boolean", "Boolean", "", "Bool"},
	{"types/Boolean", "Boolean", "", "BOOLEAN"},
	{"types/Boolean", "Boolean", optional, "bool NULL"},
	{"types/Int8 … Int256", "Int8", "", "TINYINT"},
	{"types/Int8 … Int256", "Int16", "", "SMALLINT"},
	{"types/Int8 … Int256", "Int32", "", "INT"},
	{"types/Int8 … Int256", "Int32", "", "INTEGER"},
	{"types/Int8 … Int256", "Int64", "", "BIGINT"},
	{"types/Int8 … Int256", "Int", "", "Int64"},
	{"types/Int8 … Int256", "Int128", "", "Int128"},
	{"types/Int8 … Int256", "Int256", optional, "Nullable(Int256)"},
	{"types/UInt8 … UInt256", "UInt8", "", "TINYINT UNSIGNED"},
	{"types/UInt8 … UInt256", "UInt16", "", "UInt16"},
	{"types/UInt8 … UInt256", "UInt32", "", "INT UNSIGNED"},
	{"types/UInt8 … UInt256", "UInt64", "", "BIGINT UNSIGNED"},
	{"types/UInt8 … UInt256", "UInt128", "", "UInt128"},
	{"types/UInt8 … UInt256", "UInt256", "", "UInt256"},
	{"types/Float32, Float64", "Float32", "", "FLOAT"},
	{"types/Float32, Float64", "Float32", "", "REAL"},
	{"types/Float32, Float64", "Float64", "", "DOUBLE"},
	{"types/Float32, Float64", "Float", "", "DOUBLE PRECISION"},
	{"types/Float32, Float64", "BFloat16", "", "BFloat16"},
	{"types/Decimal", "Decimal(9, 2)", "", "Decimal32(2)"},
	{"types/Decimal", "Decimal(10,2)", "", "NUMERIC(10, 2)"},
	{"types/Decimal", "Decimal(18, 4)", "", "Decimal64(4)"},
	{"types/Decimal", "Decimal(38, 10)", "", "Decimal128(10)"},
	{"types/Decimal", "Decimal(76, 20)", "", "Decimal256(20)"},
	{"types/Decimal", "Decimal(5)", "", "DEC(5)"},
	{"types/Decimal", "Decimal", "", "Decimal(10, 0)"},
	{"types/Decimal", "Decimal32(2)", "", "Decimal(9, 2)"},
	{"types/Decimal", "Decimal(12, 2)", optional, "Nullable(Decimal(12, 2))"},
	{"types/IPv4, IPv6", "IPv4", "", "INET4"},
	{"types/IPv4, IPv6", "IPv6", "", "INET6"},
	{"types/IPv4, IPv6", "IPv4", optional, "Nullable(IPv4)"},
}

// silentTimes are dates and times.
var silentTimes = []columnPair{
	{"types/Date", "Date", "", "Date32"},
	{"types/Date", "Date", optional, "Nullable(Date32)"},
	{"types/Date16", "Date16", "", "DATE"},
	{"types/DateTime", "DateTime", "", "DateTime('UTC')"},
	{"types/DateTime", "DateTime", "", "TIMESTAMP('UTC')"},
	{"types/DateTime", "DateTime", optional, "Nullable(DateTime('UTC'))"},
	{"types/DateTime(3)", "DateTime(3)", "", "DateTime64(3)"},
	{"types/DateTime(3)", "DateTime(0)", "", "DateTime64(0)"},
	{"types/DateTime(3)", "DateTime(9)", `"annotations":[["stringDate",true]]`, "DateTime64(9)"},
	{"types/DateTime(3)", "DateTime(6)", optional, "Nullable(DateTime64(6))"},
	{"types/A time with a time zone", "DateTime('Europe/Berlin')", "", "DateTime('Europe/Berlin')"},
	{"types/A time with a time zone", "DateTime64(3, 'Asia/Tokyo')", "", "DateTime64(3,'Asia/Tokyo')"},
	{"types/A time with a time zone", "DateTime64(6, 'America/New_York')", optional, "DateTime64(6, 'America/New_York') NULL"},
	{"types/Other scalar types of ClickHouse", "Time", "", "Time"},
	{"types/Other scalar types of ClickHouse", "Time64(3)", "", "Time64(3)"},
	{"types/Other scalar types of ClickHouse", "Dynamic", "", "Dynamic"},
	{"types/Other scalar types of ClickHouse", "Dynamic(max_types=5)", "", "Dynamic(max_types = 5)"},
	{"types/Other scalar types of ClickHouse", "Variant(String, Int64)", "", "Variant(Int64, String)"},
	{"types/Other scalar types of ClickHouse", "LowCardinality(FixedString(4))", "", "LowCardinality(BINARY(4))"},
	{"types/Other scalar types of ClickHouse", "IntervalDay", "", "IntervalDay"},
}

const (
	letters = `{"name":"Letter","values":[{"name":"A","value":{"String":"a"}},{"name":"B","value":{"String":"b"}}]}`
	levels  = `{"name":"Level","values":[{"name":"Low","value":{"Int":1}},{"name":"High","value":{"Int":300}}]}`
)

// silentContainers are enums, arrays, maps, tuples, Nested and JSON.
var silentContainers = []columnPair{
	{"types/Enum of texts", letters, "", "Enum8('a' = 1, 'b' = 2)"},
	{"types/Enum of texts", letters, "", "Enum('a', 'b')"},
	{"types/Enum of texts", letters, optional, "Nullable(Enum8('b' = 2, 'a' = 1))"},
	{"types/Enum of texts", `{"name":"Odd","values":[{"name":"Q","value":{"String":"it's"}},{"name":"E","value":{"String":""}},{"name":"C","value":{"String":"a, b = 1)"}}]}`, "", `Enum8('it''s' = 1, '' = 2, 'a, b = 1)' = 3)`},
	{"types/Enum of numbers", `{"name":"L","values":[{"name":"X","value":{"Int":-1}},{"name":"Y","value":{"Int":3}}]}`, "", "Enum8('Y' = 3, 'X' = -1)"},
	{"types/Enum of numbers", levels, "", "Enum16('Low' = 1, 'High' = 300)"},
	{"types/Enum of numbers", `{"name":"L","values":[{"name":"High","value":{"Int":300}},{"name":"Low","value":{"Int":1}}]}`, `"comment":"how loud"`, `Enum16('Low' = 1, 'High' = 300) COMMENT 'how loud'`},
	{"types/Enum in a container", `{"elementType":` + letters + `,"elementNullable":false}`, "", "Array(Enum8('a' = 1, 'b' = 2))"},
	{"types/Enum in a container", `{"elementType":` + levels + `,"elementNullable":true}`, "", "Array(Nullable(Enum16('Low' = 1, 'High' = 300)))"},
	{"types/Enum in a container", `{"keyType":"String","valueType":` + letters + `}`, "", "Map(String, Enum('a' = 1, 'b'))"},
	{"types/LowCardinality", "String", `"annotations":[["LowCardinality",true]]`, "LowCardinality(String)"},
	{"types/LowCardinality", "String", `"annotations":[["LowCardinality",true]],"required":false`, "LowCardinality(Nullable(TEXT))"},
	{"types/LowCardinality", "LowCardinality(String)", "", "LowCardinality(String)"},
	{"types/LowCardinality", "String", `"annotations":[["LowCardinality",false]]`, "String"},
	{"types/Array", `{"elementType":"String","elementNullable":false}`, "", "Array(TEXT)"},
	{"types/Array", `{"elementType":"Int32","elementNullable":true}`, "", "Array(Nullable(INT))"},
	{"types/Array", `{"element_type":"Float64","element_nullable":false}`, optional, "Array(DOUBLE)"},
	{"types/Array", `{"elementType":{"elementType":"DateTime","elementNullable":true},"elementNullable":false}`, "", "Array(Array(Nullable(DateTime('UTC'))))"},
	{"types/Array", "Array(LowCardinality(String))", "", "Array(LowCardinality(VARCHAR))"},
	{"types/Map", `{"keyType":"String","valueType":"Float64"}`, "", "Map(String, Float64)"},
	{"types/Map", `{"keyType":"Int64","valueType":{"nullable":"String"}}`, "", "Map(BIGINT, Nullable(TEXT))"},
	{"types/Map", `{"key_type":"String","value_type":{"keyType":"String","valueType":{"elementType":"Boolean","elementNullable":false}}}`, optional, "Map(String, Map(String, Array(Bool)))"},
	{"types/Map", "Map(LowCardinality(String), Array(Nullable(Int8)))", "", "Map(LowCardinality(String),Array(Nullable(Int8)))"},
	{"types/Tuple with names", `{"fields":[["x","Float64"],["y",{"nullable":"Float64"}]]}`, "", "Tuple(x Float64, y Nullable(Float64))"},
	{"types/Tuple with names", `{"fields":[["a b",{"fields":[["select","Int8"]]}],["c",{"elementType":"Date16","elementNullable":false}]]}`, "", "Tuple(`a b` Tuple(`select` Int8), c Array(Date))"},
	{"types/Tuple with names", `{"fields":[["x","Decimal(9, 2)"]]}`, optional, "Tuple(\"x\" Decimal32(2))"},
	{"types/Tuple without names", "Tuple(Int8, String)", "", "Tuple(TINYINT, TEXT)"},
	{"types/Tuple without names", "Tuple(Array(Tuple(UInt8, Nullable(String))), Int64)", "", "Tuple(Array(Tuple(UInt8, Nullable(String))), Int64)"},
	{"types/Nested", `{"name":"Address","jwt":false,"columns":[{"name":"street","data_type":"String","required":true,"annotations":[]},{"name":"no","data_type":"Int32","required":false,"annotations":[]}]}`, "", "Nested(street String, no Nullable(Int32))"},
	{"types/Nested", `{"name":"N","jwt":false,"columns":[{"name":"deep","data_type":{"name":"M","jwt":false,"columns":[{"name":"k","data_type":` + letters + `,"required":true,"annotations":[]}]},"required":true,"annotations":[]}]}`, optional, "Nested(deep Nested(k Enum8('a' = 1, 'b' = 2)))"},
	{"types/Nested", `{"name":"N","jwt":false,"columns":[{"name":"l","data_type":"String","required":true,"annotations":[["LowCardinality",true]]},{"name":"a","data_type":{"elementType":"Int8","elementNullable":true},"required":true,"annotations":[]}]}`, "", "Nested(l LowCardinality(String), a Array(Nullable(Int8)))"},
	{"types/JSON", `Json`, "", "JSON"},
	{"types/JSON", `{"skip_paths":[],"skip_regexps":[],"typed_paths":[]}`, "", "JSON()"},
	{"types/JSON", `{"typed_paths":[["b","String"],["a.c","Int64"]],"skip_paths":["z","y.x"],"skip_regexps":["^tmp"],"max_dynamic_paths":256,"max_dynamic_types":16}`, "", "JSON(max_dynamic_types = 16, max_dynamic_paths = 256, a.c BIGINT, b TEXT, SKIP y.x, SKIP z, SKIP REGEXP '^tmp')"},
	{"types/JSON", `{"typedPaths":[["tags",{"elementType":"String","elementNullable":false}]],"skipPaths":[],"skipRegexps":[]}`, "", "JSON(tags Array(String))"},
	{"types/JSON", `{"typed_paths":[["a","Int8"]],"skip_paths":[],"skip_regexps":["y$","x"],"max_dynamic_paths":1024}`, "", "JSON(a Int8, SKIP REGEXP 'x', SKIP REGEXP 'y$')"},
	{"types/JSON", `Json`, optional, "Nullable(JSON)"},
	{"types/Geometry", "Point", "", "Point"},
	{"types/Geometry", "Ring", "", "Ring"},
	{"types/Geometry", "LineString", "", "LineString"},
	{"types/Geometry", "MultiLineString", "", "MultiLineString"},
	{"types/Geometry", "Polygon", optional, "Polygon"},
	{"types/Geometry", "MultiPolygon", "", "MultiPolygon"},
	{"types/Geometry", "Geometry", "", "Geometry"},
}

// silentStates are states of aggregate functions.
var silentStates = []columnPair{
	{"types/AggregateFunction", "Float64", `"annotations":[["aggregationFunction",{"functionName":"avg","argumentTypes":["Float64"]}]]`, "AggregateFunction(avg, DOUBLE)"},
	{"types/AggregateFunction", "String", `"annotations":[["aggregationFunction",{"functionName":"argMax","argumentTypes":["String","DateTime"]}]]`, "AggregateFunction(argMax, String, DateTime('UTC'))"},
	{"types/AggregateFunction", "UInt64", `"annotations":[["aggregationFunction",{"functionName":"count","argumentTypes":[]}]]`, "AggregateFunction(count)"},
	{"types/AggregateFunction", "Float64", `"annotations":[["aggregationFunction",{"functionName":"quantiles(0.5, 0.90)","argumentTypes":["Float64"]}]]`, "AggregateFunction(quantiles(0.5, 0.9), Float64)"},
	{"types/AggregateFunction", "AggregateFunction(uniq, UInt64)", "", "AggregateFunction(uniq, UInt64)"},
	{"types/AggregateFunction", "Float64", `"annotations":[["aggregationFunction",{"functionName":"sumIf","argumentTypes":["Float64","UInt8"]}]],"required":false`, "AggregateFunction(sumIf, Float64, UInt8)"},
	{"types/SimpleAggregateFunction", "Float64", `"annotations":[["simpleAggregationFunction",{"functionName":"sum","argumentType":"Float64"}]]`, "SimpleAggregateFunction(sum, DOUBLE)"},
	{"types/SimpleAggregateFunction", "String", `"annotations":[["simpleAggregationFunction",{"functionName":"anyLast","argumentType":"String"}]],"required":false`, "SimpleAggregateFunction(anyLast, Nullable(String))"},
	{"types/SimpleAggregateFunction", `{"elementType":"String","elementNullable":false}`, `"annotations":[["simpleAggregationFunction",{"functionName":"groupUniqArrayArray","argumentType":{"elementType":"String","elementNullable":false}}]]`, "SimpleAggregateFunction(groupUniqArrayArray, Array(TEXT))"},
	{"types/SimpleAggregateFunction", "SimpleAggregateFunction(max, Int64)", "", "SimpleAggregateFunction(max, BIGINT)"},
}
