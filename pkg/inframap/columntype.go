package inframap

import "github.com/go-json-experiment/json/jsontext"

// ColumnType is a column's type in Moose's own vocabulary. Exactly one member is
// set; the JSON form is untagged, so a reader tells them apart by their keys.
type ColumnType struct {
	// Simple is a plain name: String, Boolean, Int64, DateTime(3), Decimal(10, 2),
	// FixedString(16) … or, for what Moose cannot declare, ClickHouse's own text.
	Simple   string
	Enum     *EnumType
	Array    *ArrayType
	Nullable *ColumnType
	Tuple    *TupleType
	Map      *MapType
	Nested   *NestedType
	JSON     *JSONType
	// Unknown is an object that matches none of the above, kept as it came.
	Unknown jsontext.Value
}

// EnumType is an enum with its declared name.
type EnumType struct {
	Name   string       `json:"name"`
	Values []EnumMember `json:"values"`
	Extra  `json:",embed"`
}

// EnumMember is one member; its value is a string or a number.
type EnumMember struct {
	Name  string    `json:"name"`
	Value EnumValue `json:"value"`
	Extra `json:",embed"`
}

// EnumValue is externally tagged in JSON: {"Int": 1} or {"String": "active"}.
type EnumValue struct {
	Int    *int64  `json:"Int,omitzero"`
	String *string `json:"String,omitzero"`
}

// ArrayType is Array(Element).
type ArrayType struct {
	Element         ColumnType `json:"elementType"`
	ElementNullable bool       `json:"elementNullable"`
	Extra           `json:",embed"`
}

// TupleType is a named tuple.
type TupleType struct {
	Fields []TupleField `json:"fields"`
	Extra  `json:",embed"`
}

// TupleField is one field, a two-element array in JSON.
type TupleField struct {
	Name string
	Type ColumnType
}

// MapType is Map(Key, Value).
type MapType struct {
	Key   ColumnType `json:"keyType"`
	Value ColumnType `json:"valueType"`
	Extra `json:",embed"`
}

// NestedType is Nested(columns); Name is the declared interface or class.
type NestedType struct {
	Name    string   `json:"name"`
	Columns []Column `json:"columns"`
	JWT     bool     `json:"jwt"`
	Extra   `json:",embed"`
}

// JSONType is ClickHouse's JSON with its options; an option left out is nil.
type JSONType struct {
	MaxDynamicPaths *uint64      `json:"max_dynamic_paths,omitzero"`
	MaxDynamicTypes *uint64      `json:"max_dynamic_types,omitzero"`
	TypedPaths      []TupleField `json:"typed_paths"`
	SkipPaths       []string     `json:"skip_paths"`
	SkipRegexps     []string     `json:"skip_regexps"`
	Extra           `json:",embed"`
}

// SimpleType is a ColumnType with a plain name.
func SimpleType(name string) ColumnType { return ColumnType{Simple: name} }
