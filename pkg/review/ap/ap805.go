package ap

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/contract"
)

var ap805 = &review.Rule{
	Code: "AP805", Name: "ingest endpoint takes less", Severity: finding.Block,
	Detects: "An ingest endpoint demands a field that its callers need not have sent, or a field takes fewer values. It takes the fields of its topic. A field that goes is none of it: Moose leaves out what it does not know.",
	Happens: "Requests of the old form are answered with 400. The data of callers that do not try again is lost.",
	Remedy:  "add the field as an optional one, or with a default, move the callers, and demand it in a later pull request",
	Demo: review.Demo{{
		Say:  "the same request, before and after the field note is demanded",
		Code: "POST /ingest/Orders {\"id\": 1}",
		Do: calls(
			taking(`{"type": "object", "required": ["id"]}`), taking(`{"type": "object", "required": ["id", "note"]}`), "POST", "/ingest/Orders", `{"id": 1}`,
		),
		Want: "before: 200\nafter: 400 Missing fields",
	}},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, c := range s.Changes(diff.Topic, diff.Update) {
			if c.Topic == nil || c.Topic.Before == nil || c.Topic.After == nil {
				continue
			}
			list := contract.Requests(c.Topic.Before, c.Topic.After)
			if len(list) == 0 {
				continue
			}
			for _, e := range contract.Takers(s, c.ID) {
				what := contract.What(list)
				if v := version(e); v != "" {
					what = append(what, "version "+v)
				}
				out = append(out, review.Hit{
					Object: string(diff.API) + " " + e.Name, Source: s.Source(c), What: what,
					Text: fmt.Sprintf("%s refuses requests of the old form with 400: %s", address(e), contract.Text(list)),
				})
			}
		}
		return out
	},
}
