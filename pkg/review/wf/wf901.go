package wf

import (
	"context"
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var wf901 = &review.Rule{
	Code: "WF901", Name: "remove workflow", Severity: finding.Block, Proof: true,
	Detects: "A workflow goes. One that only gets another name is found by WF902.",
	Happens: "When it is deployed, Moose terminates the run that has the workflow's name, in the middle of what it does; with it the schedule ends. Runs that were started with input have names of their own: they stay open, find no code and are tried again and again.",
	Remedy:  "let its runs end first, or terminate them on purpose",
	Demo: review.Demo{{
		Say:  "a run of a workflow that no code stands behind any more, some seconds later",
		Code: "temporal workflow start --workflow-id nightly-0123456789abcdef\ntemporal workflow describe --workflow-id nightly-0123456789abcdef",
		Do: func(ctx context.Context) (string, error) {
			return play(ctx, func(t *server) {
				t.start("nightly", "", 0)
				t.start("nightly-0123456789abcdef", "", 0)
				t.terminate("nightly")
				t.wait()
				t.say("nightly: %s", t.status("nightly"))
				t.say("nightly-0123456789abcdef: %s, and %d workers ask for it", t.status("nightly-0123456789abcdef"), t.workers())
			})
		},
		Want: "nightly: Terminated\nnightly-0123456789abcdef: Running, and 0 workers ask for it",
	}},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		renamed := successors(s)
		for _, e := range edits(s, diff.Remove) {
			if _, other := renamed[e.ID]; other {
				continue
			}
			h := hit(s, e)
			h.Count = inFlight(s, e.Name)
			h.Text = fmt.Sprintf("workflow %s is removed; runs under way are terminated or find no code once Moose is deployed; %s", e.Name, h.Count.Text)
			if e.before != nil && e.before.Config.Schedule != "" {
				h.Text += "; it no longer runs at " + e.before.Config.Schedule
			}
			out = append(out, h)
		}
		return out
	},
}
