// Package catalogue lists all rules, and reviews a plan with them.
package catalogue

import (
	"context"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/price"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/ap"
	"github.com/moose-migrate/moose-migrate/pkg/review/cl"
	"github.com/moose-migrate/moose-migrate/pkg/review/ds"
	"github.com/moose-migrate/moose-migrate/pkg/review/ky"
	"github.com/moose-migrate/moose-migrate/pkg/review/lc"
	"github.com/moose-migrate/moose-migrate/pkg/review/mu"
	"github.com/moose-migrate/moose-migrate/pkg/review/mv"
	"github.com/moose-migrate/moose-migrate/pkg/review/pl"
	"github.com/moose-migrate/moose-migrate/pkg/review/se"
	"github.com/moose-migrate/moose-migrate/pkg/review/st"
	"github.com/moose-migrate/moose-migrate/pkg/review/tt"
	"github.com/moose-migrate/moose-migrate/pkg/review/wf"
)

// families are the packages of rules, in the order of the documentation.
var families = [][]*review.Rule{
	ds.Rules, lc.Rules, ky.Rules, tt.Rules, mv.Rules, mu.Rules, cl.Rules, st.Rules, ap.Rules, wf.Rules, pl.Rules, se.Rules,
}

// Rules are all rules, by family and code.
func Rules() []*review.Rule { return slices.Concat(families...) }

// Find is the rule with that code, in any case; nil when there is none.
func Find(code string) *review.Rule {
	for _, r := range Rules() {
		if strings.EqualFold(r.Code, code) {
			return r
		}
	}
	return nil
}

// Review asks the server for what the rules want to know, and puts the findings into
// the report of the subject, as [Ask] and [Judge] do.
func Review(ctx context.Context, server probe.Server, s *review.Subject, limits probe.Limits) (err error) {
	if s.Facts, err = Ask(ctx, server, s, limits); err == nil {
		Judge(s)
	}
	return err
}

// Ask asks the server for what the rules want to know of a plan. An error means that
// ctx has ended.
func Ask(ctx context.Context, server probe.Server, s *review.Subject, limits probe.Limits) (*probe.Facts, error) {
	request := review.Request(Rules(), s)
	request.Limits = limits
	return probe.Gather(ctx, server, request)
}

// Judge puts the findings into the report of the subject, with the facts that are known.
// The conclusion is that without any decision of people.
func Judge(s *review.Subject) {
	price.Put(s.Report, s.Outcome, s.Facts)
	all := review.Findings(Rules(), s)
	s.Report.Findings = review.Sort(all)
	review.Apply(s.Report, nil, finding.Block)
}
