package ddl

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// ColumnType writes the ClickHouse type of a column: its data type with the
// annotations and, unless required, Nullable. Arrays, maps, tuples, Nested,
// geometry and aggregate states are never Nullable, since ClickHouse refuses that.
func ColumnType(c *inframap.Column) (string, error) {
	if f, err := c.Aggregate(); err != nil {
		return "", fmt.Errorf("column %q: annotation %s: %w", c.Name, inframap.AnnotationAggregate, err)
	} else if f != nil {
		args := make([]string, 0, len(f.ArgumentTypes)+1)
		args = append(args, f.FunctionName)
		for i := range f.ArgumentTypes {
			t, err := typeSQL(&f.ArgumentTypes[i])
			if err != nil {
				return "", fmt.Errorf("column %q: %w", c.Name, err)
			}
			args = append(args, t)
		}
		return "AggregateFunction(" + strings.Join(args, ", ") + ")", nil
	}
	if f, err := c.SimpleAggregate(); err != nil {
		return "", fmt.Errorf("column %q: annotation %s: %w", c.Name, inframap.AnnotationSimpleAggregate, err)
	} else if f != nil {
		t, err := typeSQL(&f.ArgumentType)
		if err != nil {
			return "", fmt.Errorf("column %q: %w", c.Name, err)
		}
		if !c.Required {
			t = "Nullable(" + t + ")"
		}
		return "SimpleAggregateFunction(" + f.FunctionName + ", " + t + ")", nil
	}
	t, err := typeSQL(&c.DataType)
	if err != nil {
		return "", fmt.Errorf("column %q: %w", c.Name, err)
	}
	if !c.Required && canBeNullable(&c.DataType) {
		t = "Nullable(" + t + ")"
	}
	if c.LowCardinality() && !strings.HasPrefix(t, "LowCardinality(") {
		t = "LowCardinality(" + t + ")"
	}
	return t, nil
}

var neverNullable = map[string]bool{
	"Point": true, "Ring": true, "LineString": true, "MultiLineString": true, "Polygon": true, "MultiPolygon": true,
}

// opaquePrefixes start types that Moose cannot declare and that carry their nullability inside.
var opaquePrefixes = []string{
	"Nullable(", "LowCardinality(", "AggregateFunction(", "SimpleAggregateFunction(", "Variant(", "Dynamic", "Tuple(", "Array(", "Map(", "Nested(", "Object(", "JSON",
}

func canBeNullable(t *inframap.ColumnType) bool {
	if t.Array != nil || t.Nested != nil || t.Map != nil || t.Tuple != nil || t.Nullable != nil {
		return false
	}
	for _, p := range opaquePrefixes {
		if strings.HasPrefix(t.Simple, p) {
			return false
		}
	}
	return !neverNullable[t.Simple]
}

// simpleTypes are the names that ClickHouse spells differently (Moose's mapper).
var simpleTypes = map[string]string{
	"Boolean": "Bool", "Date": "Date32", "Date16": "Date", "DateTime": "DateTime('UTC')",
}

func typeSQL(t *inframap.ColumnType) (string, error) {
	switch {
	case t.Enum != nil:
		return enumSQL(t.Enum)
	case t.Array != nil:
		return arraySQL(t.Array)
	case t.Nullable != nil:
		inner, err := typeSQL(t.Nullable)
		return "Nullable(" + inner + ")", err
	case t.Tuple != nil:
		fields, err := fieldsSQL(t.Tuple.Fields)
		return "Tuple(" + fields + ")", err
	case t.Map != nil:
		return mapSQL(t.Map)
	case t.Nested != nil:
		return nestedSQL(t.Nested)
	case t.JSON != nil:
		return jsonSQL(t.JSON)
	case t.Unknown != nil:
		return "", fmt.Errorf("the type %s is not understood; it may come from a newer moose-lib", t.Unknown)
	}
	if sql, ok := simpleTypes[t.Simple]; ok {
		return sql, nil
	}
	if args, ok := strings.CutPrefix(t.Simple, "DateTime("); ok && args != "" && args[0] >= '0' && args[0] <= '9' {
		return "DateTime64(" + args, nil
	}
	switch t.Simple {
	case "":
		return "", fmt.Errorf("the type is missing")
	case "Bytes", "BigInt":
		return "", fmt.Errorf("ClickHouse has no type for %s; use String or a sized integer such as Int256", t.Simple)
	}
	return t.Simple, nil
}

func enumSQL(e *inframap.EnumType) (string, error) {
	members := make([]string, 0, len(e.Values))
	for _, v := range e.Values {
		switch {
		case v.Value.Int != nil:
			members = append(members, sqltext.String(v.Name)+" = "+strconv.FormatInt(*v.Value.Int, 10))
		case v.Value.String != nil:
			members = append(members, sqltext.String(*v.Value.String))
		default:
			return "", fmt.Errorf("enum %s: member %q has no value", e.Name, v.Name)
		}
	}
	if len(members) == 0 {
		return "", fmt.Errorf("enum %s has no members", e.Name)
	}
	return "Enum(" + strings.Join(members, ", ") + ")", nil
}

func arraySQL(a *inframap.ArrayType) (string, error) {
	inner, err := typeSQL(&a.Element)
	if err == nil && a.ElementNullable && canBeNullable(&a.Element) {
		inner = "Nullable(" + inner + ")"
	}
	return "Array(" + inner + ")", err
}

func mapSQL(m *inframap.MapType) (string, error) {
	key, err := typeSQL(&m.Key)
	if err != nil {
		return "", err
	}
	value, err := typeSQL(&m.Value)
	return "Map(" + key + ", " + value + ")", err
}

func fieldsSQL(fields []inframap.TupleField) (string, error) {
	parts := make([]string, 0, len(fields))
	for i := range fields {
		t, err := typeSQL(&fields[i].Type)
		if err != nil {
			return "", err
		}
		parts = append(parts, sqltext.Ident(fields[i].Name)+" "+t)
	}
	return strings.Join(parts, ", "), nil
}

func nestedSQL(n *inframap.NestedType) (string, error) {
	parts := make([]string, 0, len(n.Columns))
	for i := range n.Columns {
		t, err := ColumnType(&n.Columns[i])
		if err != nil {
			return "", err
		}
		parts = append(parts, sqltext.Ident(n.Columns[i].Name)+" "+t)
	}
	return "Nested(" + strings.Join(parts, ", ") + ")", nil
}

func jsonSQL(j *inframap.JSONType) (string, error) {
	var parts []string
	if j.MaxDynamicPaths != nil {
		parts = append(parts, fmt.Sprintf("max_dynamic_paths=%d", *j.MaxDynamicPaths))
	}
	if j.MaxDynamicTypes != nil {
		parts = append(parts, fmt.Sprintf("max_dynamic_types=%d", *j.MaxDynamicTypes))
	}
	for i := range j.TypedPaths {
		t, err := typeSQL(&j.TypedPaths[i].Type)
		if err != nil {
			return "", err
		}
		parts = append(parts, jsonPath(j.TypedPaths[i].Name)+" "+t)
	}
	for _, p := range j.SkipPaths {
		parts = append(parts, "SKIP "+jsonPath(p))
	}
	for _, p := range j.SkipRegexps {
		parts = append(parts, "SKIP REGEXP "+sqltext.String(p))
	}
	if len(parts) == 0 {
		return "JSON", nil
	}
	return "JSON(" + strings.Join(parts, ", ") + ")", nil
}

func jsonPath(path string) string {
	parts := strings.Split(path, ".")
	for i, p := range parts {
		parts[i] = sqltext.Ident(p)
	}
	return strings.Join(parts, ".")
}
