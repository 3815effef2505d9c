package chtype

import (
	"slices"
	"strconv"
	"strings"
)

// Conversion is what rewriting a column with another type does to its values.
type Conversion int

const (
	// Keeps says that every value of the old type has the same meaning in the new one.
	Keeps Conversion = iota
	// Changes says that a value that does not fit becomes another one without an error.
	Changes
	// Fails says that a value that does not fit ends the mutation with an error; one that is
	// spelled in another way than the new type spells it changes.
	Fails
)

// ConversionOf compares two types in the server's canonical spelling. What is not
// known to keep all values does not. The behaviour is that of MODIFY COLUMN in
// ClickHouse 26.7: numbers wrap around, fractions and digits are cut off, times
// beyond the new type's range become other times.
func ConversionOf(before, after string, hasDefault bool) Conversion {
	if Widens(before, after) {
		return Keeps
	}
	if Plain(before) == "String" || Nullable(before) && !Nullable(after) && !hasDefault {
		return Fails
	}
	return Changes
}

// Widens reports whether a type holds every value of another one.
func Widens(before, after string) bool {
	if before == after {
		return true
	}
	before, after = Unwrapped(before, "LowCardinality"), Unwrapped(after, "LowCardinality")
	if inner, ok := Argument(after, "Nullable"); ok {
		before, after = Unwrapped(before, "Nullable"), inner
	}
	from, fromArgs := Parts(before)
	to, toArgs := Parts(after)
	switch {
	case before == after:
		return true
	case from == "SimpleAggregateFunction" && len(fromArgs) == 2 && to != from:
		return Widens(fromArgs[1], after)
	case to == "SimpleAggregateFunction" && len(toArgs) == 2 && to != from:
		return Widens(before, toArgs[1])
	case from == to && nested[from]:
		return widensFields(before, after) || widensEach(from, fromArgs, toArgs)
	case to == "String":
		return scalar(from)
	case from == to && strings.HasPrefix(from, "Enum"), from == "Enum8" && to == "Enum16":
		return !slices.ContainsFunc(fromArgs, func(member string) bool { return !slices.Contains(toArgs, member) })
	case from == "FixedString" && to == from:
		return number0(fromArgs) <= number0(toArgs)
	case strings.HasPrefix(from, "Date"):
		return widensTime(from, fromArgs, to, toArgs)
	case to == "Decimal":
		return widensToDecimal(from, fromArgs, toArgs)
	case from == "IPv4":
		return to == "IPv6"
	}
	return widensNumber(from, to)
}

// WithoutNull is a type that is known to hold no NULL.
func WithoutNull(t string) string {
	if inner, ok := Argument(t, "LowCardinality"); ok {
		return "LowCardinality(" + Unwrapped(inner, "Nullable") + ")"
	}
	return Unwrapped(t, "Nullable")
}

// nested are the types whose arguments are types; those of a function are led by its name.
var nested = map[string]bool{"Array": true, "Map": true, "Tuple": true, "Nested": true, "Variant": true, "SimpleAggregateFunction": true}

// widensEach compares types of several parts one by one; their names must be the same.
func widensEach(kind string, before, after []string) bool {
	if len(before) != len(after) {
		return false
	}
	for i := range before {
		b, a := before[i], after[i]
		if kind == "Tuple" || kind == "Nested" {
			bName, bType := Field(b)
			aName, aType := Field(a)
			if bName != aName {
				return false
			}
			b, a = bType, aType
		}
		if !Widens(b, a) {
			return false
		}
	}
	return true
}

// widensFields compares tuples by the names of their fields: more may come, and those
// that were there keep their order.
func widensFields(before, after string) bool {
	old, isTuple := Fields(before)
	now, _ := Fields(after)
	if !isTuple || !Named(old) || !Named(now) {
		return false
	}
	next := 0
	for _, f := range now {
		if next < len(old) && f.Name == old[next].Name {
			if !Widens(old[next].Type, f.Type) {
				return false
			}
			next++
		}
	}
	return next == len(old)
}

// integerBits is the number of bits for the value of a signed or unsigned integer.
func integerBits(name string) (bits int, signed, ok bool) {
	if name == "Bool" {
		return 1, false, true
	}
	digits, unsigned := strings.CutPrefix(name, "UInt")
	if !unsigned {
		if digits, ok = strings.CutPrefix(name, "Int"); !ok {
			return 0, false, false
		}
	}
	bits, err := strconv.Atoi(digits)
	if err != nil {
		return 0, false, false
	}
	if !unsigned {
		bits--
	}
	return bits, !unsigned, true
}

// floatBits is the number of binary digits that a floating point type holds exactly (IEEE 754).
var floatBits = map[string]int{"BFloat16": 8, "Float32": 24, "Float64": 53}

func widensNumber(from, to string) bool {
	bits, signed, isInteger := integerBits(from)
	if !isInteger {
		return floatBits[from] > 0 && floatBits[from] <= floatBits[to]
	}
	if bits <= floatBits[to] {
		return true
	}
	toBits, toSigned, ok := integerBits(to)
	return ok && bits <= toBits && (toSigned || !signed)
}

// widensToDecimal compares the digits before and behind the point.
func widensToDecimal(from string, before, after []string) bool {
	toDigits, toScale := number0(after), number1(after)
	if from == "Decimal" {
		return number1(before) <= toScale && number0(before)-number1(before) <= toDigits-toScale
	}
	bits, _, ok := integerBits(from)
	// An integer of n bits has at most n*log10(2) decimal digits, rounded up.
	return ok && bits*30103/100000+1 <= toDigits-toScale
}

// finest is the precision at which DateTime64 ends in 2262 instead of 2299.
const finest = 9

// widensTime: Date ends in 2149, DateTime in 2106, Date32 and DateTime64 in 2299. A
// time zone changes how a moment is shown, not the moment.
func widensTime(from string, before []string, to string, after []string) bool {
	precision := number0(after)
	switch from {
	case "Date":
		return to == "Date32" || to == "DateTime64"
	case "DateTime":
		return to == "DateTime" || to == "DateTime64"
	case "Date32":
		return to == "DateTime64" && precision < finest
	case "DateTime64":
		old := number0(before)
		return to == from && old <= precision && (precision < finest || old == finest)
	}
	return false
}

// scalar reports whether a type has a text for each of its values.
func scalar(name string) bool {
	_, _, integer := integerBits(name)
	return integer || floatBits[name] > 0 || slices.ContainsFunc([]string{"Decimal", "Date", "Enum", "FixedString", "UUID", "IPv"},
		func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}
