package session

import (
	"cmp"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/rehearse"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// Review judges a report as [review.Apply] does, with what its rehearsal found among the
// findings.
func Review(r *report.Report, allowed []review.Allowed, limit finding.Severity) {
	review.Apply(r, allowed, limit)
	found := rehearse.Findings(r.Rehearsal)
	if len(found) == 0 {
		return
	}
	for i := range found {
		for _, a := range allowed {
			if a.Fingerprint == found[i].Fingerprint {
				found[i].Override = &a.Override
			}
		}
	}
	order := []finding.Severity{finding.Block, finding.Warn, finding.Info}
	all := slices.Concat(r.Findings, found)
	slices.SortStableFunc(all, func(x, y finding.Finding) int {
		return cmp.Or(cmp.Compare(slices.Index(order, x.Severity), slices.Index(order, y.Severity)), cmp.Compare(x.Code, y.Code))
	})
	conclusion := r.Conclusion
	if conclusion == finding.Pass && len(review.Stopping(all, limit)) > 0 {
		conclusion = finding.Blocked
	}
	r.Review(all, conclusion)
}
