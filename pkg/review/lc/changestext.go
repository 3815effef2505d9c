package lc

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/chtype"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
)

// ofText is about texts that become another type. Those of which the type makes the same
// text stay; where one value has several texts, those that mean the same stay.
func ofText(expr, from, to string, _ int) string {
	kind, _ := chtype.Parts(from)
	if kind != "String" && kind != "FixedString" {
		return ""
	}
	text := "toString(" + expr + ")"
	after, args := chtype.Parts(to)
	value := exact(text, to)
	differs := func(normal func(string) string) string {
		return fmt.Sprintf("ifNull(%s != %s, 1)", normal("toString("+value+")"), normal(text))
	}
	plain := func(s string) string { return s }
	switch {
	case after == "FixedString" && kind == after:
		return ""
	case after == "FixedString":
		// Zero bytes at the end are indistinguishable from the padding.
		return fmt.Sprintf("(length(%s) > %s OR endsWith(%s, '\\0'))", expr, args[0], expr)
	case after == "IPv6", after == "Bool":
		return value + " IS NULL"
	case after == "UUID":
		return differs(func(s string) string { return "lower(" + s + ")" })
	case after == "JSON":
		return differs(func(s string) string { return "replaceRegexpAll(" + s + `, '\\s', '')` })
	case after == "Decimal", after == "DateTime64", chtype.Float(after):
		return differs(withoutZeros)
	case after == "IPv4", strings.HasPrefix(after, "Date"):
		return differs(plain)
	}
	if _, _, integer := chtype.Integer(after); integer {
		return differs(plain)
	}
	// Not every type has an accurate cast; a text that cannot be cast ends the question.
	return fmt.Sprintf("ifNull(toString(%s) != %s, 1)", cast(text, to), text)
}

// withoutZeros takes the zeros from the end of a fraction.
func withoutZeros(text string) string {
	return "replaceRegexpOne(" + text + `, '[.]0*$|([.][0-9]*[1-9])0+$', '\\1')`
}

// ofParts is about types that are converted part by part.
func ofParts(expr, from, to string, depth int) string {
	before, old := chtype.Parts(from)
	after, now := chtype.Parts(to)
	if before != after || !recursive[before] {
		return ""
	}
	name := func(i int) string { return fmt.Sprintf("x%d", 2*depth+i) }
	switch before {
	case "Array":
		return fmt.Sprintf("arrayExists(%s -> %s, %s)", name(0), changes(name(0), old[0], now[0], depth+1), expr)
	case "Map":
		return fmt.Sprintf("mapExists((%s, %s) -> %s OR %s, %s)", name(0), name(1),
			changes(name(0), old[0], now[0], depth+1), changes(name(1), old[1], now[1], depth+1), expr)
	case "Nested":
		return fmt.Sprintf("arrayExists(%s -> %s, %s)", name(0), ofFields(name(0), from, to, depth+1), expr)
	}
	return ofFields(expr, from, to, depth)
}

// ofFields compares the fields of tuples: by name when all have one, else by place. A
// field that goes changes the rows in which it is not the type's default.
func ofFields(expr, from, to string, depth int) string {
	old, _ := chtype.Fields(from)
	fields, _ := chtype.Fields(to)
	byName := chtype.Named(old) && chtype.Named(fields)
	conditions := []string{"0"}
	for i, f := range old {
		element := fmt.Sprintf("tupleElement(%s, %d)", expr, i+1)
		n := i
		if byName {
			n = indexOf(fields, f.Name)
		}
		if n < 0 || n >= len(fields) {
			conditions = append(conditions, fmt.Sprintf("%s IS DISTINCT FROM defaultValueOfTypeName(%s)", element, sqltext.String(f.Type)))
			continue
		}
		conditions = append(conditions, changes(element, f.Type, fields[n].Type, depth))
	}
	return "(" + strings.Join(conditions, " OR ") + ")"
}

func indexOf(fields []chtype.Part, name string) int {
	for i, f := range fields {
		if f.Name == name {
			return i
		}
	}
	return -1
}
