package ap

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/contract"
)

var ap803 = &review.Rule{
	Code: "AP803", Name: "parameter gone or narrower", Severity: finding.Warn,
	Detects: "A query parameter of an endpoint goes, gets another name, or takes fewer values. A new name that is demanded is found by AP802.",
	Happens: "A parameter that nobody knows is ignored: callers get an answer as if they had not asked for it. A value that does not fit the new type is answered with 400.",
	Remedy:  "take both names for a while, or make a new version of the endpoint beside the old one",
	Demo: review.Demo{{
		Say:  "the same request, before and after the parameter limit is called max",
		Code: "GET /api/top?limit=3",
		Do:   calls(limited("limit"), limited("max"), "GET", "/api/top?limit=3", ""),
		Want: "before: 200 3 rows\nafter: 200 all rows",
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
				switch {
				case p.before == nil || p.demands() && p.before.Name != p.after.Name:
				case p.after == nil:
					texts, what = append(texts, p.before.Name+" is gone"), append(what, p.before.Name)
				case p.before.Name != p.after.Name:
					texts, what = append(texts, fmt.Sprintf("%s is now %s", p.before.Name, p.after.Name)), append(what, p.before.Name, p.after.Name)
				case !contract.Takes(&p.after.DataType, &p.before.DataType):
					was, is := contract.TypeText(&p.before.DataType), contract.TypeText(&p.after.DataType)
					texts, what = append(texts, fmt.Sprintf("%s is %s instead of %s", p.before.Name, is, was)), append(what, p.before.Name, was, is)
				}
			}
			if len(what) == 0 {
				continue
			}
			h := hit(s, e, what...)
			h.Text = fmt.Sprintf("parameters of %s change: %s; what callers still send is ignored or answered with 400", address(e.after), strings.Join(texts, ", "))
			out = append(out, h)
		}
		return out
	},
}
