package review_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// found are findings of every severity.
func found() []finding.Finding {
	return review.Sort([]finding.Finding{
		{Code: "PL008", Severity: finding.Warn, Object: "local.Users", Fingerprint: "1"},
		{Code: "DS110", Severity: finding.Info, Object: "Ledger", Fingerprint: "2"},
		{Code: "DS103", Severity: finding.Block, Object: "local.Users.age", Fingerprint: "3"},
		{Code: "DS101", Severity: finding.Block, Object: "local.Old", Fingerprint: "4", Stake: stake(12)},
		{Code: "DS101", Severity: finding.Block, Object: "local.Larger", Fingerprint: "5", Stake: stake(13)},
		{Code: "DS101", Severity: finding.Block, Object: "local.Unknown", Fingerprint: "6"},
		{Code: "DS101", Severity: finding.Block, Object: "local.Old", Fingerprint: "4", Stake: stake(12)},
	})
}

func stake(rows uint64) *finding.Stake { return &finding.Stake{Rows: &rows} }

func lines(findings []finding.Finding) []string {
	var out []string
	for _, f := range findings {
		out = append(out, fmt.Sprintf("%s %s %s", f.Severity, f.Code, f.Object))
	}
	return out
}

func TestTheGravestComeFirstAndOnce(t *testing.T) {
	want := []string{
		"block DS101 local.Unknown", "block DS101 local.Larger", "block DS101 local.Old", "block DS103 local.Users.age",
		"warn PL008 local.Users", "info DS110 Ledger",
	}
	if got := lines(found()); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTheLimitDecidesWhatStops(t *testing.T) {
	for limit, want := range map[finding.Severity]finding.Conclusion{finding.Block: finding.Blocked, finding.Warn: finding.Blocked, review.Never: finding.Pass} {
		r := &report.Report{Findings: found()}
		if review.Apply(r, nil, limit); r.Conclusion != want {
			t.Errorf("%s: %s", limit, r.Conclusion)
		}
	}
	warnings := &report.Report{Findings: []finding.Finding{{Code: "PL008", Severity: finding.Warn}, {Code: "DS110", Severity: finding.Info}}}
	if review.Apply(warnings, nil, finding.Block); warnings.Conclusion != finding.Pass {
		t.Errorf("warnings alone: %s", warnings.Conclusion)
	}
	if review.Apply(warnings, nil, finding.Warn); warnings.Conclusion != finding.Blocked {
		t.Errorf("warnings alone, with warn as the limit: %s", warnings.Conclusion)
	}
	invalid := &report.Report{Summary: report.Summary{Invalid: 1}}
	if review.Apply(invalid, nil, review.Never); invalid.Conclusion != finding.Failed {
		t.Errorf("a plan that cannot be applied: %s", invalid.Conclusion)
	}
}

func TestADecisionHoldsForExactlyWhatWasSeen(t *testing.T) {
	var allowed []review.Allowed
	for _, f := range found() {
		allowed = append(allowed, review.Allowed{Fingerprint: f.Fingerprint, Override: finding.Override{By: "alice"}})
	}
	r := &report.Report{Findings: found()}
	if review.Apply(r, allowed, finding.Block); r.Conclusion != finding.Pass || r.Findings[0].Override == nil || r.Findings[0].Override.By != "alice" {
		t.Errorf("all allowed: %s %+v", r.Conclusion, r.Findings[0])
	}
	other := &report.Report{Findings: found()}
	other.Findings[3].Fingerprint = "another change of the column"
	review.Apply(other, allowed, finding.Block)
	if got := lines(review.Stopping(other.Findings, finding.Block)); other.Conclusion != finding.Blocked || !slices.Equal(got, []string{"block DS103 local.Users.age"}) {
		t.Errorf("another change passes with the decision on the first one: %v", got)
	}
}

// A hazard of which nothing was affected is another one when something is.
func TestAGreaterHazardIsAnother(t *testing.T) {
	rule := &review.Rule{Code: "XX1", Name: "x", Severity: finding.Block, Proof: true}
	find := func(none bool) finding.Finding {
		rule.Check = func(*review.Subject) []review.Hit {
			return []review.Hit{{Object: "local.T", What: []string{"a"}, Count: review.Count{None: none}}}
		}
		return review.Findings([]*review.Rule{rule}, &review.Subject{})[0]
	}
	lesser, greater := find(true), find(false)
	if lesser.Severity != finding.Warn || !lesser.Proven || greater.Severity != finding.Block || greater.Proven || lesser.Fingerprint == greater.Fingerprint {
		t.Errorf("%+v %+v", lesser, greater)
	}
	rule.Proof = false
	if f := find(true); f.Severity != finding.Block {
		t.Errorf("a rule that takes no proof: %+v", f)
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct{ code, object, want, err string }{
		{"ds103", "", "local.Users.age", ""},
		{"DS101", "local.Old", "local.Old", ""},
		{"DS101", "", "", "DS101 is found 3 times; name the object, too: DS101 local.Unknown, DS101 local.Larger"},
		{"LC201", "", "", "the plan has no finding LC201; it has DS101"},
	} {
		f, err := review.Match(found(), c.code, c.object)
		switch {
		case c.err == "" && (err != nil || f.Object != c.want):
			t.Errorf("%s %s: %v %v", c.code, c.object, f.Object, err)
		case c.err != "" && (err == nil || !strings.HasPrefix(err.Error(), c.err)):
			t.Errorf("%s %s: %v", c.code, c.object, err)
		}
	}
	if _, err := review.Match(nil, "DS101", ""); err == nil {
		t.Error("a plan without findings has something to allow")
	}
}
