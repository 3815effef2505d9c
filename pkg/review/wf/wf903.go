package wf

import (
	"context"
	"fmt"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var wf903 = &review.Rule{
	Code: "WF903", Name: "schedule changed", Severity: finding.Warn,
	Detects: "The schedule of a workflow changes or ends. A schedule that is only written in another way is none of it.",
	Happens: "When it is deployed, Moose terminates the run of the old schedule and starts one of the new. Times between the two are left out, and what should follow another job may come before it.",
	Remedy:  "compare the next times below, and deploy when none of them is missed",
	Demo: review.Demo{{
		Say:  "the next times of two schedules, from Saturday noon on",
		Code: "0 3 * * *  →  0 3 * * 1",
		Do: func(context.Context) (string, error) {
			now := time.Date(2026, 1, 3, 12, 0, 0, 0, time.UTC)
			was, is := inframap.WorkflowConfig{Schedule: "0 3 * * *"}, inframap.WorkflowConfig{Schedule: "0 3 * * 1"}
			return "before: " + timesText(next(was, now)) + "\nafter: " + timesText(next(is, now)), nil
		},
		Want: "before: Sun 2026-01-04 03:00, Mon 2026-01-05 03:00, Tue 2026-01-06 03:00, Wed 2026-01-07 03:00, Thu 2026-01-08 03:00 UTC\n" +
			"after: Mon 2026-01-05 03:00, Mon 2026-01-12 03:00, Mon 2026-01-19 03:00, Mon 2026-01-26 03:00, Mon 2026-02-02 03:00 UTC",
	}},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, e := range updates(s) {
			was, is := e.before.Config, e.after.Config
			if sameTimes(was, is, s.Now) || was.Schedule == "" {
				continue
			}
			h := hit(s, e, was.Schedule, is.Schedule)
			if is.Schedule == "" {
				h.Text = fmt.Sprintf("workflow %s no longer has a schedule (before: %s) and runs only when it is started by hand", e.Name, was.Schedule)
			} else {
				h.Text = fmt.Sprintf("workflow %s runs at %s instead of %s", e.Name, is.Schedule, was.Schedule)
			}
			h.Evidence = []finding.Evidence{
				{Text: "next times before: " + timesText(next(was, s.Now)), Source: "the schedule"},
				{Text: "next times after: " + timesText(next(is, s.Now)), Source: "the schedule"},
			}
			out = append(out, h)
		}
		return out
	},
}
