package hazards

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/catalogue"
)

// reviewed are the subjects of the pairs that were reviewed by [TestPairs], by rule.
var reviewed = struct {
	sync.Mutex
	of map[string][]judgedPair
}{of: map[string][]judgedPair{}}

type judgedPair struct {
	pair    pair
	subject *review.Subject
}

// remember keeps a pair for the test of the gate.
func remember(p pair, s *review.Subject) {
	reviewed.Lock()
	defer reviewed.Unlock()
	reviewed.of[p.code] = append(reviewed.of[p.code], judgedPair{p, s})
}

// gate flips the severity of each rule, once to a lower one and once by letting it warn
// without proof, and demands that a pair of the rule is told from before. It must run
// after the pairs.
func gate(t *testing.T) {
	for _, r := range catalogue.Rules() {
		mutants := map[string]review.Rule{}
		for _, lower := range []finding.Severity{finding.Block, finding.Warn, finding.Info} {
			if lower != r.Severity {
				m := *r
				m.Severity = lower
				mutants["severity "+string(lower)] = m
			}
		}
		if r.Severity == finding.Block {
			m := *r
			m.Proof = true
			m.Check = func(s *review.Subject) []review.Hit {
				hits := r.Check(s)
				for i := range hits {
					hits[i].Count.None = true
				}
				return hits
			}
			mutants["always proven"] = m
			if r.Proof {
				// Without hits that prove something, proof makes no difference.
				never := *r
				never.Proof = false
				mutants["never proven"] = never
			}
		}
		for name, m := range mutants {
			if !caught(r, &m) {
				t.Errorf("%s: with %s no pair fails", r.Code, name)
			}
		}
	}
}

// caught reports whether a pair of the rule has other findings with the mutant.
func caught(r, mutant *review.Rule) bool {
	rules := slices.Clone(catalogue.Rules())
	rules[slices.Index(rules, r)] = mutant
	return slices.ContainsFunc(reviewed.of[r.Code], func(j judgedPair) bool {
		got := found(j.subject, review.Findings(rules, j.subject), r.Code)
		own := func(list []string) []string {
			return slices.DeleteFunc(slices.Clone(list), func(w string) bool { return strings.Fields(w)[1] != r.Code })
		}
		return !slices.Equal(own(got), own(j.pair.want))
	})
}
