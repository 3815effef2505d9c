package codegen

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// names hands out the names of types and variables of a file, each once.
type names struct{ used map[string]bool }

func newNames(reserved ...[]string) *names {
	n := &names{used: map[string]bool{}}
	for _, list := range reserved {
		for _, name := range list {
			n.used[name] = true
		}
	}
	return n
}

// take returns the name, or with a number after it when it is used already.
func (n *names) take(name string) string {
	out := name
	for i := 2; n.used[out]; i++ {
		out = name + strconv.Itoa(i)
	}
	n.used[out] = true
	return out
}

// plainName is an identifier of both languages.
var plainName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// typeName is the name of a type for something: its own where that is an identifier,
// otherwise made of the words in it.
func typeName(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	return pascal(name)
}

// pascal makes "daily_sales v2" into DailySalesV2.
func pascal(name string) string {
	var b strings.Builder
	for _, word := range words(name) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return identifier(b.String(), "Table")
}

// snake makes DailySales into daily_sales.
func snake(name string) string {
	var b strings.Builder
	var last rune
	for _, r := range strings.Join(words(name), "_") {
		if unicode.IsUpper(r) && (unicode.IsLower(last) || unicode.IsDigit(last)) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
		last = r
	}
	return identifier(b.String(), "table")
}

// words are the runs of letters and digits of ASCII.
func words(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// identifier puts prefix before what is no identifier.
func identifier(name, prefix string) string {
	if name == "" || unicode.IsDigit(rune(name[0])) {
		return prefix + name
	}
	return name
}

// reservedWords are those of TypeScript and JavaScript, the types and values that the
// written source and what moose-lib compiles into it use, and those of Python.
var (
	typeScriptReserved = strings.Fields(`any as async await bigint boolean break case catch class const constructor continue debugger
declare default delete do else enum export extends false finally for from function get if implements import in infer instanceof
interface is keyof let module namespace never new null number object of package private protected public readonly require return set
static string super switch symbol this throw true try type typeof undefined unique unknown var void while with yield
Array Boolean Date Error Infinity JSON Map Math NaN Number Object Promise Record RegExp Set String Symbol Uint8Array
arguments console eval exports global globalThis process typia tags __dirname __filename`)
	pythonReserved = strings.Fields(`False None True and as assert async await break class continue def del elif else except
finally for from global if import in is lambda nonlocal not or pass raise return try while with yield
Annotated Any BaseModel ConfigDict Decimal Enum Field IntEnum Optional UUID bool date datetime dict float int ipaddress
list str tuple`)
	// pydanticReserved are the attributes of a model that a field must not hide
	// (https://docs.pydantic.dev/latest/api/base_model/).
	pydanticReserved = strings.Fields(`construct copy dict from_orm json parse_file parse_obj parse_raw schema schema_json
update_forward_refs validate`)
)

// typeScriptLibrary and pythonLibrary are all names that the written source can import
// from moose-lib.
var (
	typeScriptLibrary = strings.Fields(`Aggregated ClickHouseAlias ClickHouseByteSize ClickHouseCodec ClickHouseDefault ClickHouseEngines
ClickHouseJson ClickHouseLineString ClickHouseMaterialized ClickHouseMultiLineString ClickHouseMultiPolygon ClickHouseNamedTuple
ClickHousePoint ClickHousePolygon ClickHouseRing ClickHouseTTL DateTime DateTime64 Decimal FixedString Float32 Float64 Int8 Int16
Int32 Int64 Key LifeCycle LowCardinality OlapTable SimpleAggregated UInt8 UInt16 UInt32 UInt64 WithDefault mooseRuntimeEnv`)
	pythonLibrary = strings.Fields(`AggregateFunction AggregatingMergeTreeEngine BufferEngine ClickHouseAlias ClickHouseCodec ClickHouseJson
ClickHouseMaterialized ClickHouseTTL ClickhouseSize CollapsingMergeTreeEngine DistributedEngine FixedString Float32 IcebergS3Engine
Int8 Int16 Int32 Int64 KafkaEngine Key LifeCycle LineString MergeEngine MergeTreeEngine MultiLineString MultiPolygon OlapConfig
OlapTable Point Polygon ReplacingMergeTreeEngine ReplicatedAggregatingMergeTreeEngine ReplicatedCollapsingMergeTreeEngine
ReplicatedMergeTreeEngine ReplicatedReplacingMergeTreeEngine ReplicatedSummingMergeTreeEngine
ReplicatedVersionedCollapsingMergeTreeEngine Ring S3Engine S3QueueEngine StringToEnumMixin SummingMergeTreeEngine UInt8 UInt16 UInt32
UInt64 VersionedCollapsingMergeTreeEngine clickhouse_datetime64 clickhouse_decimal clickhouse_default moose_runtime_env
simple_aggregated`)
)
