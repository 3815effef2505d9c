package mu

import (
	"github.com/moose-migrate/moose-migrate/pkg/price"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// rewritten is a table with the steps that write its parts again.
type rewritten struct {
	edit  review.TableEdit
	steps []price.Step
}

// cost is that of all steps together.
func (r rewritten) cost() report.Cost {
	sum := r.steps[0].Cost
	for _, s := range r.steps[1:] {
		sum = sum.Plus(s.Cost)
	}
	return sum
}

// what are the steps, for the fingerprint of a finding.
func (r rewritten) what(s *review.Subject) []string {
	var out []string
	for _, step := range r.steps {
		if s.Report != nil && step.Index < len(s.Report.Operations) {
			out = append(out, s.Report.Operations[step.Index].SQL...)
		}
	}
	return out
}

// rewrites are the tables of which the plan writes parts again.
func rewrites(s *review.Subject) []rewritten {
	steps := price.Of(s.Outcome, s.Facts)
	var out []rewritten
	for _, t := range s.Tables() {
		r := rewritten{edit: t}
		for _, step := range steps {
			if step.Change == t.Change {
				r.steps = append(r.steps, step)
			}
		}
		if len(r.steps) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// hit is a finding about a table.
func hit(s *review.Subject, t review.TableEdit, what ...string) review.Hit {
	return review.Hit{Object: s.Object(t), Source: s.Source(t.Change), What: what}
}
