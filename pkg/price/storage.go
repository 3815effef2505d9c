package price

import (
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/chtype"
)

// asNumber are types that are stored as a number: changing the one into the other is
// for the definition only (isMetadataOnlyConversion of ClickHouse).
var asNumber = map[[2]string]bool{
	{"DateTime", "UInt32"}: true, {"UInt32", "DateTime"}: true, {"Date", "UInt16"}: true, {"UInt16", "Date"}: true,
	{"Enum8", "Int8"}: true, {"Enum16", "Int16"}: true,
}

// SameStorage reports whether a stored column gets its new type without being written
// again. Both types are in the server's spelling.
func SameStorage(from, to string) bool {
	from, to = stored(from), stored(to)
	if from == to {
		return true
	}
	name, args := chtype.Parts(from)
	other, members := chtype.Parts(to)
	switch {
	case name == other && (name == "Array" || name == "Nullable") && len(args) == 1 && len(members) == 1:
		return SameStorage(args[0], members[0])
	case asNumber[[2]string{name, other}]:
		return true
	case name == other && strings.HasPrefix(name, "Enum"):
		numbers := map[string]bool{}
		for _, m := range members {
			numbers[number(m)] = true
		}
		for _, m := range args {
			if !numbers[number(m)] {
				return false
			}
		}
		return true
	}
	return false
}

// number is that of an enum's member such as "'a' = 1".
func number(member string) string { return member[strings.LastIndex(member, " ")+1:] }

// stored is a type without what does not matter for how it is stored: time zones, and
// the function of SimpleAggregateFunction.
func stored(t string) string {
	name, args := chtype.Parts(t)
	switch name {
	case "DateTime":
		return name
	case "DateTime64":
		if len(args) > 0 {
			return name + "(" + args[0] + ")"
		}
		return t
	case "SimpleAggregateFunction":
		if len(args) == 2 {
			return stored(args[1])
		}
		return t
	case "Array", "Nullable", "LowCardinality", "Map":
		inner := make([]string, len(args))
		for i, a := range args {
			inner[i] = stored(a)
		}
		return name + "(" + strings.Join(inner, ", ") + ")"
	}
	return t
}
