package chtype

import (
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
)

// Plain is a type without LowCardinality and Nullable around it.
func Plain(t string) string { return Unwrapped(Unwrapped(t, "LowCardinality"), "Nullable") }

// Nullable reports whether a type has NULL.
func Nullable(t string) bool {
	_, ok := Argument(Unwrapped(t, "LowCardinality"), "Nullable")
	return ok
}

// Unwrapped is the argument of a wrapper such as Nullable, or the type itself.
func Unwrapped(t, wrapper string) string {
	if inner, ok := Argument(t, wrapper); ok {
		return inner
	}
	return t
}

// Argument is the only argument of a type of that name; false when it is another type.
func Argument(t, wrapper string) (string, bool) {
	if name, args := Parts(t); name == wrapper && len(args) == 1 {
		return args[0], true
	}
	return t, false
}

// Parts cuts "Map(String, Int8)" into its name and its arguments.
func Parts(t string) (name string, args []string) {
	name, rest, ok := strings.Cut(t, "(")
	if !ok || !strings.HasSuffix(rest, ")") {
		return t, nil
	}
	return name, sqltext.SplitTop(strings.TrimSuffix(rest, ")"))
}

// Field cuts "name Type"; a field without a name has none.
func Field(text string) (name, t string) {
	if quoted, rest, ok := strings.Cut(strings.TrimPrefix(text, "`"), "` "); ok && strings.HasPrefix(text, "`") {
		return quoted, rest
	}
	if i := strings.IndexAny(text, " ("); i >= 0 && text[i] == ' ' {
		return text[:i], text[i+1:]
	}
	return "", text
}

func number0(args []string) int { return numberAt(args, 0) }
func number1(args []string) int { return numberAt(args, 1) }

// numberAt is a numeric argument, 0 when it is absent or a text such as a time zone.
func numberAt(args []string, i int) int {
	if i >= len(args) {
		return 0
	}
	n, _ := strconv.Atoi(args[i])
	return n
}
