package review

import (
	"regexp"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review/statement"
)

// harmless are statements that touch no stored rows: they make or remove what can be
// made again from its definition. Everything else may remove data.
var harmless = regexp.MustCompile(`(?i)^\s*(?:CREATE\s+(?:VIEW|FUNCTION|MATERIALIZED\s+VIEW|TABLE|DATABASE|DICTIONARY)\b|DROP\s+(?:FUNCTION)\b|SELECT\b|GRANT\b)`)

// destroys reports whether any of the statements is not known to be harmless. A
// comment before a statement makes it unknown.
func destroys(statements []string) bool {
	for _, s := range statements {
		if !harmless.MatchString(s) {
			return true
		}
	}
	return false
}

// statementsOf are the statements that a SQL resource runs in this plan.
func statementsOf(r *report.Report, resource string) []string {
	var out []string
	for _, o := range r.Operations {
		if o.Description == plan.SetupDescription+resource || o.Description == plan.TeardownDescription+resource {
			out = append(out, o.SQL...)
		}
	}
	return out
}

// unclaimed are the statements of which no rule of the family DS speaks.
func unclaimed(statements []string) []string {
	return slices.DeleteFunc(slices.Clone(statements), func(sql string) bool {
		return statement.Classify(sql).Effect != statement.Unknown
	})
}
