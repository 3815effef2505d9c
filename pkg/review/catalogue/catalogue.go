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
	"github.com/moose-migrate/moose-migrate/pkg/review/cl"
	"github.com/moose-migrate/moose-migrate/pkg/review/ds"
	"github.com/moose-migrate/moose-migrate/pkg/review/lc"
	"github.com/moose-migrate/moose-migrate/pkg/review/mu"
	"github.com/moose-migrate/moose-migrate/pkg/review/mv"
	"github.com/moose-migrate/moose-migrate/pkg/review/pl"
	"github.com/moose-migrate/moose-migrate/pkg/review/se"
)

// families are the packages of rules, in the order of the documentation.
var families = [][]*review.Rule{ds.Rules, lc.Rules, mv.Rules, mu.Rules, cl.Rules, pl.Rules, se.Rules}

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
// the report of the subject. The conclusion is that without any decision of people. An
// error means that ctx has ended.
func Review(ctx context.Context, server probe.Server, s *review.Subject, limits probe.Limits) error {
	request := review.Request(Rules(), s)
	request.Limits = limits
	var err error
	if s.Facts, err = probe.Gather(ctx, server, request); err != nil {
		return err
	}
	Judge(s)
	return nil
}

// Judge puts the findings into the report of the subject, with the facts that are known.
func Judge(s *review.Subject) {
	price.Put(s.Report, s.Outcome, s.Facts)
	all := review.Findings(Rules(), s)
	for _, f := range review.OfReport(s.Report) {
		if Find(f.Code) == nil {
			all = append(all, f)
		}
	}
	s.Report.Findings = review.Sort(all)
	review.Apply(s.Report, nil, finding.Block)
}
