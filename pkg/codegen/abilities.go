package codegen

import (
	"regexp"
	"strings"
)

// ability is what moose-lib 0.6.533 can declare in one language where the two differ.
// Each was found by loading such a declaration.
type ability struct {
	// wideIntegers are Int128, Int256, UInt128 and UInt256.
	wideIntegers bool
	// nullableFields are Nullable fields of a Tuple.
	nullableFields bool
	// nullableAggregates are SimpleAggregateFunction(f, Nullable(T)).
	nullableAggregates bool
	// anyMapKey: otherwise the key of a Map must be a text or a number in the language.
	anyMapKey bool
	// attributesOfAll: otherwise an enum or a tuple can have a default, but no other attribute.
	attributesOfAll bool
	// fieldName says why a name cannot be that of a column or a field, "" when it can.
	fieldName func(name string) string
	// memberName reports whether a member of an enum with numbers can have the name.
	memberName func(name string) bool
	// comment reports whether the comment of a column comes back as it is.
	comment func(text string) bool
}

var abilities = map[Language]ability{
	TypeScript: {
		nullableFields: true, fieldName: typeScriptFieldName, memberName: typeScriptMemberName, comment: docComment,
	},
	Python: {
		wideIntegers: true, nullableAggregates: true, anyMapKey: true, attributesOfAll: true,
		fieldName: validName, memberName: pythonMemberName, comment: validText,
	},
}

// typeScriptFieldName refuses what typia, which moose-lib compiles with, would write
// into the compiled program without escaping it: a quote ends the text that the name
// stands in, and what follows would be run.
func typeScriptFieldName(name string) string {
	if strings.Contains(name, `"`) {
		return `a name with " in it cannot be declared in TypeScript: the compiler of moose-lib would run a part of it as code`
	}
	return validName(name)
}

func validName(name string) string {
	if !validText(name) {
		return "its name is no valid UTF-8"
	}
	return ""
}

// numericName are names that TypeScript takes as numbers, which no member of an enum can have.
var numericName = regexp.MustCompile(`^(-?([0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?|Infinity)|NaN)$`)

func typeScriptMemberName(name string) bool { return validText(name) && !numericName.MatchString(name) }

// pythonMemberName refuses the names that Python's enum keeps for itself
// (docs.python.org/3/howto/enum.html, "Supported __dunder__ names" and "_sunder_ names").
func pythonMemberName(name string) bool {
	return validText(name) && name != "" && name != "mro" && !strings.HasPrefix(name, "_")
}
