package review

import (
	"cmp"
	"math"
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/policy"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Request is everything that the rules want to know about a plan.
func Request(rules []*Rule, s *Subject) probe.Request {
	r := probe.Request{
		Tables: s.touched(), Views: s.withoutTarget(), Grants: s.Process.Reviewing() && s.Process.PullRequest,
		Streams: s.streams(), Workflows: s.workflows(), Outside: s.Outside, Now: s.Now,
	}
	for _, raw := range s.Statements() {
		r.Statements = append(r.Statements, raw.SQL)
	}
	for _, rule := range rules {
		if rule.Ask != nil {
			r.Questions = append(r.Questions, rule.Ask(s)...)
		}
	}
	r.Selects, r.Casts = s.selects, s.casts
	r.Clusters = slices.ContainsFunc(s.Outcome.Operations, func(op plan.Operation) bool {
		c, ok := op.(interface{ Cluster() string })
		return ok && c.Cluster() != ""
	})
	// A table that the server does not have cannot be asked.
	r.Questions = slices.DeleteFunc(r.Questions, func(q probe.Question) bool { return q.Table.Object == "" })
	return r
}

// touched are the tables of the server that the plan changes in any way, or that
// statements of the project name.
func (s *Subject) touched() []schema.Name {
	seen := map[schema.Name]bool{}
	for _, t := range s.Tables(diff.Update, diff.Recreate, diff.Remove) {
		if t.Before != nil {
			seen[t.Before.Name] = true
		}
	}
	for _, n := range s.named() {
		seen[n] = true
	}
	for _, v := range s.Views() {
		if v.Change == nil {
			continue
		}
		for _, side := range []*schema.View{v.Before, v.After} {
			for _, n := range s.fills(side) {
				seen[n] = true
			}
			for _, n := range s.Reads(side) {
				seen[n] = true
			}
		}
	}
	out := make([]schema.Name, 0, len(seen))
	for n := range seen {
		out = append(out, n)
	}
	diff.SortNames(out)
	return out
}

// withoutTarget are the materialized views that go or are made anew, and keep their
// rows in a hidden table.
func (s *Subject) withoutTarget() []schema.Name {
	var out []schema.Name
	for _, c := range s.Changes(diff.MaterializedView, diff.Update, diff.Recreate, diff.Remove) {
		if v := s.Outcome.Before.MaterializedViews[c.ID]; v != nil && v.Inner {
			out = append(out, v.Name)
		}
	}
	return out
}

// Findings are the hazards of a plan, the gravest first.
func Findings(rules []*Rule, s *Subject) []finding.Finding {
	var all []finding.Finding
	for _, rule := range rules {
		for _, h := range rule.Check(s) {
			all = append(all, rule.finding(h))
		}
	}
	return Sort(all)
}

// Sort puts the gravest findings first, of one rule those with the most rows, and takes
// out those that are there twice.
func Sort(all []finding.Finding) []finding.Finding {
	slices.SortStableFunc(all, func(x, y finding.Finding) int {
		return cmp.Or(cmp.Compare(policy.Rank(x.Severity), policy.Rank(y.Severity)), cmp.Compare(x.Code, y.Code), cmp.Compare(stake(y), stake(x)), cmp.Compare(x.Object, y.Object))
	})
	return slices.CompactFunc(all, func(x, y finding.Finding) bool { return x.Fingerprint == y.Fingerprint })
}

// stake is the number of rows at stake; one that is not known counts as the greatest.
func stake(f finding.Finding) uint64 {
	if f.Stake == nil || f.Stake.Rows == nil {
		return math.MaxUint64
	}
	return *f.Stake.Rows
}

func (r *Rule) finding(h Hit) finding.Finding {
	f := finding.Finding{
		Code: r.Code, Severity: r.Severity, Rule: r.Name, Object: h.Object, Source: h.Source, Text: h.Text,
		Remedy: cmp.Or(h.Remedy, r.Remedy), Stake: h.Count.Stake, Evidence: append(slices.Clone(h.Count.Evidence), h.Evidence...),
	}
	what := h.What
	switch {
	case r.Severity == finding.Block && r.Proof && h.Count.None:
		f.Severity, f.Proven = finding.Warn, true
	case h.Severity != "" && policy.Rank(h.Severity) > policy.Rank(f.Severity):
		f.Severity = h.Severity
	}
	if f.Severity != r.Severity {
		// Whoever lets a lesser hazard pass has not seen the greater one.
		what = append(slices.Clone(what), string(f.Severity))
	}
	f.Fingerprint = finding.Fingerprint(f.Code, f.Object, what...)
	return f
}
