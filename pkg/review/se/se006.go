package se

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

var se006 = &review.Rule{
	Code: "SE006", Name: "more people can read or write", Severity: finding.Warn,
	Detects: "A row policy goes while a table that it filters stays, or a SQL resource runs a GRANT, or drops a row policy, that it did not run before.",
	Happens: "The server does it without a word. Rows that were hidden can be read from then on, and a right stays until someone revokes it: taking the statement out of the code takes nothing back.",
	Remedy:  "let whoever is responsible for the data agree; write the REVOKE into the teardown of the resource",
	Demo: review.Demo{
		{Say: "a table with the orders of two tenants", SQL: "CREATE TABLE orders (id UInt8, tenant String) ENGINE = MergeTree ORDER BY id"},
		{SQL: "INSERT INTO orders VALUES (1, 'a'), (2, 'a'), (3, 'b')"},
		{Say: "with the filter of the policy of tenant b", SQL: "SELECT count() FROM orders SETTINGS additional_table_filters = {'orders': 'tenant = \\'b\\''}", Want: "1"},
		{Say: "without it the same query has the rows of all tenants", SQL: "SELECT count() FROM orders", Want: "3"},
	},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, c := range s.Changes(diff.RowPolicy, diff.Remove) {
			if guardsNothing(s, c) {
				continue
			}
			out = append(out, review.Hit{
				Object: string(diff.RowPolicy) + " " + c.Name,
				Text:   fmt.Sprintf("row policy %s is removed; the rows it hid can be read from then on", c.Name),
			})
		}
		for _, c := range s.Changes(diff.SQLResource) {
			given := widens(runs(c))
			if len(given) == 0 {
				continue
			}
			out = append(out, review.Hit{
				Object: c.Name, Source: s.Source(c), What: given,
				Text: fmt.Sprintf("SQL resource %s gives rights away: %s", c.Name, strings.Join(given[:min(len(given), 3)], "; ")),
			})
		}
		return out
	},
}

// guardsNothing reports whether all tables of a policy are removed with it.
func guardsNothing(s *review.Subject, c *diff.Change) bool {
	if c.RowPolicy == nil || c.RowPolicy.Before == nil || len(c.RowPolicy.Before.Tables) == 0 {
		return false
	}
	gone := map[schema.Name]bool{}
	for _, t := range s.Tables(diff.Remove) {
		gone[s.Name(t)] = true
	}
	for _, t := range c.RowPolicy.Before.Tables {
		if !gone[schema.Name{Database: t.DatabaseOr(s.Outcome.Desired.DefaultDatabase), Object: t.Name}] {
			return false
		}
	}
	return true
}

// runs are the statements that a change of a SQL resource runs and its last setup did
// not.
func runs(c *diff.Change) []string {
	p := c.SQLResource
	if p == nil {
		return nil
	}
	var out, before []string
	if p.Before != nil {
		before = p.Before.Setup
		out = append(out, p.Before.Teardown...)
	}
	if p.After != nil {
		out = append(out, p.After.Setup...)
	}
	return slices.DeleteFunc(out, func(sql string) bool { return slices.Contains(before, sql) })
}

// widening is a statement that gives rights or drops a row policy, after any comments.
var widening = regexp.MustCompile(`(?is)^(?:\s+|/\*.*?\*/|--[^\n]*\n)*(?:GRANT|DROP\s+(?:ROW\s+)?POLICY)\s`)

// widens are the statements that give rights, or take a filter away, in one line each.
func widens(statements []string) []string {
	var out []string
	for _, sql := range statements {
		if widening.MatchString(sql) {
			out = append(out, secretsql.Mask(strings.Join(strings.Fields(sql), " ")))
		}
	}
	return out
}
