package ap

import (
	"context"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/contract"
)

var ap804 = &review.Rule{
	Code: "AP804", Name: "answer no longer fits", Severity: finding.Block,
	Detects: "The answer of an endpoint loses a field, can lack one that was always there, or has one of another type.",
	Happens: "The endpoint answers with 200 as before, so nothing is noticed where it runs. Programs that read the field stop working, or go on with nothing in its place.",
	Remedy:  "keep the field beside the new one, or make a new version of the endpoint",
	Demo: review.Demo{{
		Say:  "the new answer, read by a caller that knows the old form",
		Code: "GET /api/top → {\"id\": \"a\"}, checked against {id, amount}",
		Do: func(ctx context.Context) (string, error) {
			answer, err := call(ctx, answering(`{"id": "a"}`), "GET", "/api/top", "")
			if err != nil {
				return "", err
			}
			code, body, _ := strings.Cut(answer, " ")
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
			if err != nil {
				return "", err
			}
			fits := check(`{"type": "object", "required": ["id", "amount"]}`, value) == nil
			return fmt.Sprintf("%s\nthe caller can read it: %v", code, fits), nil
		},
		Want: "200\nthe caller can read it: false",
	}},
	Check: func(s *review.Subject) []review.Hit {
		var out []review.Hit
		for _, e := range updates(s) {
			before, after, ok := consumption(e)
			if !ok {
				continue
			}
			list := contract.Answers(before.OutputSchema, after.OutputSchema)
			if len(list) == 0 {
				continue
			}
			h := hit(s, e, contract.What(list)...)
			h.Text = fmt.Sprintf("the answer of %s no longer fits its callers: %s", address(e.after), contract.Text(list))
			out = append(out, h)
		}
		return out
	},
}
