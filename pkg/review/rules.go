package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// reportRules look at a report, each for its own kind of hazard.
var reportRules = []func(*report.Report) []finding.Finding{losses, expiry, removals, held}

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
		case l.Converts(), guessedRename(r, l): // package lc speaks of them
			continue
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

// guessedRename reports whether a column that goes looks like one that comes.
func guessedRename(r *report.Report, l report.Loss) bool {
	return l.Column != "" && slices.ContainsFunc(r.Renames, func(g report.Rename) bool {
		return g.Kind == "column" && g.Database == l.Database && g.Table == l.Name && g.From == l.Column
	})
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
