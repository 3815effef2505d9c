package tt

import (
	"regexp"
	"strconv"
	"strings"
)

// interval is "column + INTERVAL n UNIT" in the spellings of the server and of people.
var interval = regexp.MustCompile(`(?i)^(.+?) \+ (?:INTERVAL (\d+) (\w+?)S?|toInterval(\w+)\((\d+)\))$`)

// days are the lengths of the units of an interval; a month and a year count as their
// shortest, so that a longer time is never taken for a shorter one of another unit.
var days = map[string]float64{
	"second": 1.0 / 86400, "minute": 1.0 / 1440, "hour": 1.0 / 24, "day": 1, "week": 7, "month": 28, "quarter": 89, "year": 365,
}

// longest is by how much a unit can be longer than [days] says.
var longest = map[string]float64{
	"second": 1, "minute": 1, "hour": 1, "day": 1, "week": 1, "month": 31.0 / 28, "quarter": 92.0 / 89, "year": 366.0 / 365,
}

// longer reports whether nothing expires earlier than before: the same expression, with
// at least the same time, in the same unit or in one that is surely longer.
func longer(before, after string) bool {
	if before == after {
		return true
	}
	b, a := interval.FindStringSubmatch(before), interval.FindStringSubmatch(after)
	if b == nil || a == nil || b[1] != a[1] {
		return false
	}
	was, unitWas := length(b)
	is, unitIs := length(a)
	if unitWas == unitIs {
		return is >= was
	}
	return days[unitIs] > 0 && days[unitWas] > 0 && is*days[unitIs] >= was*days[unitWas]*longest[unitWas]
}

func length(m []string) (n float64, unit string) {
	number, unit := m[2], m[3]
	if number == "" {
		number, unit = m[5], m[4]
	}
	n, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return 0, ""
	}
	return n, strings.TrimSuffix(strings.ToLower(unit), "s")
}
