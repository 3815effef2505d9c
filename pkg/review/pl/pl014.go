package pl

import (
	"context"
	"fmt"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// tooOld is the age from which a plan is worth making again: rows and readers have
// changed since it was reviewed, although the definitions have not.
const tooOld = 30 * 24 * time.Hour

var pl014 = &review.Rule{
	Code: "PL014", Name: "saved plan is old", Severity: finding.Warn,
	Detects: "The saved plan in migrations/ still fits the server and the code, is not applied yet, and was made more than 30 days ago.",
	Happens: "The definitions are the same, so the plan is applied. What its reviewers were told about rows, sizes and readers is a month old.",
	Remedy:  "make the plan again with `moose generate migration --save`, and look at its numbers before it is merged",
	Demo: review.Demo{
		{
			Say: "the digest does not depend on when a plan was made, so its age alone stops nothing", Code: "moose generate migration --save   # in January and in March",
			Do: func(context.Context) (string, error) {
				m := inframap.New("local")
				var digest [2]string
				for i, month := range []time.Month{time.January, time.March} {
					p := &plan.Plan{CreatedAt: time.Date(2026, month, 1, 0, 0, 0, 0, time.UTC)}
					var err error
					if digest[i], err = plan.Digest(p.Operations, m, m); err != nil {
						return "", err
					}
				}
				return fmt.Sprintf("the same digest: %v", digest[0] == digest[1]), nil
			},
			Want: "the same digest: true",
		},
	},
	Check: func(s *review.Subject) []review.Hit {
		saved := atWork(s)
		if saved == nil || len(saved.Stale)+len(saved.Drifted) > 0 {
			return nil
		}
		made := saved.Files.Plan.CreatedAt
		if made.IsZero() || s.Now.Sub(made) < tooOld {
			return nil
		}
		return []review.Hit{{
			Object: planFile, What: []string{made.UTC().Format(time.RFC3339)},
			Text: fmt.Sprintf("the saved plan was made %s, on %s, and is not applied yet", humanize.RelTime(made, s.Now, "ago", "from now"), made.UTC().Format(time.DateOnly)),
		}}
	},
}
