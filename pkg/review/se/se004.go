package se

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

var se004 = &review.Rule{
	Code: "SE004", Name: "check is not required", Severity: finding.Warn,
	Detects: "The host of the pull requests says which checks the target branch demands before a merge, and the one of this plan is not among them.",
	Happens: "A pull request whose plan is blocked can be merged all the same, by anyone who may merge. The migration after the merge still stops at what nobody approved, but the branch then has code that cannot be deployed.",
	Remedy:  "add the check to the required status checks of the branch, in its ruleset or branch protection",
	Demo: review.Demo{
		{
			Say: "the branch demands the check `test`; the plan is told as `moose-migrate / production`", Code: "gh api repos/acme/shop/rules/branches/main",
			Do: sayRequired("test"), Want: "a blocked plan can be merged",
		},
		{
			Say: "with the check in the list, the host holds the pull request back", Code: "gh api repos/acme/shop/rules/branches/main",
			Do: sayRequired("test", "moose-migrate / production"), Want: "a blocked plan waits",
		},
	},
	Check: func(s *review.Subject) []review.Hit {
		if !s.Process.Reviewing() || s.Process.Checks == nil || required(*s.Process.Checks) || len(s.Process.Checks.Ours) == 0 {
			return nil
		}
		c := s.Process.Checks
		text := fmt.Sprintf("the branch %s can be merged into without waiting for this check, `%s`", c.Branch, c.Ours[0])
		if len(c.Required) > 0 {
			text += "; it waits for " + strings.Join(c.Required[:min(len(c.Required), 5)], ", ")
		}
		return []review.Hit{{What: []string{c.Branch, c.Ours[0]}, Text: text}}
	},
}

// required reports whether a merge waits for the verdict, by the commit status or by the
// job that sets it.
func required(c review.Checks) bool {
	return slices.ContainsFunc(c.Ours, func(name string) bool {
		return slices.ContainsFunc(c.Required, func(r string) bool {
			// A job of a matrix is "plan (staging)", one of a reusable workflow "caller / plan".
			return r == name || strings.HasPrefix(r, name+" (") || strings.HasSuffix(r, " / "+name) || pattern(r, name)
		})
	})
}

// pattern reports whether a name that stands for many, as Gitea has them, fits.
func pattern(required, name string) bool {
	if !strings.Contains(required, "*") {
		return false
	}
	flat := strings.NewReplacer("/", "\x00")
	matched, err := path.Match(flat.Replace(required), flat.Replace(name))
	return err == nil && matched
}

func sayRequired(list ...string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		if required(review.Checks{Required: list, Ours: []string{"moose-migrate / production"}}) {
			return "a blocked plan waits", nil
		}
		return "a blocked plan can be merged", nil
	}
}
