package review

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// reportRules look at a report, each for its own kind of hazard.
var reportRules = []func(*report.Report) []finding.Finding{losses, expiry, removals, recreations, rawSQL, held, drifted}

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

// losses are rows and values that the plan drops or may change.
func losses(r *report.Report) []finding.Finding {
	changes := byObject(r)
	var out []finding.Finding
	for _, l := range r.Losses {
		f := finding.Finding{Severity: finding.Block, Object: object(l.Database, l.Name, l.Column), Text: l.Text}
		c := changes[key{l.Kind, l.Database, l.Name}]
		if c != nil {
			f.Source = c.Source
		}
		var what []string
		switch {
		case l.Converts():
			f.Code, f.Rule, f.Remedy = conversion(l.From, l.To)
			what = []string{l.From, l.To}
		case l.Column != "":
			f.Code, f.Rule = "DS103", "drop column"
			f.Remedy = "keep the column in the code until nothing reads it; a dropped column does not come back"
		case c != nil && c.Action == diff.Recreate:
			f.Code, f.Rule = "DS102", "recreate table"
			f.Remedy = "give the new definition a new table name or version, copy the rows, and drop the old table in a later pull request"
			what = why(c.Why)
		default:
			f.Code, f.Rule = "DS101", "drop table"
			f.Remedy = "keep the table in the code with the life cycle EXTERNALLY_MANAGED until its rows are no longer needed"
		}
		if l.Empty() {
			f.Severity = finding.Warn
		}
		f.Fingerprint = finding.Fingerprint(f.Code, f.Object, what...)
		out = append(out, f)
	}
	return out
}

// removals are objects without rows of their own that go.
func removals(r *report.Report) []finding.Finding {
	known := map[diff.Kind]finding.Finding{
		diff.RowPolicy: {
			Code: "SE006", Severity: finding.Warn, Rule: "remove row policy", Text: "the rows it hid can be read from then on",
		},
		diff.MaterializedView: {
			Code: "MV517", Severity: finding.Warn, Rule: "remove materialized view", Text: "its target is no longer filled, and no error says so",
		},
		diff.Dictionary: {Code: "DS108", Severity: finding.Warn, Rule: "drop dictionary", Text: "queries that ask it fail"},
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
		if destroys(statements) {
			f.Severity = finding.Block
			f.Text = fmt.Sprintf("SQL resource %s runs statements of the project that can remove data; read them", c.Name)
		}
		f.Fingerprint = finding.Fingerprint(f.Code, f.Object, statements...)
		out = append(out, f)
	}
	return out
}

// held are changes that a life cycle keeps from happening.
func held(r *report.Report) []finding.Finding {
	var out []finding.Finding
	for _, b := range r.Blocked {
		f := finding.Finding{
			Code: "DS110", Severity: finding.Info, Rule: "protected object", Object: b.Name, Source: b.Source,
			Text: "not done: " + b.Reason,
		}
		f.Fingerprint = finding.Fingerprint(f.Code, string(b.Kind)+" "+f.Object)
		out = append(out, f)
	}
	return out
}

// drifted are objects that were changed outside of the tool.
func drifted(r *report.Report) []finding.Finding {
	var out []finding.Finding
	for _, d := range r.Drift {
		f := finding.Finding{
			Code: "PL008", Severity: finding.Warn, Rule: "drift", Object: object(d.Database, d.Name), Text: d.Text,
			Remedy: "to keep it, declare it in the code",
		}
		f.Fingerprint = finding.Fingerprint(f.Code, string(d.Kind)+" "+f.Object, why(d.Attributes)...)
		out = append(out, f)
	}
	return out
}

type key struct {
	kind           diff.Kind
	database, name string
}

func byObject(r *report.Report) map[key]*report.Change {
	out := map[key]*report.Change{}
	for i := range r.Changes {
		c := &r.Changes[i]
		out[key{c.Kind, c.Database, c.Name}] = c
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
