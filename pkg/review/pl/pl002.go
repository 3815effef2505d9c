package pl

import (
	"context"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var pl002 = &review.Rule{
	Code: "PL002", Name: "saved plan is for other code", Severity: finding.Warn,
	Detects: "The saved plan in migrations/ is not applied yet and leads to something else than the code declares now.",
	Happens: "`moose migrate` compares the two under the lock and refuses the plan. Nothing is lost, but the deployment stops, and what reviewers read in the file is not what the code asks for.",
	Remedy:  "make the plan again with `moose generate migration --save` and commit it, or take the files out of migrations/ when nobody uses them",
	Demo: review.Demo{
		{
			Say:  "a plan is bound to the code that it leads to: with one table more in the code it is another plan",
			Code: "moose generate migration --save   # before and after the table Orders is declared",
			Do: func(context.Context) (string, error) {
				before, after := inframap.New("local"), inframap.New("local")
				after.Tables["Orders"] = &inframap.Table{Name: "Orders"}
				return digests([2]*inframap.Map{before, before}, [2]*inframap.Map{before, after})
			},
			Want: "the digests differ",
		},
	},
	Check: func(s *review.Subject) []review.Hit {
		saved := atWork(s)
		if saved == nil || len(saved.Stale) == 0 {
			return nil
		}
		return []review.Hit{{
			Object: planFile, What: saved.Stale, Evidence: evidence(saved.Stale),
			Text: "the saved plan does not lead to what the code declares, and `moose migrate` will refuse it: " + listed(saved.Stale, asIs),
		}}
	},
}
