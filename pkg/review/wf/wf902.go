package wf

import (
	"context"
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var wf902 = &review.Rule{
	Code: "WF902", Name: "rename workflow", Severity: finding.Block, Proof: true,
	Detects: "A workflow goes, and one with the same schedule, retries and timeout comes in its place.",
	Happens: "To Temporal these are two workflows. What the old one has under way is terminated or finds no code, and the new one begins without its history, at its next time.",
	Remedy:  "rename it when none of its runs is under way",
	Demo: review.Demo{{
		Say:  "a workflow with a schedule that gets another name while it is at work",
		Code: "temporal workflow start --workflow-id nightly --cron …\ntemporal workflow terminate --workflow-id nightly\ntemporal workflow start --workflow-id every-night --cron …",
		Do: func(ctx context.Context) (string, error) {
			return play(ctx, func(t *server) {
				t.start("nightly", "", 0)
				t.say("nightly: %s", t.status("nightly"))
				t.terminate("nightly")
				t.start("every-night", "0 3 * * *", 0)
				t.say("nightly: %s, every-night: %s, its history has %d event", t.status("nightly"), t.status("every-night"), t.events("every-night"))
			})
		},
		Want: "nightly: Running\nnightly: Terminated, every-night: Running, its history has 1 event",
	}},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		renamed := successors(s)
		for _, e := range edits(s, diff.Remove) {
			to, ok := renamed[e.ID]
			if !ok {
				continue
			}
			h := hit(s, e, "to "+to.Name)
			h.Count = inFlight(s, e.Name)
			h.Text = fmt.Sprintf("workflow %s looks as if it is called %s from now on; to Temporal that is another workflow, and runs of the old one are terminated or find no code; %s", e.Name, to.Name, h.Count.Text)
			out = append(out, h)
		}
		return out
	},
}
