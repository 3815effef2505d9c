package report

import (
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
)

// plain is a type without LowCardinality and Nullable around it.
func plain(t string) string { return unwrapped(unwrapped(t, "LowCardinality"), "Nullable") }

// nullable reports whether a type has NULL.
func nullable(t string) bool {
	_, ok := argument(unwrapped(t, "LowCardinality"), "Nullable")
	return ok
}

func unwrapped(t, wrapper string) string {
	if inner, ok := argument(t, wrapper); ok {
		return inner
	}
	return t
}

func argument(t, wrapper string) (string, bool) {
	if name, args := parts(t); name == wrapper && len(args) == 1 {
		return args[0], true
	}
	return t, false
}

// parts cuts "Map(String, Int8)" into its name and its arguments.
func parts(t string) (name string, args []string) {
	name, rest, ok := strings.Cut(t, "(")
	if !ok || !strings.HasSuffix(rest, ")") {
		return t, nil
	}
	return name, sqltext.SplitTop(strings.TrimSuffix(rest, ")"))
}

// field cuts "name Type"; a field without a name has none.
func field(text string) (name, t string) {
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
