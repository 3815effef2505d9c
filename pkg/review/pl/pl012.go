package pl

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var pl012 = &review.Rule{
	Code: "PL012", Name: "changed in another pull request, too", Severity: finding.Warn,
	Detects: "Another open pull request has a plan for the same project and environment that changes the same object.",
	Happens: "Each plan was made without the other. The one that is merged second starts from another state than its reviewers saw, and can undo what the first one did.",
	Remedy:  "merge one of them, bring the other one up to date, and look at its new plan",
	Demo: review.Demo{
		{
			Say:  "one pull request adds the endpoint top, the other one does not know it; after the first is merged, the second one's code removes it",
			Code: "moose plan   # in the second branch, after the first one was merged",
			Do: func(context.Context) (string, error) {
				merged, second := inframap.New("local"), inframap.New("local")
				merged.APIEndpoints["top"] = &inframap.APIEndpoint{Name: "top"}
				var out []string
				for _, c := range diff.Maps(diff.Side{Map: merged}, diff.Side{Map: second}, diff.Options{}).Changes {
					out = append(out, fmt.Sprintf("%s %s %s", c.Action, c.Kind, c.Name))
				}
				return strings.Join(out, "\n"), nil
			},
			Want: "remove API endpoint top",
		},
	},
	Check: func(s *review.Subject) []review.Hit {
		if !s.Process.Reviewing() || s.Report == nil {
			return nil
		}
		var out []review.Hit
		for i := range s.Report.Changes {
			c := &s.Report.Changes[i]
			var others []review.OtherPull
			for _, o := range s.Process.Others {
				if slices.Contains(o.Objects, c.Key()) {
					others = append(others, o)
				}
			}
			if len(others) == 0 {
				continue
			}
			number := func(o review.OtherPull) string { return fmt.Sprintf("%d", o.Number) }
			h := review.Hit{
				Object: objectOf(c), Source: c.Source, What: []string{string(c.Kind)},
				Text: fmt.Sprintf("%s %s is also changed by the open pull request %s", c.Kind, c.Name, listed(others, number)),
			}
			for _, o := range others {
				h.What = append(h.What, number(o))
				h.Evidence = append(h.Evidence, finding.Evidence{Text: "pull request " + number(o) + ": " + o.URL, Source: "its newest plan"})
			}
			out = append(out, h)
		}
		return out
	},
}

// objectOf names a changed object as other findings do: what is in ClickHouse by its
// database, the rest by its kind.
func objectOf(c *report.Change) string {
	switch c.Kind {
	case diff.Table, diff.View, diff.MaterializedView:
		return join(c.Database, c.Name)
	}
	return string(c.Kind) + " " + join(c.Database, c.Name)
}
