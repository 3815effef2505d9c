package fidelity

import (
	"fmt"
	"strings"
)

const low = `"annotations":[["LowCardinality",true]]`

// members is an enum of names and values in turn.
func members(list ...any) string {
	var out []string
	for i := 0; i+1 < len(list); i += 2 {
		kind := "String"
		if _, ok := list[i+1].(int); ok {
			kind = "Int"
		}
		out = append(out, fmt.Sprintf(`{"name":%q,"value":{%q:%#v}}`, list[i], kind, list[i+1]))
	}
	return `{"name":"E","values":[` + strings.Join(out, ",") + `]}`
}

func array(element string, nullable bool) string {
	return fmt.Sprintf(`{"elementType":%s,"elementNullable":%t}`, quote(element), nullable)
}

func mapOf(key, value string) string {
	return `{"keyType":` + quote(key) + `,"valueType":` + quote(value) + `}`
}

// fieldsOf is a named tuple of names and types in turn.
func fieldsOf(list ...string) string {
	var out []string
	for i := 0; i+1 < len(list); i += 2 {
		out = append(out, fmt.Sprintf("[%q,%s]", list[i], quote(list[i+1])))
	}
	return `{"fields":[` + strings.Join(out, ",") + `]}`
}

// nestedOf is Nested of names and types in turn; a type that ends with ? is optional.
func nestedOf(list ...string) string {
	var out []string
	for i := 0; i+1 < len(list); i += 2 {
		typ, isOptional := strings.CutSuffix(list[i+1], "?")
		out = append(out, fmt.Sprintf(`{"name":%q,"data_type":%s,"required":%t,"annotations":[]}`, list[i], quote(typ), !isOptional))
	}
	return `{"name":"N","jwt":false,"columns":[` + strings.Join(out, ",") + `]}`
}

func jsonOf(members string) string {
	return `{"skip_regexps":[],` + members + `}`
}

func aggregate(function, argument string) string {
	return `"annotations":[["aggregationFunction",{"functionName":"` + function + `","argumentTypes":["` + argument + `"]}]]`
}

func simpleAggregate(function, argument string) string {
	return `"annotations":[["simpleAggregationFunction",{"functionName":"` + function + `","argumentType":"` + argument + `"}]]`
}

