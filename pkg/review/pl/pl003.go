package pl

import (
	"context"
	"fmt"
	"strings"

	"github.com/dustin/go-humanize/english"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var pl003 = &review.Rule{
	Code: "PL003", Name: "target branch has moved", Severity: finding.Block,
	Detects: "The plan was made from the code of the pull request alone, the branch that it goes into has newer commits that change files of the project, and the plan removes something.",
	Happens: "What the newer commits have added is missing in this code, so the plan removes it, although the merged code declares it. When it is applied, data of others is gone.",
	Remedy:  "bring the pull request up to date with its target branch, or let actions/checkout take the merge of both, which it does when `ref:` is left out",
	Demo: review.Demo{
		{
			Say:  "the branch main has added the table Invoices, which the code of the pull request does not know yet",
			Code: "moose plan   # in the pull request's own branch",
			Do: func(context.Context) (string, error) {
				server, code := inframap.New("local"), inframap.New("local")
				server.APIEndpoints["Invoices"] = &inframap.APIEndpoint{Name: "Invoices"}
				var out []string
				for _, c := range diff.Maps(diff.Side{Map: server}, diff.Side{Map: code}, diff.Options{}).Changes {
					out = append(out, fmt.Sprintf("%s %s %s", c.Action, c.Kind, c.Name))
				}
				return strings.Join(out, "\n"), nil
			},
			Want: "remove API endpoint Invoices",
		},
	},
	Check: func(s *review.Subject) []review.Hit {
		if !s.Process.Reviewing() || s.Process.Behind == nil || len(s.Process.Behind.Files) == 0 || !removes(s) {
			return nil
		}
		b := s.Process.Behind
		return []review.Hit{{
			What: b.Files, Evidence: evidence(b.Files),
			Text: fmt.Sprintf("the branch %s has %s that this code lacks, with changes of %s; what they added can be what this plan removes", b.Branch, english.Plural(b.Commits, "commit", ""), listed(b.Files, asIs)),
		}}
	},
}

// removes reports whether the plan takes anything away.
func removes(s *review.Subject) bool {
	for _, c := range s.Outcome.Result.Changes {
		if c.Action == diff.Remove || c.Action == diff.Recreate || goingColumn(&c) {
			return true
		}
	}
	return false
}
