package review

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// expiry are new or shorter times to live: what is older goes with the next merge.
func expiry(r *report.Report) []finding.Finding {
	var out []finding.Finding
	for _, c := range r.Changes {
		if c.Kind != diff.Table || c.Action != diff.Update {
			continue
		}
		for _, a := range c.Why {
			column, isColumn := strings.CutPrefix(a.Name, "column ")
			if isColumn {
				a.Before, a.After = ttlOf(a.Before), ttlOf(a.After)
			}
			if a.Name != "TTL" && !isColumn || longer(a.Before, a.After) {
				continue
			}
			f := finding.Finding{
				Code: "TT401", Severity: finding.Block, Rule: "rows expire", Object: object(c.Database, c.Name), Source: c.Source,
				Text:   fmt.Sprintf("table %s gets the TTL %s (before: %s): rows older than that are deleted", c.Name, a.After, valueOr(a.Before, "none")),
				Remedy: "ask for the oldest row you need; TTL deletes without a way back",
			}
			if isColumn {
				f.Code, f.Rule, f.Object = "LC222", "values expire", object(c.Database, c.Name, column)
				f.Text = fmt.Sprintf("column %s of table %s gets the TTL %s (before: %s): older values become the default", column, c.Name, a.After, valueOr(a.Before, "none"))
			}
			f.Fingerprint = finding.Fingerprint(f.Code, f.Object, a.Before, a.After)
			out = append(out, f)
		}
	}
	return out
}

// columnTTL finds the TTL among the attributes of a changed column.
var columnTTL = regexp.MustCompile(`(?:^|, )TTL (.+?)(?:, (?:codec|comment|default|type|materialized|alias|settings|statistics) .*)?$`)

func ttlOf(attributes string) string {
	if m := columnTTL.FindStringSubmatch(attributes); m != nil {
		return m[1]
	}
	return ""
}

// interval is "column + INTERVAL n UNIT" in the spellings of the server and of people.
var interval = regexp.MustCompile(`(?i)^(.+?) \+ (?:INTERVAL (\d+) (\w+?)S?|toInterval(\w+)\((\d+)\))(?: DELETE)?$`)

// days are the lengths of the units of an interval; a month and a year count as their
// shortest, so that a longer time is never taken for a shorter one of another unit.
var days = map[string]float64{
	"second": 1.0 / 86400, "minute": 1.0 / 1440, "hour": 1.0 / 24, "day": 1, "week": 7, "month": 28, "quarter": 89, "year": 365,
}

// longer reports whether nothing expires earlier than before: the TTL is gone, or the
// same expression with at least the same time, in the same unit or in one that is
// surely longer.
func longer(before, after string) bool {
	if absent(after) {
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

// longest is by how much a unit can be longer than [days] says.
var longest = map[string]float64{
	"second": 1, "minute": 1, "hour": 1, "day": 1, "week": 1, "month": 31.0 / 28, "quarter": 92.0 / 89, "year": 366.0 / 365,
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

func absent(v string) bool { return v == "" || v == "none" }

func valueOr(v, fallback string) string {
	if absent(v) {
		return fallback
	}
	return v
}
