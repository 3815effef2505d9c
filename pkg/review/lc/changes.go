package lc

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/chtype"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
)

// changes is a SQL condition that holds when the value of an expression of one type
// cannot be converted to another type, or would be another value there. It may hold for
// a value that stays, never the other way round. What a cast does is that of
// ClickHouse 26.7. depth is how many lambdas surround the expression.
func changes(expr, from, to string, depth int) string {
	if chtype.Widens(from, to) {
		return "0"
	}
	from, to = argument(from), argument(to)
	if inner, ok := chtype.Argument(from, "LowCardinality"); ok {
		from, expr = inner, cast(expr, inner)
	}
	to = chtype.Unwrapped(to, "LowCardinality")
	if inner, ok := chtype.Argument(from, "Nullable"); ok {
		value := changes("assumeNotNull("+expr+")", inner, chtype.Unwrapped(to, "Nullable"), depth)
		if chtype.Nullable(to) {
			return "(isNotNull(" + expr + ") AND " + value + ")"
		}
		return "(isNull(" + expr + ") OR " + value + ")"
	}
	if to = chtype.Unwrapped(to, "Nullable"); from == to {
		return "0"
	}
	for _, known := range []func(expr, from, to string, depth int) string{ofEnum, ofText, ofNumber, ofDecimal, ofTime, ofParts} {
		if condition := known(expr, from, to, depth); condition != "" {
			return condition
		}
	}
	// Of types that are not known, a value stays when its text does, there and back.
	return fmt.Sprintf("ifNull(toString(%s) != toString(%s) OR %s != %s, 1)", expr, cast(expr, to), cast(cast(expr, to), from), expr)
}

func cast(expr, to string) string { return "CAST(" + expr + ", " + sqltext.String(to) + ")" }

// exact is NULL where the new type does not have the value.
func exact(expr, to string) string {
	return "accurateCastOrNull(" + expr + ", " + sqltext.String(to) + ")"
}

// back holds when a value does not come back from the new type as it was.
func back(expr, from, to string) string {
	return "ifNull(" + cast(cast(expr, to), from) + " != " + expr + ", 1)"
}

func ofEnum(expr, from, to string, _ int) string {
	was, isEnum := chtype.Members(from)
	now, toEnum := chtype.Members(to)
	kind, _ := chtype.Parts(from)
	_, _, fromInteger := chtype.Integer(from)
	var numbers, kept []string
	for number, name := range now {
		kept = append(kept, number)
		if was[number] == name {
			continue
		}
		numbers = append(numbers, number)
	}
	switch {
	case isEnum && toEnum:
		for number := range was {
			if _, ok := now[number]; !ok {
				numbers = append(numbers, number)
			}
		}
		return fmt.Sprintf("toInt16(%s) IN (%s)", expr, strings.Join(sorted(numbers), ", "))
	case isEnum:
		if _, _, integer := chtype.Integer(to); integer || chtype.Float(to) {
			return exact("toInt16("+expr+")", to) + " IS NULL"
		}
	case toEnum && fromInteger:
		return fmt.Sprintf("%s NOT IN (%s)", expr, strings.Join(sorted(kept), ", "))
	case toEnum && (kind == "String" || kind == "FixedString"):
		var texts []string
		for _, name := range now {
			texts = append(texts, name)
		}
		return fmt.Sprintf("toString(%s) NOT IN (%s)", expr, strings.Join(sorted(texts), ", "))
	}
	return ""
}

func ofNumber(expr, from, to string, _ int) string {
	_, _, integer := chtype.Integer(from)
	_, _, toInteger := chtype.Integer(to)
	before, _, toDecimal := chtype.Digits(to)
	switch {
	case !integer && !chtype.Float(from):
		return ""
	case to == "Bool":
		return back(expr, from, to)
	case toInteger || chtype.Float(to) && to != "BFloat16":
		return exact(expr, to) + " IS NULL"
	case toDecimal && integer:
		// Compared as whole numbers, so that nothing overflows.
		bound := "toInt256('1" + strings.Repeat("0", before) + "')"
		return fmt.Sprintf("(toInt256(%s) >= %s OR toInt256(%s) <= -%s)", expr, bound, expr, bound)
	case toDecimal:
		return "ifNull(" + cast(exact(expr, to), "Nullable("+from+")") + " != " + expr + ", 1)"
	case strings.HasPrefix(to, "Date"):
		return back(expr, from, to)
	}
	return ""
}

func ofDecimal(expr, from, to string, _ int) string {
	before, behind, ok := chtype.Digits(from)
	if !ok {
		return ""
	}
	nowBefore, nowBehind, decimal := chtype.Digits(to)
	bits, signed, integer := chtype.Integer(to)
	var conditions []string
	switch {
	case to == "Bool":
		return ""
	case decimal:
		if nowBefore < before {
			bound := cast("'1"+strings.Repeat("0", nowBefore)+"'", from)
			conditions = append(conditions, fmt.Sprintf("%s >= %s OR %s <= -%s", expr, bound, expr, bound))
		}
	case integer:
		limit := new(big.Int).Lsh(big.NewInt(1), uint(bits))
		if len(limit.String()) <= before {
			conditions = append(conditions, fmt.Sprintf("%s >= %s", expr, cast("'"+limit.String()+"'", from)))
			if signed {
				conditions = append(conditions, fmt.Sprintf("%s <= -%s", expr, cast("'"+limit.String()+"'", from)))
			}
		}
		if !signed {
			conditions = append(conditions, expr+" < 0")
		}
	case chtype.Float(to):
		// The shortest text of the number must be that of the decimal.
		return fmt.Sprintf("ifNull(%s != %s, 1)", exact("toString("+cast(expr, to)+")", from), expr)
	default:
		return ""
	}
	if nowBehind < behind {
		conditions = append(conditions, fmt.Sprintf("truncate(%s, %d) != %s", expr, nowBehind, expr))
	}
	if len(conditions) == 0 {
		return "0"
	}
	return "(" + strings.Join(conditions, " OR ") + ")"
}

// finest is the last second that DateTime64(9) holds: 2262-04-11 23:47:15 UTC. Beyond
// it the cast is an error that would stop the count.
const finest = 9223372035

func ofTime(expr, from, to string, _ int) string {
	kind, _ := chtype.Parts(from)
	if !strings.HasPrefix(kind, "Date") || strings.HasPrefix(to, "String") {
		return ""
	}
	if kind == "DateTime64" && strings.HasPrefix(to, "DateTime64(9") {
		return fmt.Sprintf("toUnixTimestamp64Second(%s) > %d", cast(expr, "DateTime64(0)"), finest)
	}
	return back(expr, from, to)
}
