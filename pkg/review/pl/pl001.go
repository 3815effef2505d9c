package pl

import (
	"context"
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var pl001 = &review.Rule{
	Code: "PL001", Name: "saved plan starts from another state", Severity: finding.Warn,
	Detects: "The saved plan in migrations/ is not applied yet and leads to what the code declares, but it starts from something else than the server has now.",
	Happens: "`moose migrate` compares the two under the lock and refuses the plan. Nothing is lost, but the deployment stops.",
	Remedy:  "make the plan again with `moose generate migration --save`, review it, and commit it",
	Demo: review.Demo{
		{
			Say:  "a plan is bound to the state that it starts from: with one table more on the server it is another plan",
			Code: "moose generate migration --save   # before and after someone makes the table Hotfix",
			Do: func(context.Context) (string, error) {
				before, after := inframap.New("local"), inframap.New("local")
				after.Tables["Hotfix"] = &inframap.Table{Name: "Hotfix"}
				return digests([2]*inframap.Map{before, after}, [2]*inframap.Map{before, before})
			},
			Want: "the digests differ",
		},
	},
	Check: func(s *review.Subject) []review.Hit {
		saved := atWork(s)
		if saved == nil || len(saved.Stale) > 0 || len(saved.Drifted) == 0 {
			return nil
		}
		return []review.Hit{{
			Object: planFile, What: saved.Drifted, Evidence: evidence(saved.Drifted),
			Text: "the saved plan starts from another state than the server has now, and `moose migrate` will refuse it: " + listed(saved.Drifted, asIs),
		}}
	},
}

// digests says whether two plans without operations have the same digest.
func digests(before, desired [2]*inframap.Map) (string, error) {
	var out [2]string
	for i := range out {
		var err error
		if out[i], err = plan.Digest(nil, before[i], desired[i]); err != nil {
			return "", fmt.Errorf("compute the digest: %w", err)
		}
	}
	if out[0] == out[1] {
		return "the digests are the same", nil
	}
	return "the digests differ", nil
}
