package chtype

import (
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
)

// Part is a field of a Tuple or of a Nested. Name is empty in a tuple of mere types.
type Part struct{ Name, Type string }

// Fields are the fields of a Tuple or of a Nested; false for another type.
func Fields(t string) ([]Part, bool) {
	kind, args := Parts(t)
	if kind != "Tuple" && kind != "Nested" {
		return nil, false
	}
	out := make([]Part, len(args))
	for i, a := range args {
		name, typ := Field(a)
		out[i] = Part{name, typ}
	}
	return out, true
}

// Named reports whether all fields have a name: ClickHouse then goes by the names, and
// otherwise by the places.
func Named(fields []Part) bool {
	for _, f := range fields {
		if f.Name == "" {
			return false
		}
	}
	return len(fields) > 0
}

// Members are the names of an enum by their numbers, both as the server spells them,
// the names in quotes; false for another type.
func Members(t string) (map[string]string, bool) {
	kind, args := Parts(t)
	if kind != "Enum8" && kind != "Enum16" {
		return nil, false
	}
	out := map[string]string{}
	for _, a := range args {
		if i := strings.LastIndex(a, " = "); i >= 0 {
			out[a[i+len(" = "):]] = a[:i]
		}
	}
	return out, true
}

// Zones are the time zones inside a type, in its order, "" where a time has none of its own.
func Zones(t string) []string {
	kind, args := Parts(t)
	switch {
	case kind == "DateTime":
		return []string{zoneAt(args, 0)}
	case kind == "DateTime64":
		return []string{zoneAt(args, 1)}
	case !nested[kind] && kind != "Nullable" && kind != "LowCardinality":
		return nil
	}
	var out []string
	for _, a := range args {
		if kind == "Tuple" || kind == "Nested" {
			_, a = Field(a)
		}
		out = append(out, Zones(a)...)
	}
	return out
}

func zoneAt(args []string, i int) string {
	if i >= len(args) {
		return ""
	}
	return sqltext.Unquote(args[i])
}

// Digits are the digits before and behind the point of a Decimal; false for another type.
func Digits(t string) (before, behind int, ok bool) {
	kind, args := Parts(t)
	if kind != "Decimal" {
		return 0, 0, false
	}
	return number0(args) - number1(args), number1(args), true
}

// Integer is the number of bits for the value of an integer type, Bool among them; ok is
// false for another type.
func Integer(t string) (bits int, signed, ok bool) { return integerBits(t) }

// Float reports whether a type is one of floating point.
func Float(t string) bool { return floatBits[t] > 0 }