func seenTypes() []seen {
	required := retyped("types/String", "optional → required", c("String", optional), c("String"))
	required.statements = 2
	withDefault := retyped("types/String", "optional → required with a default", c("String", optional), c("String", `"default":"'x'"`))
	withDefault.statements = 1
	filled := retyped("types/Int8 … Int256", "optional → required", c("Int32", optional), c("Int32"))
	filled.rows = "INSERT INTO {db}.{t} (id, c) VALUES ('a', 1)"
	return []seen{
		retyped("types/String", "required → optional", c("String"), c("String", optional)),
		required, withDefault, filled,
		retyped("types/String", "to FixedString", c("String"), c("FixedString(8)")),
		retyped("types/String", "to a number", c("String"), c("Int64")),
		retyped("types/String", "to UUID", c("String"), c("UUID")),
		retyped("types/String", "to DateTime", c("String"), c("DateTime")),
		retyped("types/String", "to an enum", c("String"), c(letters)),
		retyped("types/String", "to JSON", c("String"), c("Json")),
		retyped("types/FixedString", "to String", c("FixedString(4)"), c("String")),
		retyped("types/FixedString", "longer", c("FixedString(4)"), c("FixedString(8)")),
		retyped("types/UUID", "to String", c("UUID"), c("String")),
		retyped("types/Boolean", "to UInt8", c("Boolean"), c("UInt8")),
		retyped("types/Boolean", "required → optional", c("Boolean"), c("Boolean", optional)),
		retyped("types/Int8 … Int256", "wider", c("Int32"), c("Int64")),
		retyped("types/Int8 … Int256", "narrower", c("Int64"), c("Int16")),
		retyped("types/Int8 … Int256", "much wider", c("Int8"), c("Int256")),
		retyped("types/Int8 … Int256", "wider and optional", c("Int32"), c("Int128", optional)),
		retyped("types/Int8 … Int256", "to Float64", c("Int64"), c("Float64")),
		retyped("types/UInt8 … UInt256", "to signed", c("UInt64"), c("Int64")),
		retyped("types/UInt8 … UInt256", "to Boolean", c("UInt8"), c("Boolean")),
		retyped("types/UInt8 … UInt256", "wider", c("UInt16"), c("UInt256")),
		retyped("types/Float32, Float64", "wider", c("Float32"), c("Float64")),
		retyped("types/Float32, Float64", "narrower", c("Float64"), c("Float32")),
		retyped("types/Float32, Float64", "to Decimal", c("Float64"), c("Decimal(18, 4)")),
		retyped("types/Decimal", "precision", c("Decimal(10, 2)"), c("Decimal(12, 2)")),
		retyped("types/Decimal", "scale", c("Decimal(10, 2)"), c("Decimal(10, 4)")),
		retyped("types/Decimal", "to Float64", c("Decimal(10, 2)"), c("Float64")),
		retyped("types/Decimal", "scale, and optional → required", c("Decimal(10, 2)", optional), c("Decimal(20, 4)")),
		retyped("types/IPv4, IPv6", "IPv4 to IPv6", c("IPv4"), c("IPv6")),
		retyped("types/IPv4, IPv6", "to String", c("IPv4"), c("String")),
		retyped("types/Date", "to Date16", c("Date"), c("Date16")),
		retyped("types/Date16", "to Date", c("Date16"), c("Date")),
		retyped("types/Date16", "to DateTime", c("Date16"), c("DateTime")),
		retyped("types/DateTime", "to DateTime(3)", c("DateTime"), c("DateTime(3)")),
		retyped("types/DateTime", "another time zone", c("DateTime"), c("DateTime('Europe/Berlin')")),
		retyped("types/DateTime(3)", "precision", c("DateTime(3)"), c("DateTime(6)")),
		retyped("types/DateTime(3)", "to DateTime", c("DateTime(3)"), c("DateTime")),
		retyped("types/DateTime(3)", "a time zone", c("DateTime(3)"), c("DateTime64(3, 'Asia/Tokyo')")),
		retyped("types/A time with a time zone", "to the default", c("DateTime('Europe/Berlin')"), c("DateTime")),
		retyped("types/A time with a time zone", "another one", c("DateTime64(3, 'Asia/Tokyo')"), c("DateTime64(3, 'Europe/Berlin')")),
		retyped("types/Other scalar types of ClickHouse", "more types in Variant", c("Variant(String, Int64)"), c("Variant(String, Int64, Float64)")),
		retyped("types/Other scalar types of ClickHouse", "max_types of Dynamic", c("Dynamic(max_types=5)"), c("Dynamic(max_types=9)")),
		retyped("types/LowCardinality", "on", c("String"), c("String", low)),
		retyped("types/LowCardinality", "off", c("String", low), c("String")),
		retyped("types/LowCardinality", "on, of an optional column", c("String", optional), c("String", optional, low)),
		retyped("types/LowCardinality", "required → optional", c("String", low), c("String", optional, low)),
		retyped("types/LowCardinality", "optional → required", c("String", low, optional), c("String", low)),
		retyped("types/Enum of texts", "member added", c(letters), c(members("A", "a", "B", "b", "C", "c"))),
		retyped("types/Enum of texts", "member removed", c(members("A", "a", "B", "b", "C", "c")), c(letters)),
		retyped("types/Enum of texts", "member renamed", c(letters), c(members("A", "a", "B", "z"))),
		retyped("types/Enum of texts", "required → optional", c(letters), c(letters, optional)),
		retyped("types/Enum of texts", "to String", c(letters), c("String")),
		retyped("types/Enum of numbers", "member added", c(members("A", 1)), c(members("A", 1, "B", 2))),
		retyped("types/Enum of numbers", "member added at the front", c(members("B", 2)), c(members("A", -1, "B", 2))),
		retyped("types/Enum of numbers", "member removed", c(members("A", 1, "B", 2)), c(members("A", 1))),
		retyped("types/Enum of numbers", "member renamed", c(members("A", 1, "B", 2)), c(members("A", 1, "Z", 2))),
		retyped("types/Enum of numbers", "Enum8 to Enum16", c(members("A", 1)), c(members("A", 1, "B", 1000))),
		retyped("types/Enum of numbers", "to String", c(levels), c("String")),
		retyped("types/Enum in a container", "member added", c(array(letters, false)), c(array(members("A", "a", "B", "b", "C", "c"), false))),
		retyped("types/Enum in a container", "member added in a map", c(mapOf("String", letters)), c(mapOf("String", members("A", "a", "B", "b", "C", "c")))),
		retyped("types/Array", "element type", c(array("Int32", false)), c(array("Int64", false))),
		retyped("types/Array", "optional elements", c(array("Int32", false)), c(array("Int32", true))),
		retyped("types/Array", "required elements", c(array("Int32", true)), c(array("Int32", false))),
		retyped("types/Array", "LowCardinality elements", c(array("String", false)), c("Array(LowCardinality(String))")),
		retyped("types/Map", "value type", c(mapOf("String", "Int32")), c(mapOf("String", "Int64"))),
		retyped("types/Map", "key type", c(mapOf("Int32", "String")), c(mapOf("Int64", "String"))),
		retyped("types/Map", "optional values", c(mapOf("String", "Int32")), c(mapOf("String", `{"nullable":"Int32"}`))),
		retyped("types/Tuple with names", "field added", c(fieldsOf("x", "Int8")), c(fieldsOf("x", "Int8", "y", "String"))),
		retyped("types/Tuple with names", "field removed", c(fieldsOf("x", "Int8", "y", "String")), c(fieldsOf("x", "Int8"))),
		retyped("types/Tuple with names", "type of a field", c(fieldsOf("x", "Int8")), c(fieldsOf("x", "Int64"))),
		retyped("types/Tuple with names", "field renamed", c(fieldsOf("x", "Int8")), c(fieldsOf("y", "Int8"))),
		retyped("types/Tuple without names", "type of an element", c("Tuple(Int8, String)"), c("Tuple(Int16, String)")),
		retyped("types/Nested", "field added", c(nestedOf("a", "Int8")), c(nestedOf("a", "Int8", "b", "String"))),
		retyped("types/Nested", "field removed", c(nestedOf("a", "Int8", "b", "String")), c(nestedOf("a", "Int8"))),
		retyped("types/Nested", "type of a field", c(nestedOf("a", "Int8")), c(nestedOf("a", "Int64"))),
		retyped("types/Nested", "optional field", c(nestedOf("a", "Int8")), c(nestedOf("a", "Int8?"))),
		retyped("types/Nested", "field added deep inside", c(nestedOf("n", nestedOf("a", "Int8"))), c(nestedOf("n", nestedOf("a", "Int8", "b", "String")))),
		retyped("types/JSON", "typed path added", c(jsonOf(`"typed_paths":[],"skip_paths":[]`)), c(jsonOf(`"typed_paths":[["a.b","Int64"]],"skip_paths":[]`))),
		retyped("types/JSON", "typed path removed", c(jsonOf(`"typed_paths":[["a.b","Int64"]],"skip_paths":[]`)), c(jsonOf(`"typed_paths":[],"skip_paths":[]`))),
		retyped("types/JSON", "type of a typed path", c(jsonOf(`"typed_paths":[["a","Int64"]],"skip_paths":[]`)), c(jsonOf(`"typed_paths":[["a","String"]],"skip_paths":[]`))),
		retyped("types/JSON", "skipped path added", c(jsonOf(`"typed_paths":[],"skip_paths":[]`)), c(jsonOf(`"typed_paths":[],"skip_paths":["x"]`))),
		retyped("types/JSON", "max_dynamic_paths", c(jsonOf(`"typed_paths":[],"skip_paths":[],"max_dynamic_paths":8`)), c(jsonOf(`"typed_paths":[],"skip_paths":[],"max_dynamic_paths":16`))),
		retyped("types/JSON", "to String", c("Json"), c("String")),
		retyped("types/Geometry", "Ring to LineString", c("Ring"), c("LineString")),
		retyped("types/SimpleAggregateFunction", "function", c("UInt64", simpleAggregate("sum", "UInt64")), c("UInt64", simpleAggregate("max", "UInt64"))),
		retyped("types/SimpleAggregateFunction", "argument type", c("UInt32", simpleAggregate("max", "UInt32")), c("UInt64", simpleAggregate("max", "UInt64"))),
		retyped("types/SimpleAggregateFunction", "optional", c("UInt64", simpleAggregate("max", "UInt64")), c("UInt64", simpleAggregate("max", "UInt64"), optional)),
		retyped("types/SimpleAggregateFunction", "required", c("UInt64", simpleAggregate("max", "UInt64"), optional), c("UInt64", simpleAggregate("max", "UInt64"))),
		retyped("types/SimpleAggregateFunction", "to a plain column", c("UInt64", simpleAggregate("max", "UInt64")), c("UInt64")),
		retyped("types/Tuple with names", "order of the fields", c(fieldsOf("x", "Int8", "y", "Int8")), c(fieldsOf("y", "Int8", "x", "Int8"))),
		retyped("types/Other scalar types of ClickHouse", "Dynamic to String", c("Dynamic"), c("String")),
		retyped("types/JSON", "required → optional", c("Json"), c("Json", optional)),
		retyped("types/JSON", "optional → required", c("Json", optional), c("Json")),
		retyped("types/Enum of texts", "optional → required", c(letters, optional), c(letters)),
		retyped("types/UUID", "optional → required", c("UUID", optional), c("UUID")),
		retyped("types/Map", "LowCardinality keys", c(mapOf("String", "Int8")), c("Map(LowCardinality(String), Int8)")),
		retyped("types/Nested", "required field", c(nestedOf("a", "Int8?")), c(nestedOf("a", "Int8"))),
		retyped("types/DateTime", "to Date16", c("DateTime"), c("Date16")),
		retyped("types/SimpleAggregateFunction", "from a plain column", c("UInt64"), c("UInt64", simpleAggregate("max", "UInt64"))),
	}
}
