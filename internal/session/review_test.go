package session_test

import (
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

func TestARehearsalThatFailsBlocks(t *testing.T) {
	loss := finding.Finding{Code: "DS101", Severity: finding.Block, Object: "local.Old", Fingerprint: "1"}
	failed := &report.Rehearsal{Version: "26.7", Planned: 2, Failed: &report.RehearsalFailure{Number: 2, Operation: "Creating view 'V'", Object: "local.V", Code: 47, Message: "no"}}
	r := &report.Report{}
	r.Rehearse(failed)
	session.Review(r, nil, finding.Block)
	if len(r.Findings) != 1 || r.Findings[0].Code != "PL016" || r.Conclusion != finding.Blocked {
		t.Fatalf("%+v %s", r.Findings, r.Conclusion)
	}
	allowed := []review.Allowed{{Code: "PL016", Object: "local.V", Fingerprint: r.Findings[0].Fingerprint, Override: finding.Override{By: "ann"}}}
	for name, c := range map[string]struct {
		allowed []review.Allowed
		limit   finding.Severity
		change  func(*report.Report)
		want    finding.Conclusion
		n       int
	}{
		"allowed":        {allowed, finding.Block, func(*report.Report) {}, finding.Pass, 1},
		"never":          {nil, review.Never, func(*report.Report) {}, finding.Pass, 1},
		"twice":          {nil, finding.Block, func(r *report.Report) { session.Review(r, nil, finding.Block) }, finding.Blocked, 1},
		"cannot apply":   {nil, finding.Block, func(r *report.Report) { r.Summary.Invalid = 1 }, finding.Failed, 1},
		"no rehearsal":   {nil, finding.Block, func(r *report.Report) { r.Rehearse(nil) }, finding.Pass, 0},
		"it works":       {nil, finding.Block, func(r *report.Report) { r.Rehearse(&report.Rehearsal{Planned: 1}) }, finding.Pass, 0},
		"another hazard": {allowed, finding.Block, func(r *report.Report) { r.Findings = []finding.Finding{loss} }, finding.Blocked, 2},
	} {
		r := &report.Report{}
		r.Rehearse(failed)
		c.change(r)
		session.Review(r, c.allowed, c.limit)
		if r.Conclusion != c.want || len(r.Findings) != c.n {
			t.Errorf("%s: %s, %+v", name, r.Conclusion, r.Findings)
		}
	}
}
