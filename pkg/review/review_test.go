package review_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

func rows(n uint64) *uint64 { return &n }

// everything has one of each hazard, and things that are none.
func everything() *report.Report {
	return &report.Report{
		Changes: []report.Change{
			{Kind: diff.Table, Action: diff.Remove, Database: "local", Name: "Old"},
			{Kind: diff.Table, Action: diff.Recreate, Database: "local", Name: "Wide", Source: inframap.Source{File: "app/index.ts", Line: 4}, Why: []report.Attribute{{Name: "order by", Before: "id", After: "id, ts"}}},
			{Kind: diff.Table, Action: diff.Update, Database: "local", Name: "Users", Why: []report.Attribute{{Name: "TTL", Before: "none", After: "ts + INTERVAL 1 DAY"}, {Name: "column note", Before: "TTL none", After: "TTL ts + toIntervalDay(3), comment x"}}},
			{Kind: diff.Table, Action: diff.Update, Database: "local", Name: "Longer", Why: []report.Attribute{{Name: "TTL", Before: "ts + INTERVAL 1 DAY", After: "ts + INTERVAL 2 DAY"}}},
			{Kind: diff.Table, Action: diff.Add, Database: "local", Name: "New", Why: []report.Attribute{{Name: "TTL", After: "ts + INTERVAL 1 DAY"}}},
			{Kind: diff.Topic, Action: diff.Remove, Name: "Foo"},
			{Kind: diff.API, Action: diff.Remove, Name: "top"},
			{Kind: diff.Workflow, Action: diff.Remove, Name: "nightly"},
		},
		Losses: []report.Loss{
			{Kind: diff.Table, Database: "local", Name: "Old", Rows: rows(12), Text: "table Old is dropped and its 12 rows are lost"},
			{Kind: diff.Table, Database: "local", Name: "Wide", Rows: rows(0), Text: "table Wide is recreated; it holds no rows now"},
			{Kind: diff.Table, Database: "local", Name: "Users", Column: "age", Text: "column age of table Users is dropped with its values"},
			{Kind: diff.Table, Database: "local", Name: "Users", Column: "n", From: "Int64", To: "Int8", Text: "column n of table Users: Int64 -> Int8"},
		},
		Drift:   []report.Drift{{Kind: diff.Table, Action: diff.Update, Database: "local", Name: "Users", Text: "table Users differs"}},
		Blocked: []report.Blocked{{Kind: diff.Table, Name: "Ledger", Reason: "protected"}},
	}
}

func apply(r *report.Report, allowed []review.Allowed, limit finding.Severity) {
	r.Findings = review.OfReport(r)
	review.Apply(r, allowed, limit)
}

func lines(findings []finding.Finding) []string {
	var out []string
	for _, f := range findings {
		out = append(out, fmt.Sprintf("%s %s %s", f.Severity, f.Code, f.Object))
	}
	return out
}

func TestEveryHazardIsNamed(t *testing.T) {
	want := []string{
		"block DS101 local.Old", "block DS103 local.Users.age", "block LC222 local.Users.note",
		"block ST701 topic Foo", "block TT401 local.Users",
		"warn AP801 API endpoint top", "warn DS102 local.Wide", "warn WF901 workflow nightly",
		"info DS110 Ledger",
	}
	found := review.OfReport(everything())
	if got := lines(found); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, f := range found {
		if f.Rule == "" || f.Text == "" || len(f.Fingerprint) != 2*finding.FingerprintBytes || f.Severity == finding.Block && f.Remedy == "" {
			t.Errorf("incomplete: %+v", f)
		}
		if f.Code == "DS102" && f.Source.Line != 4 {
			t.Errorf("the source of %s is %v", f.Object, f.Source)
		}
	}
}

