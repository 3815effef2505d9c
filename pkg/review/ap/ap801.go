package ap

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var ap801 = &review.Rule{
	Code: "AP801", Name: "remove endpoint", Severity: finding.Block,
	Detects: "An endpoint goes, or gets another path, method or version, and no other endpoint answers at its old address. Whether anybody calls it is not known here, so it is for people to say.",
	Happens: "From the moment of the deployment its callers get 404. Callers of an ingest endpoint that do not try again lose their data.",
	Remedy:  "keep the old endpoint beside the new one until nobody calls it, and tell its callers until when that is",
	Demo: review.Demo{{
		Say:  "the same request, before and after an endpoint gets another path",
		Code: "GET /api/top",
		Do:   calls(at("/api/top", answering("[1, 2, 3]")), at("/api/top/2", answering("[1, 2, 3]")), "GET", "/api/top", ""),
		Want: "before: 200 [1, 2, 3]\nafter: 404 404 page not found",
	}},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, e := range edits(s, diff.Remove) {
			h := hit(s, e)
			h.Text = fmt.Sprintf("API endpoint %s is removed; its callers get 404 once Moose is deployed", label(e))
			if e.before != nil {
				if served(s, e.before) {
					continue
				}
				h.Text = fmt.Sprintf("API endpoint %s is removed; whoever calls %s gets 404 once Moose is deployed", label(e), address(e.before))
				if next := successor(s, e); next != nil {
					h.Text += fmt.Sprintf(", and has to call %s", address(next))
				}
			}
			h.Text += calledUnknown
			out = append(out, h)
		}
		for _, e := range updates(s) {
			was, is := address(e.before), address(e.after)
			if was == is || served(s, e.before) {
				continue
			}
			h := hit(s, e, was, is)
			h.Text = fmt.Sprintf("API endpoint %s moves to %s; whoever calls %s gets 404 once Moose is deployed%s", label(e), is, was, calledUnknown)
			out = append(out, h)
		}
		return out
	},
}

const calledUnknown = " (who calls it is not known)"

// served reports whether an endpoint answers at the same address after the plan.
func served(s *review.Subject, e *inframap.APIEndpoint) bool {
	if s.Outcome.Desired == nil {
		return false
	}
	for _, now := range s.Outcome.Desired.APIEndpoints {
		if address(now) == address(e) {
			return true
		}
	}
	return false
}

// successor is another version of an endpoint that goes, nil when there is none.
func successor(s *review.Subject, e edit) *inframap.APIEndpoint {
	for _, other := range edits(s, diff.Add) {
		if other.after != nil && other.Name == e.Name && other.after.Method == e.before.Method {
			return other.after
		}
	}
	return nil
}
