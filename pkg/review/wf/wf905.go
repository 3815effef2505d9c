package wf

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var wf905 = &review.Rule{
	Code: "WF905", Name: "less time or fewer tries", Severity: finding.Warn,
	Detects: "The timeout of a workflow is shorter, or it is tried less often.",
	Happens: "Both are part of what a run is started with: runs under way keep the old values, new ones fail sooner.",
	Remedy:  "look at how long its runs take, and how often they were tried, before",
	Demo: review.Demo{{
		Say:  "two runs that nothing works on, one with a timeout of an hour and one of a second, some seconds later",
		Code: "temporal workflow start --workflow-id slow --run-timeout 1h\ntemporal workflow start --workflow-id quick --run-timeout 1s",
		Do: func(ctx context.Context) (string, error) {
			return play(ctx, func(t *server) {
				t.start("slow", "", time.Hour)
				t.start("quick", "", time.Second)
				t.ended("quick")
				t.say("slow: %s, quick: %s", t.status("slow"), t.status("quick"))
			})
		},
		Want: "slow: Running, quick: TimedOut",
	}},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, e := range updates(s) {
			was, is := e.before.Config, e.after.Config
			var texts, what []string
			if before, after := timeout(was.Timeout), timeout(is.Timeout); after < before {
				texts, what = append(texts, fmt.Sprintf("a run may take %s instead of %s", is.Timeout, was.Timeout)), append(what, was.Timeout, is.Timeout)
			}
			if tries(is.Retries) < tries(was.Retries) {
				texts = append(texts, fmt.Sprintf("it is tried %s instead of %s", times(is.Retries), times(was.Retries)))
				what = append(what, strconv.FormatUint(was.Retries, 10), strconv.FormatUint(is.Retries, 10))
			}
			if len(texts) == 0 {
				continue
			}
			h := hit(s, e, what...)
			h.Text = fmt.Sprintf("workflow %s fails sooner: %s; runs under way keep the old values", e.Name, strings.Join(texts, ", and "))
			out = append(out, h)
		}
		return out
	},
}

// timeout is a timeout as Moose reads it, such as "10m"; "never" and what cannot be
// read are longer than any.
func timeout(text string) time.Duration {
	d, err := time.ParseDuration(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		return math.MaxInt64
	}
	return d
}

// tries is how often a run is tried; Temporal takes 0 for without end.
func tries(retries uint64) uint64 {
	if retries == 0 {
		return math.MaxUint64
	}
	return retries
}

func times(retries uint64) string {
	switch retries {
	case 0:
		return "without end"
	case 1:
		return "once"
	}
	return strconv.FormatUint(retries, 10) + " times"
}
