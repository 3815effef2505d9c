package chserver

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/internal/chdb"
)

// shape is how the values of a type lie in a column of the Native format.
type shape uint8

const (
	shapeFixed          shape = iota // width bytes a row
	shapeString                      // length and bytes
	shapeNullable                    // a byte a row, then the inner column
	shapeArray                       // an end offset a row, then the inner column
	shapeTuple                       // the inner columns one after another
	shapeLowCardinality              // dictionary and indexes
	shapeVariant                     // a discriminator a row, then the inner columns
	shapeJSON                        // as text, the only form asked for
)

// maxTypeDepth bounds how deep types may nest.
const maxTypeDepth = 64

// columnType is a parsed type name.
type columnType struct {
	shape shape
	width uint64
	inner []*columnType
}

// fixedWidths are the bytes a row of the types without arguments.
var fixedWidths = map[string]uint64{
	"Int8": 1, "UInt8": 1, "Bool": 1, "Enum8": 1, "Nothing": 1,
	"Int16": 2, "UInt16": 2, "Date": 2, "Enum16": 2, "BFloat16": 2,
	"Int32": 4, "UInt32": 4, "Float32": 4, "Date32": 4, "DateTime": 4, "Time": 4, "IPv4": 4, "Decimal32": 4,
	"Int64": 8, "UInt64": 8, "Float64": 8, "DateTime64": 8, "Time64": 8, "Decimal64": 8,
	"Int128": 16, "UInt128": 16, "UUID": 16, "IPv6": 16, "Decimal128": 16,
	"Int256": 32, "UInt256": 32, "Decimal256": 32,
}

// aliases are the types that are other types under another name.
var aliases = map[string]string{
	"Point":           "Tuple(Float64, Float64)",
	"Ring":            "Array(Point)",
	"LineString":      "Array(Point)",
	"Polygon":         "Array(Ring)",
	"MultiLineString": "Array(LineString)",
	"MultiPolygon":    "Array(Polygon)",
	"Geometry":        "Variant(LineString, MultiLineString, MultiPolygon, Point, Polygon, Ring)",
}

// qbitPlanes is how many bit planes a QBit of an element type has.
var qbitPlanes = map[string]int{"BFloat16": 16, "Float32": 32, "Float64": 64}

func unsupportedType(name string) error {
	return &chdb.Exception{Code: 48, Name: "NOT_IMPLEMENTED", Message: fmt.Sprintf(
		"Type %s cannot be sent in the Native format by this server; convert it to another type or use another format", name)}
}

// parseColumnType reads a type name as the engine writes it.
func parseColumnType(name string) (*columnType, error) {
	return parseTypeAt(strings.TrimSpace(name), 0)
}

func parseTypeAt(full string, depth int) (*columnType, error) {
	if depth > maxTypeDepth {
		return nil, fmt.Errorf("the type name nests deeper than %d", maxTypeDepth)
	}
	if alias, ok := aliases[full]; ok {
		return parseTypeAt(alias, depth+1)
	}
	name, args, err := splitType(full)
	if err != nil {
		return nil, err
	}
	if width, ok := fixedWidths[name]; ok {
		return &columnType{width: width}, nil
	}
	switch name {
	case "String":
		return &columnType{shape: shapeString}, nil
	case "JSON":
		return &columnType{shape: shapeJSON}, nil
	case "FixedString":
		n, err := numberArg(full, args, 0)
		return &columnType{width: n}, err
	case "Decimal":
		return decimalType(full, args)
	case "QBit":
		return qbitType(full, args)
	case "SimpleAggregateFunction":
		if len(args) != 2 {
			return nil, fmt.Errorf("the type %q has not two arguments", full)
		}
		return parseTypeAt(args[1], depth+1)
	case "Nullable":
		return wrap(full, shapeNullable, args, 1, depth)
	case "LowCardinality":
		return lowCardinalityType(full, args, depth)
	case "Array":
		return wrap(full, shapeArray, args, 1, depth)
	case "Map":
		entry, err := wrap(full, shapeTuple, args, 2, depth)
		return &columnType{shape: shapeArray, inner: []*columnType{entry}}, err
	case "Tuple":
		return wrap(full, shapeTuple, unnamed(args), len(args), depth)
	case "Nested":
		entry, err := wrap(full, shapeTuple, unnamed(args), len(args), depth)
		return &columnType{shape: shapeArray, inner: []*columnType{entry}}, err
	case "Variant":
		return wrap(full, shapeVariant, args, len(args), depth)
	}
	if strings.HasPrefix(name, "Interval") && len(args) == 0 {
		return &columnType{width: 8}, nil
	}
	return nil, unsupportedType(full)
}

func wrap(full string, s shape, args []string, want, depth int) (*columnType, error) {
	if len(args) != want {
		return nil, fmt.Errorf("the type %q has %d arguments, not %d", full, len(args), want)
	}
	t := &columnType{shape: s}
	for _, arg := range args {
		inner, err := parseTypeAt(arg, depth+1)
		if err != nil {
			return nil, err
		}
		t.inner = append(t.inner, inner)
	}
	return t, nil
}

// lowCardinalityType drops a Nullable inside: the dictionary holds bare values.
func lowCardinalityType(full string, args []string, depth int) (*columnType, error) {
	t, err := wrap(full, shapeLowCardinality, args, 1, depth)
	if err == nil && t.inner[0].shape == shapeNullable {
		t.inner = t.inner[0].inner
	}
	return t, err
}

// decimalType maps a precision to its width, as in DataTypesDecimal.h.
func decimalType(full string, args []string) (*columnType, error) {
	p, err := numberArg(full, args, 0)
	switch {
	case err != nil:
		return nil, err
	case p <= 9:
		return &columnType{width: 4}, nil
	case p <= 18:
		return &columnType{width: 8}, nil
	case p <= 38:
		return &columnType{width: 16}, nil
	case p <= 76:
		return &columnType{width: 32}, nil
	}
	return nil, fmt.Errorf("the type %q has a precision above 76", full)
}

// qbitType is a tuple of bit planes, each a FixedString with one bit per element.
func qbitType(full string, args []string) (*columnType, error) {
	n, err := numberArg(full, args, 1)
	if err != nil {
		return nil, err
	}
	planes := qbitPlanes[args[0]]
	if planes == 0 {
		return nil, unsupportedType(full)
	}
	t := &columnType{shape: shapeTuple}
	for range planes {
		t.inner = append(t.inner, &columnType{width: (n + 7) / 8})
	}
	return t, nil
}

func numberArg(full string, args []string, i int) (uint64, error) {
	if i >= len(args) {
		return 0, fmt.Errorf("the type %q lacks an argument", full)
	}
	n, err := strconv.ParseUint(args[i], 10, 31)
	if err != nil {
		return 0, fmt.Errorf("the type %q has %q where a number belongs", full, args[i])
	}
	return n, nil
}
