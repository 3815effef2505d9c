package reverse

import (
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// simpleNames are the ClickHouse types that Moose calls something else.
var simpleNames = map[string]string{
	"Bool": "Boolean", "Date32": "Date", "Date": "Date16", "DateTime('UTC')": "DateTime", "DateTime": "DateTime",
}

// columnType reads a type in the server's spelling; nullable is the outermost Nullable.
func columnType(sql string) (t inframap.ColumnType, nullable, lowCardinality bool) {
	if inner, ok := call(sql, "LowCardinality"); ok {
		t, nullable, _ = columnType(inner)
		return t, nullable, true
	}
	if inner, ok := call(sql, "Nullable"); ok {
		t, _, lowCardinality = columnType(inner)
		return t, true, lowCardinality
	}
	return bareType(sql), false, false
}

// call returns what stands between the brackets of name(…).
func call(sql, name string) (string, bool) {
	rest, ok := strings.CutPrefix(sql, name)
	if !ok {
		return "", false
	}
	return sqltext.Unwrap(rest)
}

func bareType(sql string) inframap.ColumnType {
	if name, ok := simpleNames[sql]; ok {
		return inframap.SimpleType(name)
	}
	if args, ok := call(sql, "DateTime64"); ok {
		parts := sqltext.SplitTop(args)
		if len(parts) == 1 || parts[1] == "'UTC'" {
			return inframap.SimpleType("DateTime(" + parts[0] + ")")
		}
		return inframap.SimpleType(sql)
	}
	for _, enum := range []string{"Enum8", "Enum16"} {
		if args, ok := call(sql, enum); ok {
			return enumType(enum, args)
		}
	}
	if inner, ok := call(sql, "Array"); ok {
		element, nullable, low := columnType(inner)
		if low {
			return inframap.SimpleType(sql)
		}
		return inframap.ColumnType{Array: &inframap.ArrayType{Element: element, ElementNullable: nullable}}
	}
	if args, ok := call(sql, "Map"); ok {
		if parts := sqltext.SplitTop(args); len(parts) == 2 {
			return inframap.ColumnType{Map: &inframap.MapType{Key: nestedType(parts[0]), Value: nestedType(parts[1])}}
		}
	}
	if args, ok := call(sql, "Tuple"); ok {
		if fields, ok := fields(args); ok {
			return inframap.ColumnType{Tuple: &inframap.TupleType{Fields: fields}}
		}
	}
	if args, ok := call(sql, "Nested"); ok {
		return nestedColumns(sql, args)
	}
	if sql == "JSON" {
		return inframap.ColumnType{JSON: &inframap.JSONType{}}
	}
	if args, ok := call(sql, "JSON"); ok {
		return jsonType(args)
	}
	return inframap.SimpleType(sql)
}

// nestedType is a type inside another, where Nullable is part of the type.
func nestedType(sql string) inframap.ColumnType {
	t, nullable, low := columnType(sql)
	if low {
		return inframap.SimpleType(sql)
	}
	if nullable {
		return inframap.ColumnType{Nullable: &t}
	}
	return t
}

func enumType(kind, args string) inframap.ColumnType {
	e := &inframap.EnumType{Name: kind}
	for _, part := range sqltext.SplitTop(args) {
		tokens := sqltext.Tokens(part)
		member := inframap.EnumMember{Name: sqltext.Unquote(tokens[0].Text)}
		if i := strings.LastIndex(part, "="); i > 0 {
			if n, err := strconv.ParseInt(strings.TrimSpace(part[i+1:]), 10, 16); err == nil {
				member.Value.Int = &n
			}
		}
		e.Values = append(e.Values, member)
	}
	return inframap.ColumnType{Enum: e}
}

func fields(args string) ([]inframap.TupleField, bool) {
	var out []inframap.TupleField
	for _, part := range sqltext.SplitTop(args) {
		name, rest, ok := nameAndType(part)
		if !ok {
			return nil, false
		}
		out = append(out, inframap.TupleField{Name: name, Type: nestedType(rest)})
	}
	return out, len(out) > 0
}

// nameAndType splits "name Type"; an unnamed tuple element has no name.
func nameAndType(part string) (name, sql string, ok bool) {
	tokens := sqltext.Tokens(part)
	if len(tokens) < 3 || tokens[1].Kind != sqltext.Space {
		return "", "", false
	}
	return sqltext.Unquote(tokens[0].Text), sqltext.Join(tokens[2:]), true
}

func nestedColumns(sql, args string) inframap.ColumnType {
	n := &inframap.NestedType{Name: "Nested"}
	for _, part := range sqltext.SplitTop(args) {
		name, rest, ok := nameAndType(part)
		if !ok {
			return inframap.SimpleType(sql)
		}
		t, nullable, low := columnType(rest)
		c := inframap.Column{Name: name, DataType: t, Required: !nullable, Annotations: []inframap.Annotation{}}
		if low {
			c.Annotations = append(c.Annotations, lowCardinalityAnnotation())
		}
		n.Columns = append(n.Columns, c)
	}
	return inframap.ColumnType{Nested: n}
}

func jsonType(args string) inframap.ColumnType {
	j := &inframap.JSONType{}
	for _, part := range sqltext.SplitTop(args) {
		switch {
		case strings.HasPrefix(part, "max_dynamic_paths="):
			j.MaxDynamicPaths = number(part)
		case strings.HasPrefix(part, "max_dynamic_types="):
			j.MaxDynamicTypes = number(part)
		case strings.HasPrefix(part, "SKIP REGEXP "):
			j.SkipRegexps = append(j.SkipRegexps, sqltext.Unquote(strings.TrimPrefix(part, "SKIP REGEXP ")))
		case strings.HasPrefix(part, "SKIP "):
			j.SkipPaths = append(j.SkipPaths, unquotePath(strings.TrimPrefix(part, "SKIP ")))
		default:
			if path, rest, ok := nameAndType(part); ok {
				j.TypedPaths = append(j.TypedPaths, inframap.TupleField{Name: path, Type: nestedType(rest)})
			}
		}
	}
	return inframap.ColumnType{JSON: j}
}

// unquotePath reads a path as the server quotes it (whole) or as people do (by parts).
func unquotePath(path string) string {
	if tokens := sqltext.Tokens(path); len(tokens) == 1 {
		return sqltext.Unquote(path)
	}
	parts := strings.Split(path, ".")
	for i, p := range parts {
		parts[i] = sqltext.Unquote(p)
	}
	return strings.Join(parts, ".")
}

func number(option string) *uint64 {
	_, text, _ := strings.Cut(option, "=")
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return nil
	}
	return &n
}
