package statepb

import (
	"fmt"
	"maps"
	"regexp"
	"strconv"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	pb "github.com/moose-migrate/moose-migrate/pkg/inframap/statepb/mooseproto"
)

// simpleNames are the type names of package inframap by their enumeration value.
var simpleNames = map[pb.SimpleColumnType]string{
	pb.SimpleColumnType_STRING: "String", pb.SimpleColumnType_BOOLEAN: "Boolean", pb.SimpleColumnType_BIGINT: "BigInt",
	pb.SimpleColumnType_DATETIME: "DateTime", pb.SimpleColumnType_DATE: "Date", pb.SimpleColumnType_DATE16: "Date16",
	pb.SimpleColumnType_IPV4: "IPv4", pb.SimpleColumnType_IPV6: "IPv6", pb.SimpleColumnType_UUID_TYPE: "UUID",
	pb.SimpleColumnType_BYTES: "Bytes", pb.SimpleColumnType_POINT: "Point", pb.SimpleColumnType_RING: "Ring",
	pb.SimpleColumnType_LINE_STRING: "LineString", pb.SimpleColumnType_MULTI_LINE_STRING: "MultiLineString",
	pb.SimpleColumnType_POLYGON: "Polygon", pb.SimpleColumnType_MULTI_POLYGON: "MultiPolygon",
}

// oldSimpleNames are the values that only old versions wrote.
var oldSimpleNames = map[pb.SimpleColumnType]string{
	pb.SimpleColumnType_INT: "Int64", pb.SimpleColumnType_FLOAT: "Float64", pb.SimpleColumnType_DECIMAL: "Decimal(10, 0)",
}

var intNames = map[pb.IntType]string{
	pb.IntType_INT8: "Int8", pb.IntType_INT16: "Int16", pb.IntType_INT32: "Int32", pb.IntType_INT64: "Int64",
	pb.IntType_INT128: "Int128", pb.IntType_INT256: "Int256", pb.IntType_UINT8: "UInt8", pb.IntType_UINT16: "UInt16",
	pb.IntType_UINT32: "UInt32", pb.IntType_UINT64: "UInt64", pb.IntType_UINT128: "UInt128", pb.IntType_UINT256: "UInt256",
}

var floatNames = map[pb.FloatType]string{pb.FloatType_FLOAT32: "Float32", pb.FloatType_FLOAT64: "Float64"}

var (
	simpleByName = inverse(simpleNames)
	intByName    = inverse(intNames)
	floatByName  = inverse(floatNames)
)

func inverse[K comparable](in map[K]string) map[string]K {
	out := make(map[string]K, len(in))
	for k, name := range maps.All(in) {
		out[name] = k
	}
	return out
}

// simpleName is the name of a type without parts; false when the value is not known.
func simpleName(p *pb.ColumnType) (string, bool) {
	switch t := p.GetT().(type) {
	case *pb.ColumnType_Simple:
		if name, ok := oldSimpleNames[t.Simple]; ok {
			return name, true
		}
		name, ok := simpleNames[t.Simple]
		return name, ok
	case *pb.ColumnType_Int:
		name, ok := intNames[t.Int]
		return name, ok
	case *pb.ColumnType_Float:
		name, ok := floatNames[t.Float]
		return name, ok
	case *pb.ColumnType_FixedString:
		return fmt.Sprintf("FixedString(%d)", t.FixedString), true
	case *pb.ColumnType_DateTime:
		return fmt.Sprintf("DateTime(%d)", t.DateTime.GetPrecision()), true
	case *pb.ColumnType_Decimal:
		return fmt.Sprintf("Decimal(%d, %d)", t.Decimal.GetPrecision(), t.Decimal.GetScale()), true
	}
	return "", false
}

var parameterised = regexp.MustCompile(`^(FixedString|DateTime|Decimal)\((\d{1,9})(?:, (\d{1,9}))?\)$`)

// simpleType is the inverse of simpleName. What Moose has no name for becomes a
// String to Moose and keeps its text in a field of ours.
func simpleType(name string) *pb.ColumnType {
	if v, ok := simpleByName[name]; ok {
		return &pb.ColumnType{T: &pb.ColumnType_Simple{Simple: v}}
	}
	if v, ok := intByName[name]; ok {
		return &pb.ColumnType{T: &pb.ColumnType_Int{Int: v}}
	}
	if v, ok := floatByName[name]; ok {
		return &pb.ColumnType{T: &pb.ColumnType_Float{Float: v}}
	}
	if p := numbered(name); p != nil {
		if again, _ := simpleName(p); again == name {
			return p
		}
	}
	return opaqueType(&pb.ColumnType{Opaque: name})
}

func numbered(name string) *pb.ColumnType {
	m := parameterised.FindStringSubmatch(name)
	if m == nil {
		return nil
	}
	first, _ := strconv.Atoi(m[2])
	second, _ := strconv.Atoi(m[3])
	switch m[1] {
	case "FixedString":
		return &pb.ColumnType{T: &pb.ColumnType_FixedString{FixedString: uint64(first)}}
	case "DateTime":
		return &pb.ColumnType{T: &pb.ColumnType_DateTime{DateTime: &pb.DateType{Precision: int32(first)}}}
	}
	return &pb.ColumnType{T: &pb.ColumnType_Decimal{Decimal: &pb.Decimal{Precision: int32(first), Scale: int32(second)}}}
}

func opaqueType(p *pb.ColumnType) *pb.ColumnType {
	p.T = &pb.ColumnType_Simple{Simple: pb.SimpleColumnType_STRING}
	return p
}

func simple(name string) inframap.ColumnType { return inframap.SimpleType(name) }