func TestTheLimitDecidesWhatStops(t *testing.T) {
	for limit, want := range map[finding.Severity]finding.Conclusion{finding.Block: finding.Blocked, finding.Warn: finding.Blocked, review.Never: finding.Pass} {
		r := everything()
		apply(r, nil, limit)
		if r.Conclusion != want {
			t.Errorf("%s: %s", limit, r.Conclusion)
		}
	}
	warnings := &report.Report{Findings: []finding.Finding{{Code: "PL008", Severity: finding.Warn}, {Code: "DS110", Severity: finding.Info}}}
	review.Apply(warnings, nil, finding.Block)
	if warnings.Conclusion != finding.Pass {
		t.Errorf("warnings alone: %s", warnings.Conclusion)
	}
	review.Apply(warnings, nil, finding.Warn)
	if warnings.Conclusion != finding.Blocked {
		t.Errorf("warnings alone, with warn as the limit: %s", warnings.Conclusion)
	}
	invalid := &report.Report{Summary: report.Summary{Invalid: 1}}
	apply(invalid, nil, review.Never)
	if invalid.Conclusion != finding.Failed {
		t.Errorf("a plan that cannot be applied: %s", invalid.Conclusion)
	}
}

func TestADecisionHoldsForExactlyWhatWasSeen(t *testing.T) {
	var allowed []review.Allowed
	for _, f := range review.OfReport(everything()) {
		allowed = append(allowed, review.Allowed{Fingerprint: f.Fingerprint, Override: finding.Override{By: "alice"}})
	}
	r := everything()
	apply(r, allowed, finding.Block)
	if r.Conclusion != finding.Pass || r.Findings[0].Override == nil || r.Findings[0].Override.By != "alice" {
		t.Errorf("all allowed: %s %+v", r.Conclusion, r.Findings[0])
	}
	more := everything()
	more.Losses[0].Rows = rows(13) // the same hazard with another number of rows
	apply(more, allowed, finding.Block)
	if more.Conclusion != finding.Pass {
		t.Error("a changed number of rows voids a decision")
	}
	other := everything()
	other.Changes[2].Why[0].After = "ts + INTERVAL 1 HOUR"
	apply(other, allowed, finding.Block)
	if other.Conclusion != finding.Blocked || !slices.Equal(lines(review.Stopping(other.Findings, finding.Block)), []string{"block TT401 local.Users"}) {
		t.Errorf("another time to live passes with the decision on the first one: %v", lines(review.Stopping(other.Findings, finding.Block)))
	}
}

func TestATimeToLiveIsAHazardWhenItIsShorter(t *testing.T) {
	for _, c := range []struct {
		before, after string
		hazard        bool
	}{
		{"none", "ts + INTERVAL 1 DAY", true},
		{"", "ts + toIntervalDay(1)", true},
		{"ts + INTERVAL 1 DAY", "none", false},
		{"ts + INTERVAL 1 DAY", "", false},
		{"ts + toIntervalDay(30)", "ts + toIntervalDay(90)", false},
		{"ts + toIntervalDay(30)", "ts + INTERVAL 30 DAY DELETE", false},
		{"ts + toIntervalDay(30)", "ts + toIntervalDay(29)", true},
		{"ts + toIntervalDay(30)", "ts + toIntervalMonth(1)", true}, // February
		{"ts + toIntervalDay(28)", "ts + toIntervalMonth(1)", false},
		{"ts + toIntervalMonth(1)", "ts + toIntervalDay(31)", false},
		{"ts + toIntervalMonth(1)", "ts + toIntervalDay(30)", true},
		{"ts + toIntervalWeek(1)", "ts + toIntervalHour(168)", false},
		{"ts + toIntervalDay(30)", "created + toIntervalDay(90)", true},
		{"ts + toIntervalDay(30)", "ts + toIntervalDay(90) WHERE x", true},
		{"toDateTime(ts) + toIntervalDay(1), ts + toIntervalDay(2)", "x", true},
	} {
		r := &report.Report{Changes: []report.Change{{Kind: diff.Table, Action: diff.Update, Name: "T", Why: []report.Attribute{{Name: "TTL", Before: c.before, After: c.after}}}}}
		if got := len(review.OfReport(r)) > 0; got != c.hazard {
			t.Errorf("%q -> %q: hazard %v", c.before, c.after, got)
		}
	}
}
