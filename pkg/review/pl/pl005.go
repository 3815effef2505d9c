package pl

import (
	"os"
	"path/filepath"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var pl005 = &review.Rule{
	Code: "PL005", Name: "migration files incomplete or mixed", Severity: finding.Block,
	Detects: "One of the three files of the saved plan is missing or cannot be read, or Moose's delta files lie beside it.",
	Happens: "A plan that is not whole is refused when it is applied, so the deployment stops after the merge. Delta files are never run by moose-migrate: what they say does not happen, and nothing tells of it.",
	Remedy:  "commit all three files of one `moose generate migration --save`; take delta files out once they are applied",
	Demo: review.Demo{
		{
			Say: "a plan is saved, and one of its three files is not committed", Code: "rm migrations/remote_state.json && moose migrate",
			Do: savedDemo(func(dir string) error { return os.Remove(filepath.Join(dir, plan.Dir, plan.BeforeFile)) }, func(dir string) (string, error) {
				_, err := plan.Load(dir)
				if err == nil {
					return "loaded", nil
				}
				return err.Error(), nil
			}),
			Want: "the saved plan is incomplete: migrations/remote_state.json is missing. Generate it again with `moose generate migration --save` and commit all three files",
		},
	},
	Check: func(s *review.Subject) []review.Hit {
		if !s.Process.Reviewing() {
			return nil
		}
		saved, deltas := s.Process.Saved, s.Process.Deltas
		var out []review.Hit
		if saved != nil && saved.Err != nil && !saved.Rewritten {
			out = append(out, review.Hit{Object: planFile, What: []string{"unreadable"}, Text: "the saved plan cannot be used: " + saved.Err.Error()})
		}
		if len(deltas) > 0 {
			h := review.Hit{
				Object: plan.Dir, What: deltas, Evidence: evidence(deltas),
				Text: "migrations/ has delta files of Moose, which moose-migrate does not run: " + listed(deltas, asIs),
			}
			if saved == nil {
				// Without a plan beside them they are what another flow has left.
				h.Severity = finding.Warn
			}
			out = append(out, h)
		}
		return out
	},
}
