package lc

import (
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/chtype"
)

// rule is the code of the one rule that speaks of the conversion, "" when no value
// changes. Only LC208, NULL no longer allowed, may speak beside it.
func (c conversion) rule() string {
	if function(c.from) != function(c.to) && c.Table.Change != nil && c.Table.Table.Before != nil && aggregates(c.Table.Table.Before.Engine.Name) {
		return "LC218"
	}
	from, to := argument(c.from), argument(c.to)
	before, after := chtype.Plain(from), chtype.Plain(to)
	if before != after {
		return speaker(before, after)
	}
	switch {
	case lowCardinality(from) != lowCardinality(to):
		return "LC214"
	case !chtype.Nullable(from) && chtype.Nullable(to):
		return "LC209"
	}
	return ""
}

func lowCardinality(t string) bool {
	_, ok := chtype.Argument(t, "LowCardinality")
	return ok
}

// speaker is the code of the rule for two types without wrappers.
func speaker(from, to string) string {
	before, args := chtype.Parts(from)
	after, _ := chtype.Parts(to)
	_, wasEnum := chtype.Members(from)
	_, isEnum := chtype.Members(to)
	_, _, wasInteger := chtype.Integer(before)
	_, _, isInteger := chtype.Integer(after)
	wasNumber, isNumber := wasInteger || chtype.Float(before), isInteger || chtype.Float(after)
	switch {
	case wasEnum && isEnum:
		return enumSpeaker(from, to)
	case before == "FixedString" && after == before:
		if chtype.Widens(from, to) {
			return "LC219"
		}
		return "LC207"
	case before == "FixedString" && after == "String":
		return "LC219"
	case before == "String" || before == "FixedString":
		return "LC206"
	case !slices.Equal(chtype.Zones(from), chtype.Zones(to)) && chtype.Widens(from, to) && len(chtype.Zones(from)) == len(chtype.Zones(to)):
		return "LC205"
	case chtype.Widens(from, to):
		return ""
	case before == "AggregateFunction" && after == before:
		return "LC217"
	case before == "Decimal" && (isNumber || after == before), wasNumber && after == "Decimal":
		return "LC203"
	case strings.HasPrefix(before, "Date"):
		return "LC204"
	case wasNumber && chtype.Float(after):
		return "LC202"
	case (wasNumber || wasEnum) && isInteger:
		return "LC201"
	case fieldsMove(from, to):
		return "LC215"
	case after == before && len(args) > 0 && recursive[before]:
		return "LC216"
	}
	return "LC200"
}

// recursive are the types whose parts are converted each by itself.
var recursive = map[string]bool{"Array": true, "Map": true, "Tuple": true, "Nested": true}

// enumSpeaker tells the four ways in which an enum changes apart; the gravest speaks.
func enumSpeaker(from, to string) string {
	switch {
	case len(renumbered(from, to)) > 0:
		return "LC212"
	case len(removedMembers(from, to)) > 0:
		return "LC210"
	case len(relabelled(from, to)) > 0:
		return "LC211"
	case chtype.Widens(from, to):
		return "LC213"
	}
	return "LC200"
}

// fieldsMove reports whether a tuple, or one inside an array or a map, loses a field,
// or has its fields in another order.
func fieldsMove(from, to string) bool {
	before, args := chtype.Parts(from)
	after, now := chtype.Parts(to)
	if before != after || len(args) == 0 {
		return false
	}
	old, isTuple := chtype.Fields(from)
	fields, _ := chtype.Fields(to)
	switch {
	case isTuple && chtype.Named(old) && chtype.Named(fields):
		next := 0
		for _, f := range fields {
			if next < len(old) && old[next].Name == f.Name {
				if fieldsMove(chtype.Plain(old[next].Type), chtype.Plain(f.Type)) {
					return true
				}
				next++
			}
		}
		return next < len(old)
	case isTuple:
		return len(old) != len(fields)
	case !recursive[before] || len(args) != len(now):
		return false
	}
	for i := range args {
		if fieldsMove(chtype.Plain(args[i]), chtype.Plain(now[i])) {
			return true
		}
	}
	return false
}

// onlyFunction reports whether nothing differs but the function of a
// SimpleAggregateFunction, which an engine that does not aggregate does not apply.
func (c conversion) onlyFunction() bool {
	return function(c.from) != function(c.to) && argument(c.from) == argument(c.to) && c.rule() == ""
}
