package codegen

import (
	"strconv"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// typeScriptFormats are the types that are texts of a format.
var typeScriptFormats = map[string]string{"UUID": "uuid", "IPv4": "ipv4", "IPv6": "ipv6", "Date": "date", "Date16": "date"}

// typeOf writes a type; name is for the interface or the enum that it may need.
func (ts *typeScript) typeOf(t *inframap.ColumnType, name string) string {
	switch {
	case t.Enum != nil:
		return ts.enum(t.Enum, name)
	case t.Array != nil:
		element := ts.typeOf(&t.Array.Element, name)
		if t.Array.ElementNullable {
			element += " | null"
		}
		if isCompound(element) {
			element = "(" + element + ")"
		}
		return element + "[]"
	case t.Nullable != nil:
		return ts.typeOf(t.Nullable, name)
	case t.Tuple != nil:
		return ts.define(name, ts.fields(t.Tuple.Fields, name)) + " & " + ts.use("ClickHouseNamedTuple")
	case t.Map != nil:
		return "Record<" + ts.typeOf(&t.Map.Key, name+"Key") + ", " + ts.typeOf(&t.Map.Value, name+"Value") + ">"
	case t.Nested != nil:
		return ts.define(name, ts.columns(t.Nested.Columns, name))
	case t.JSON != nil:
		return ts.json(t.JSON, name)
	}
	return ts.simple(t.Simple)
}

func (ts *typeScript) fields(fields []inframap.TupleField, owner string) []string {
	out := make([]string, len(fields))
	for i := range fields {
		f := &fields[i]
		out[i] = "  " + property(f.Name, f.Type.Nullable != nil) + ": " + ts.typeOf(&f.Type, owner+pascal(f.Name)) + ";\n"
	}
	return out
}

func (ts *typeScript) columns(columns []inframap.Column, owner string) []string {
	out := make([]string, len(columns))
	for i := range columns {
		out[i] = ts.field(&columns[i], owner)
	}
	return out
}

func (ts *typeScript) json(j *inframap.JSONType, name string) string {
	base := "Record<string, any>"
	if len(j.TypedPaths) > 0 {
		base = ts.define(name, ts.fields(j.TypedPaths, name))
	}
	if j.MaxDynamicPaths == nil && j.MaxDynamicTypes == nil && len(j.TypedPaths)+len(j.SkipPaths)+len(j.SkipRegexps) == 0 {
		return base
	}
	number := func(n *uint64) string {
		if n == nil {
			return "undefined"
		}
		return strconv.FormatUint(*n, 10)
	}
	s := typeScriptSyntax
	return base + " & " + ts.use("ClickHouseJson") + "<" + number(j.MaxDynamicPaths) + ", " + number(j.MaxDynamicTypes) + ", " +
		s.texts(j.SkipPaths) + ", " + s.texts(j.SkipRegexps) + ">"
}

func (ts *typeScript) simple(t string) string {
	if format, ok := typeScriptFormats[t]; ok {
		ts.tags = true
		text := "string & tags.Format<\"" + format + "\">"
		if t == "Date16" {
			text += " & " + ts.use("ClickHouseByteSize") + "<2>"
		}
		return text
	}
	switch t {
	case "String":
		return "string"
	case "Boolean":
		return "boolean"
	}
	if geometry[t] {
		return ts.use("ClickHouse" + t)
	}
	sized := sizedType.FindStringSubmatch(t)
	switch {
	case sized == nil:
		return ts.use(t)
	case sized[1] == "DateTime":
		return ts.use("DateTime64") + "<" + sized[2] + ">"
	case sized[1] == "Decimal":
		return ts.use("Decimal") + "<" + sized[2] + ", " + sized[3] + ">"
	}
	return ts.use("FixedString") + "<" + sized[2] + ">"
}

// isCompound reports whether a type is an intersection or a union.
func isCompound(t string) bool {
	depth, quoted := 0, false
	for i := 0; i < len(t); i++ {
		switch c := t[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '<':
			depth++
		case c == '>':
			depth--
		case depth == 0 && (c == '&' || c == '|'):
			return true
		}
	}
	return false
}
