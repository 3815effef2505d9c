package session

import (
	"context"
	"math"
	"slices"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/policy"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/remedy"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/catalogue"
)

// Planned is a reviewed plan with the session that it was made in; close it.
type Planned struct {
	*Session
	// Desired is what the code declares, Sources where it does so, ToolVersion the
	// version of moose-lib that said so.
	Desired     *inframap.Map
	Sources     inframap.Sources
	ToolVersion string
	// Options are those that the plan was made with.
	Options diff.Options
	Outcome *planner.Outcome
	// available are the remedies that there are, applied those that the plan has.
	available, applied []remedy.Remedy
	// Process is what the caller knows of how the change came about, nil for a plan that
	// is only looked at.
	Process *review.Process
	// subject is what is reviewed.
	subject *review.Subject
	// found are the findings of the review, before the policy.
	found []finding.Finding
	// Report has the findings of the review, as the project's policy has them.
	Report *report.Report
}

// MakePlan connects, loads the project's code, plans, reviews and reports.
func MakePlan(ctx context.Context, f *cli.Factory, flags Flags) (*Planned, error) {
	s, err := Open(ctx, f, flags)
	if err != nil {
		return nil, err
	}
	loaded, err := s.Desired(ctx, false)
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	return s.PlanFor(ctx, &Planned{Desired: loaded.Map, Sources: loaded.Sources, ToolVersion: loaded.ToolVersion})
}

// PlanFor plans for a desired map that is known already. It takes the session over,
// and closes it on error.
func (s *Session) PlanFor(ctx context.Context, p *Planned) (*Planned, error) {
	p.Session = s
	if err := p.Replan(ctx, s.Options()); err != nil {
		_ = s.Close()
		return nil, err
	}
	return p, nil
}

// Replan plans again with other options, such as answers about renames.
func (p *Planned) Replan(ctx context.Context, options diff.Options) (err error) {
	p.Options = options
	if p.Outcome, err = p.Plan(ctx, p.Desired, options); err != nil {
		return err
	}
	if err := p.applyRemedies(); err != nil {
		return err
	}
	history, err := p.History(ctx, p.Outcome.Status.Drift)
	if err != nil {
		return err
	}
	p.Report, err = report.New(p.Outcome, report.Options{
		History: history, Sources: p.Sources,
		Target: p.Client.Describe(), StateStore: p.Store.Describe(), Secrets: p.Project.Secrets(),
	})
	if err != nil {
		return err
	}
	process, err := p.process(ctx)
	if err != nil {
		return err
	}
	progress := p.factory.Progress()
	defer func() { progress.Close(err) }()
	progress.Step("Asking ClickHouse what is at stake")
	p.Report.Keep(p.keptBy())
	p.subject = &review.Subject{
		Outcome: p.Outcome, Report: p.Report, Sources: p.Sources, Outside: p.outside(), Now: p.factory.Now(), Process: process,
	}
	if p.subject.Facts, err = catalogue.Ask(ctx, p.Client, p.subject, p.probeLimits()); err != nil {
		return err
	}
	p.review()
	return nil
}

// review finds the hazards with the facts that are known, and judges by the policy.
func (p *Planned) review() {
	catalogue.Judge(p.subject)
	p.Report.Findings = remedy.Mark(p.Report.Findings, p.applied, p.available)
	p.found = slices.Clone(p.Report.Findings)
	p.Judge(policy.Context{Purpose: policy.Plan}, p.Policy.Limit("", finding.Block))
}

// Judge reviews the report by the project's policy, for the session's environment and
// the time that it is now. limit is the least severity that stops the plan.
func (p *Planned) Judge(c policy.Context, limit finding.Severity) policy.Decision {
	c.Environment, c.Now = p.Environment, p.factory.Now()
	return review.Judge(p.Report, p.found, p.Policy, c, limit)
}

// probeLimits are what the questions of a review may cost, as the project's policy has
// them.
func (s *Session) probeLimits() probe.Limits {
	limits, said := probe.DefaultLimits, s.Policy.Probes
	if said.Seconds != nil {
		limits.Seconds = int(math.Ceil(float64(*said.Seconds)))
	}
	if said.Rows != nil {
		limits.Rows = uint64(*said.Rows)
	}
	if said.Bytes != nil {
		limits.Bytes = uint64(*said.Bytes)
	}
	limits.NoExamples = said.Examples != nil && !*said.Examples
	return limits
}
