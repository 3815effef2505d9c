package forge

import (
	"context"
	"errors"
	"net/http"
	"slices"
)

// branchJSON is a branch with what a merge into it waits for: "protection" on GitHub,
// the other two members on Gitea.
type branchJSON struct {
	Protection struct {
		Checks struct {
			Contexts []string `json:"contexts"`
		} `json:"required_status_checks"`
	} `json:"protection"`
	EnableStatusCheck   bool     `json:"enable_status_check"`
	StatusCheckContexts []string `json:"status_check_contexts"`
}

// ruleJSON is one rule of a ruleset that holds for a branch.
type ruleJSON struct {
	Type       string `json:"type"`
	Parameters struct {
		Checks []struct {
			Context string `json:"context"`
		} `json:"required_status_checks"`
	} `json:"parameters"`
}

// RequiredChecks gives the names of the checks that a merge into a branch waits for, by
// the branch's protection and by rulesets, sorted; Gitea's can be patterns with *. Both
// may be read by everyone who may read the repository, unless the host says otherwise.
func (c *Client) RequiredChecks(ctx context.Context, branch string) ([]string, error) {
	var b branchJSON
	_, err := c.do(ctx, call{
		doing: "read the branch " + branch, permission: "contents: read", method: http.MethodGet, path: c.repoPath("branches/%s", branch), out: &b,
	})
	if err != nil {
		return nil, err
	}
	if c.o.Flavor == Gitea {
		if !b.EnableStatusCheck {
			return nil, nil
		}
		return sorted(b.StatusCheckContexts), nil
	}
	out := b.Protection.Checks.Contexts
	rules, err := list[ruleJSON](ctx, c, call{doing: "read the rules of the branch " + branch, permission: "metadata: read", path: c.repoPath("rules/branches/%s", branch)})
	// GitHub Enterprise Server has rulesets since 3.11.
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	for _, r := range rules {
		if r.Type != "required_status_checks" {
			continue
		}
		for _, check := range r.Parameters.Checks {
			out = append(out, check.Context)
		}
	}
	return sorted(out), nil
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
