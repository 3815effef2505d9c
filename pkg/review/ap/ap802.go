package ap

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var ap802 = &review.Rule{
	Code: "AP802", Name: "parameter demanded", Severity: finding.Block,
	Detects: "An endpoint demands a query parameter that its callers need not have sent: a new one, one that could be left out, or one that has got another name.",
	Happens: "Requests of the old form are answered with 400.",
	Remedy:  "give the parameter a default, or make a new version of the endpoint beside the old one",
	Demo: review.Demo{{
		Say:  "the same request, before and after the parameter from is demanded",
		Code: "GET /api/top?limit=3",
		Do:   calls(answering("[1, 2, 3]"), answering("[1, 2, 3]", "from"), "GET", "/api/top?limit=3", ""),
		Want: "before: 200 [1, 2, 3]\nafter: 400 from is missing",
	}},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, e := range updates(s) {
			before, after, ok := consumption(e)
			if !ok {
				continue
			}
			var texts, what []string
			for _, p := range paramsOf(before, after) {
				if !p.demands() {
					continue
				}
				what = append(what, p.after.Name)
				switch {
				case p.before == nil:
					texts = append(texts, fmt.Sprintf("the new parameter %s", p.after.Name))
				case p.before.Name != p.after.Name:
					texts = append(texts, fmt.Sprintf("the parameter %s, which was %s before", p.after.Name, p.before.Name))
				default:
					texts = append(texts, fmt.Sprintf("the parameter %s, which could be left out", p.after.Name))
				}
			}
			if len(what) == 0 {
				continue
			}
			h := hit(s, e, what...)
			h.Text = fmt.Sprintf("%s demands %s; requests without it are answered with 400", address(e.after), strings.Join(texts, ", and "))
			out = append(out, h)
		}
		return out
	},
}
