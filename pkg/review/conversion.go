package review

import "strings"

// conversion names the rule for a column whose new type does not hold every value of
// the old one. What the server does is that of ClickHouse 26.7.
func conversion(from, to string) (code, rule, remedy string) {
	const newColumn = "add a column of the new type beside it, fill it, compare, and drop the old one in a later pull request"
	inner := func(t string) string {
		for _, wrapper := range []string{"LowCardinality(", "Nullable("} {
			if rest, ok := strings.CutPrefix(t, wrapper); ok {
				t = strings.TrimSuffix(rest, ")")
			}
		}
		return t
	}
	before, after := inner(from), inner(to)
	switch has := func(t string, prefixes ...string) bool {
		for _, p := range prefixes {
			if strings.HasPrefix(t, p) {
				return true
			}
		}
		return false
	}; {
	case before == after && from != to:
		return "LC208", "NULL no longer allowed", "give the column a default that may stand for NULL, or keep it Nullable"
	case has(before, "Enum") && has(after, "Enum"):
		return "LC210", "enum value removed", "keep the value in the enum; rows that hold it can no longer be read without it"
	case has(before, "Decimal"):
		return "LC203", "decimal cut", newColumn
	case has(before, "Date"):
		return "LC204", "time cut", newColumn
	case before == "String" || has(before, "FixedString"):
		return "LC206", "text to another type", newColumn
	case has(before, "Tuple", "Nested"):
		return "LC215", "tuple changed", newColumn
	case has(before, "Array", "Map"):
		return "LC216", "elements narrowed", newColumn
	case has(before, "AggregateFunction"):
		return "LC217", "aggregate function changed", newColumn
	case has(before, "SimpleAggregateFunction"):
		return "LC218", "aggregate function changed", newColumn
	case has(after, "Float", "BFloat"):
		return "LC202", "precision lost", newColumn
	}
	return "LC201", "number narrowed", newColumn
}
