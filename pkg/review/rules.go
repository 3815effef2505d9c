package review

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// reportRules look at a report, each for its own kind of hazard.
var reportRules = []func(*report.Report) []finding.Finding{removals, recreations, rawSQL}

// OfReport are the hazards that a report alone shows.
func OfReport(r *report.Report) []finding.Finding {
	var all []finding.Finding
	for _, rule := range reportRules {
		all = append(all, rule(r)...)
	}
	return Sort(all)
}

// object is the name by which a finding is allowed.
func object(parts ...string) string {
	var named []string
	for _, p := range parts {
		if p != "" {
			named = append(named, p)
		}
	}
	return strings.Join(named, ".")
}

// removals are things outside of ClickHouse that go, and what guards rows.
func removals(r *report.Report) []finding.Finding {
	known := map[diff.Kind]finding.Finding{
		diff.Topic: {
			Code: "ST701", Severity: finding.Block, Rule: "delete topic", Text: "its messages go when Moose is deployed, read or not",
			Remedy: "let every consumer read to the end first",
		},
		diff.Sync:     {Code: "ST711", Severity: finding.Warn, Rule: "remove sync", Text: "the table is no longer filled from the topic, and no error says so"},
		diff.API:      {Code: "AP801", Severity: finding.Warn, Rule: "remove endpoint", Text: "its callers get 404 once Moose is deployed"},
		diff.Workflow: {Code: "WF901", Severity: finding.Warn, Rule: "remove workflow", Text: "runs under way find no worker once Moose is deployed"},
		diff.MaterializedView: {
			Code: "MV517", Severity: finding.Warn, Rule: "remove materialized view", Text: "its target is no longer filled, and no error says so",
		},
	}
	var out []finding.Finding
	for _, c := range r.Changes {
		f, ok := known[c.Kind]
		if !ok || c.Action != diff.Remove {
			continue
		}
		f.Object = string(c.Kind) + " " + object(c.Database, c.Name)
		f.Text = fmt.Sprintf("%s %s is removed; %s", c.Kind, c.Name, f.Text)
		f.Fingerprint = finding.Fingerprint(f.Code, f.Object)
		out = append(out, f)
	}
	return out
}

// recreations are materialized views that are dropped and made anew.
func recreations(r *report.Report) []finding.Finding {
	var out []finding.Finding
	for _, c := range r.Changes {
		if c.Kind != diff.MaterializedView || c.Action != diff.Update && c.Action != diff.Recreate {
			continue
		}
		f := finding.Finding{
			Code: "MV501", Severity: finding.Warn, Rule: "recreate materialized view", Object: object(c.Database, c.Name), Source: c.Source,
			Text:   fmt.Sprintf("materialized view %s is dropped and created anew: rows inserted between the two do not reach its target", c.Name),
			Remedy: "migrate while nothing is inserted, or insert the rows of those seconds into the target afterwards",
		}
		f.Fingerprint = finding.Fingerprint(f.Code, f.Object, why(c.Why)...)
		out = append(out, f)
	}
	return out
}

// rawSQL are statements of the project's own, which only people can judge.
func rawSQL(r *report.Report) []finding.Finding {
	var out []finding.Finding
	for _, c := range r.Changes {
		if c.Kind != diff.SQLResource {
			continue
		}
		f := finding.Finding{
			Code: "MU608", Severity: finding.Warn, Rule: "SQL of the project", Object: object(c.Database, c.Name), Source: c.Source,
			Text: fmt.Sprintf("SQL resource %s runs statements of the project as they are; read them", c.Name),
		}
		statements := statementsOf(r, c.Name)
		rest := unclaimed(statements)
		if len(rest) == 0 && len(statements) > 0 {
			continue
		}
		statements = rest
		if destroys(statements) {
			f.Severity = finding.Block
			f.Text = fmt.Sprintf("SQL resource %s runs statements of the project that can remove data; read them", c.Name)
		}
		f.Fingerprint = finding.Fingerprint(f.Code, f.Object, statements...)
		out = append(out, f)
	}
	return out
}

func why(attributes []report.Attribute) []string {
	var out []string
	for _, a := range attributes {
		out = append(out, a.Name, a.Before, a.After)
	}
	return out
}
