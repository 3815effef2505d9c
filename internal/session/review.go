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
	others := slices.DeleteFunc(slices.Clone(r.Findings), func(f finding.Finding) bool { return f.Code == rehearse.Code })
	r.Findings = append(others, rehearse.Findings(r.Rehearsal)...)
	order := []finding.Severity{finding.Block, finding.Warn, finding.Info}
	slices.SortStableFunc(r.Findings, func(x, y finding.Finding) int {
		return cmp.Compare(slices.Index(order, x.Severity), slices.Index(order, y.Severity))
	})
	review.Apply(r, allowed, limit)
}
