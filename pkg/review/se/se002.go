package se

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var se002 = &review.Rule{
	Code: "SE002", Name: "plan job can write", Severity: finding.Info,
	Detects: "A plan is made for a pull request, whose code nobody has reviewed yet, with a user of ClickHouse that may change data or definitions.",
	Happens: "A plan only reads, so it needs no such right. A mistake in a workflow, or a dependency that steals the connection URL, could use it.",
	Remedy:  "give the job that plans a user of its own, with SELECT on the databases of the project and on system, and keep the one that may write for the job that migrates",
	Demo: review.Demo{
		{Say: "a table of the project", SQL: "CREATE TABLE orders (id UInt8) ENGINE = MergeTree ORDER BY id"},
		{Say: "a user who may write can do this with the URL of the plan job", SQL: "INSERT INTO orders VALUES (1)"},
		{SQL: "TRUNCATE TABLE orders"},
		{Say: "one who may only read cannot", SQL: "INSERT INTO orders SETTINGS readonly = 1 VALUES (1)", Fails: 164},
	},
	Check: func(s *review.Subject) []review.Hit {
		if !s.Process.Reviewing() || !s.Process.PullRequest || s.Facts == nil || s.Facts.Grants.Err != nil || s.Facts.Grants.Value.ReadOnly {
			return nil
		}
		rights := writing(s.Facts.Grants.Value.Lines)
		if len(rights) == 0 {
			return nil
		}
		return []review.Hit{{
			What:     rights,
			Text:     fmt.Sprintf("the user with whom this pull request is planned may do more than read: %s", strings.Join(rights[:min(len(rights), 5)], ", ")),
			Evidence: []finding.Evidence{{Text: strings.Join(rights, ", "), Source: "SHOW GRANTS"}},
		}}
	},
}

// grant is a line of SHOW GRANTS: its rights, and what they are for.
var grant = regexp.MustCompile(`^GRANT (.+?) ON (\S+) TO `)

// columnsOf are the columns in brackets after a right.
var columnsOf = regexp.MustCompile(`\([^)]*\)`)

// writes finds the rights that change data or definitions.
var writes = regexp.MustCompile(`^(?:ALL|ALTER|CREATE (?:DATABASE|TABLE|VIEW|DICTIONARY|FUNCTION)|CREATE$|DELETE|DROP|INSERT|TRUNCATE|UPDATE|UNDROP)\b`)

// writing are the rights to write among lines of SHOW GRANTS, sorted, such as "INSERT
// on local.*".
func writing(lines []string) []string {
	var out []string
	for _, line := range lines {
		m := grant.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		for right := range strings.SplitSeq(columnsOf.ReplaceAllString(m[1], ""), ", ") {
			if writes.MatchString(right) {
				out = append(out, right+" on "+m[2])
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
