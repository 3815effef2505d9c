package runner

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rhysd/actionlint"
)

// statusKey holds, in a Scope, how the job stands: "success", "failure" or
// "cancelled". No expression can name it.
const statusKey = "\x00status"

// arity is the least and the greatest number of arguments.
var arity = map[string][2]int{
	"success": {0, 0}, "failure": {0, 0}, "cancelled": {0, 0}, "always": {0, 0},
	"contains": {2, 2}, "startswith": {2, 2}, "endswith": {2, 2},
	"format": {1, 100}, "join": {1, 2}, "tojson": {1, 1}, "fromjson": {1, 1},
}

func (s Scope) call(name string, args []any) (any, error) {
	want, known := arity[name]
	if !known {
		return nil, fmt.Errorf("this runner does not know the function %s()", name)
	}
	if len(args) < want[0] || len(args) > want[1] {
		return nil, fmt.Errorf("%s() has %d arguments", name, len(args))
	}
	switch name {
	case "always":
		return true, nil
	case "success", "failure", "cancelled":
		status, ok := s[statusKey].(string)
		if !ok {
			return nil, fmt.Errorf("%s() is not available here", name)
		}
		return status == name, nil
	case "contains":
		return contains(args[0], args[1]), nil
	case "startswith":
		return strings.HasPrefix(strings.ToLower(toString(args[0])), strings.ToLower(toString(args[1]))), nil
	case "endswith":
		return strings.HasSuffix(strings.ToLower(toString(args[0])), strings.ToLower(toString(args[1]))), nil
	case "format":
		return format(toString(args[0]), args[1:])
	case "join":
		return join(args), nil
	case "tojson":
		data, err := json.MarshalIndent(args[0], "", "  ")
		return string(data), err
	}
	var value any
	if err := json.Unmarshal([]byte(toString(args[0])), &value); err != nil {
		return nil, fmt.Errorf("fromJSON(): %w", err)
	}
	return value, nil
}

func contains(in, what any) bool {
	switch list := in.(type) {
	case []any:
		return slices.ContainsFunc(list, func(e any) bool { return compare(actionlint.CompareOpNodeKindEq, e, what) })
	case filtered:
		return contains([]any(list), what)
	}
	return strings.Contains(strings.ToLower(toString(in)), strings.ToLower(toString(what)))
}

var placeholder = regexp.MustCompile(`\{\{|\}\}|\{(\d+)\}`)

func format(text string, args []any) (string, error) {
	var failed error
	out := placeholder.ReplaceAllStringFunc(text, func(m string) string {
		if m == "{{" || m == "}}" {
			return m[:1]
		}
		i, err := strconv.Atoi(m[1 : len(m)-1])
		if err != nil || i >= len(args) {
			failed = fmt.Errorf("format() has no argument for %s", m)
			return m
		}
		return toString(args[i])
	})
	return out, failed
}

func join(args []any) string {
	by := ","
	if len(args) == 2 {
		by = toString(args[1])
	}
	list, ok := args[0].([]any)
	if f, is := args[0].(filtered); is {
		list, ok = f, true
	}
	if !ok {
		return toString(args[0])
	}
	words := make([]string, len(list))
	for i, v := range list {
		words[i] = toString(v)
	}
	return strings.Join(words, by)
}

func toString(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any, filtered:
		return "Array"
	}
	return "Object"
}

// compare works without regard to case; values of different types are compared
// as numbers.
func compare(kind actionlint.CompareOpNodeKind, left, right any) bool {
	l, lok := left.(string)
	r, rok := right.(string)
	if lok && rok {
		return ordered(kind, strings.Compare(strings.ToUpper(l), strings.ToUpper(r)))
	}
	a, b := toNumber(left), toNumber(right)
	switch {
	case a < b:
		return ordered(kind, -1)
	case a > b:
		return ordered(kind, 1)
	case a == b:
		return ordered(kind, 0)
	}
	return kind == actionlint.CompareOpNodeKindNotEq // one is not a number
}

func ordered(kind actionlint.CompareOpNodeKind, order int) bool {
	switch kind {
	case actionlint.CompareOpNodeKindEq:
		return order == 0
	case actionlint.CompareOpNodeKindNotEq:
		return order != 0
	case actionlint.CompareOpNodeKindLess:
		return order < 0
	case actionlint.CompareOpNodeKindLessEq:
		return order <= 0
	case actionlint.CompareOpNodeKindGreater:
		return order > 0
	}
	return order >= 0
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
