package statepb

import (
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// argument is one argument of an engine's text.
type argument struct {
	text   string
	quoted bool
}

func (a argument) null() bool { return !a.quoted && strings.EqualFold(a.text, "null") }

// parseEngine is the inverse of printEngine. Text that it does not understand is
// kept whole as the engine's name.
func parseEngine(text string) inframap.Engine {
	whole := inframap.Engine{Name: text}
	name, inner, hasArguments := strings.Cut(text, "(")
	var args []argument
	if hasArguments {
		inner, closed := strings.CutSuffix(inner, ")")
		if !closed {
			return whole
		}
		args = splitArguments(inner)
	}
	switch {
	case name == iceberg:
		name = "IcebergS3"
	case name == "IcebergS3":
		return whole
	case strings.HasPrefix(name, "Shared") && strings.HasSuffix(name, "MergeTree"):
		// ClickHouse Cloud's engines; Moose knows them by their plain names.
		name = strings.TrimPrefix(name, "Shared")
		if len(args) >= 2 {
			args = args[2:]
		}
	}
	if _, ok := inframap.EngineParams(name); !ok {
		return whole
	}
	e := inframap.NewEngine(name)
	if !fill(&e, args) {
		return whole
	}
	return e
}

// splitArguments splits at commas outside of quotes and parentheses. A quote ends
// only before a comma or the end, because quotes within are not escaped.
func splitArguments(s string) []argument {
	var out []argument
	for s = strings.TrimSpace(s); s != ""; {
		var a argument
		if strings.HasPrefix(s, "'") {
			a, s = quotedArgument(s[1:])
		} else {
			end := bareEnd(s)
			a, s = argument{text: strings.TrimSpace(s[:end])}, s[end:]
		}
		out = append(out, a)
		s = strings.TrimSpace(strings.TrimPrefix(s, ","))
	}
	return out
}

func quotedArgument(s string) (argument, string) {
	for i := 0; i < len(s); i++ {
		if s[i] != '\'' || i > 0 && s[i-1] == '\\' {
			continue
		}
		if rest := strings.TrimSpace(s[i+1:]); rest == "" || rest[0] == ',' {
			return argument{s[:i], true}, rest
		}
	}
	return argument{strings.TrimSuffix(s, "'"), true}, ""
}

func bareEnd(s string) int {
	depth, inQuotes := 0, false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\'':
			inQuotes = !inQuotes
		case inQuotes:
		case s[i] == '(':
			depth++
		case s[i] == ')':
			depth--
		case s[i] == ',' && depth <= 0:
			return i
		}
	}
	return len(s)
}
