package forge

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/go-github/v60/github"
)

func toPull(p *github.PullRequest) PullRequest {
	return PullRequest{
		Number: p.GetNumber(), HeadSHA: p.GetHead().GetSHA(), HeadRef: p.GetHead().GetRef(),
		HeadRepo: p.GetHead().GetRepo().GetFullName(), BaseRef: p.GetBase().GetRef(), BaseSHA: p.GetBase().GetSHA(),
		Author: p.GetUser().GetLogin(), Draft: p.GetDraft(), Open: p.GetState() == "open",
		// Lists have no "merged", only the time.
		Merged: p.GetMerged() || p.MergedAt != nil, MergeSHA: p.GetMergeCommitSHA(), URL: p.GetHTMLURL(),
	}
}

// PullRequest reads one.
func (c *Client) PullRequest(ctx context.Context, number int) (PullRequest, error) {
	out := &github.PullRequest{}
	_, err := c.do(ctx, call{
		doing: fmt.Sprintf("read pull request #%d", number), permission: "pull-requests: read", method: http.MethodGet,
		path: c.repoPath("pulls/%d", number), out: out,
	})
	return toPull(out), err
}

// PullRequestsOf gives the pull requests that a commit is part of, or that it merged.
func (c *Client) PullRequestsOf(ctx context.Context, sha string) ([]PullRequest, error) {
	q := call{doing: "look for the commit's pull request", permission: "pull-requests: read", path: c.repoPath("commits/%s/pulls", sha)}
	if c.o.Flavor == Gitea {
		// GET .../commits/{sha}/pull is the only one there is (routers/api/v1/api.go): the pull
		// request that merged this commit, or 404.
		out := &github.PullRequest{}
		q.method, q.path, q.out = http.MethodGet, c.repoPath("commits/%s/pull", sha), out
		if _, err := c.do(ctx, q); errors.Is(err, ErrNotFound) {
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		return []PullRequest{toPull(out)}, nil
	}
	return c.pulls(ctx, q)
}

// PullRequestsByHead gives the open pull requests from a branch of owner's repository.
func (c *Client) PullRequestsByHead(ctx context.Context, owner, branch string) ([]PullRequest, error) {
	q := call{doing: "look for the branch's pull request", permission: "pull-requests: read", path: c.repoPath("pulls")}
	q.query = url.Values{"state": {"open"}}
	if c.o.Flavor == GitHub {
		q.query.Set("head", owner+":"+branch)
	}
	found, err := c.pulls(ctx, q)
	if err != nil {
		return nil, err
	}
	// Gitea's list knows no head (ListPullRequests: state, sort, milestone, labels, poster).
	var matching []PullRequest
	for _, p := range found {
		if from := ownerOf(p.HeadRepo); p.HeadRef == branch && (from == "" || from == owner) {
			matching = append(matching, p)
		}
	}
	return matching, nil
}

// recentlyMerged is how many of the pull requests that were closed last are looked at.
const recentlyMerged = 50

// RecentlyMerged gives the pull requests into a branch that were merged, the most
// recently changed first, as far as they are among the last that were closed.
func (c *Client) RecentlyMerged(ctx context.Context, base string) ([]PullRequest, error) {
	var found []*github.PullRequest
	_, err := c.do(ctx, call{
		doing: "look for merged pull requests", permission: "pull-requests: read", method: http.MethodGet, path: c.repoPath("pulls"), out: &found,
		query: url.Values{"state": {"closed"}, "base": {base}, "sort": {"updated"}, "direction": {"desc"}, "per_page": {strconv.Itoa(recentlyMerged)}, "limit": {strconv.Itoa(recentlyMerged)}},
	})
	if err != nil {
		return nil, err
	}
	var merged []PullRequest
	for _, f := range found {
		if p := toPull(f); p.Merged && p.BaseRef == base {
			merged = append(merged, p)
		}
	}
	return merged, nil
}

func ownerOf(repo string) string {
	for i := range len(repo) {
		if repo[i] == '/' {
			return repo[:i]
		}
	}
	return ""
}

func (c *Client) pulls(ctx context.Context, q call) ([]PullRequest, error) {
	found, err := list[*github.PullRequest](ctx, c, q)
	if err != nil {
		return nil, err
	}
	pulls := make([]PullRequest, 0, len(found))
	for _, f := range found {
		// In a network of forks a commit belongs to pull requests of other repositories, too.
		if base := f.GetBase().GetRepo().GetFullName(); base == "" || strings.EqualFold(base, c.o.Repo.String()) {
			pulls = append(pulls, toPull(f))
		}
	}
	return pulls, nil
}

// maxCommits is the most that is listed, which GitHub's limit is as well.
const maxCommits = 10_000

// Commits gives the commits that head has and base has not, oldest first. More than can be
// listed is an error.
func (c *Client) Commits(ctx context.Context, base, head string) ([]string, error) {
	var shas []string
	for page := 1; ; page++ {
		var out github.CommitsComparison
		// Gitea answers all commits at once (CompareDiff), whatever page is asked for.
		_, err := c.do(ctx, call{
			doing: "list the commits between " + base + " and " + head, permission: "contents: read", method: http.MethodGet,
			path:  c.repoPath("compare/") + "/" + url.PathEscape(base) + "..." + url.PathEscape(head),
			query: url.Values{"per_page": {strconv.Itoa(perPage)}, "page": {strconv.Itoa(page)}}, out: &out,
		})
		if err != nil {
			return nil, err
		}
		for _, commit := range out.Commits {
			shas = append(shas, commit.GetSHA())
		}
		switch total := out.GetTotalCommits(); {
		case len(shas) >= total:
			return shas, nil
		case total > maxCommits || len(out.Commits) == 0:
			return nil, fmt.Errorf("cannot list the commits between %s and %s: there are %d, of which the host lists %d", base, head, total, len(shas))
		}
	}
}

// Permission is what a login may do here: "admin", "write", "read" or "none". The roles
// maintain and triage count as write and read. A login that is not there has none.
func (c *Client) Permission(ctx context.Context, login string) (string, error) {
	var out struct {
		Permission string `json:"permission"`
		RoleName   string `json:"role_name"`
	}
	_, err := c.do(ctx, call{
		doing: "ask what " + login + " may do", permission: "metadata: read", method: http.MethodGet,
		path: c.repoPath("collaborators/%s/permission", login), out: &out,
	})
	if errors.Is(err, ErrNotFound) {
		return "none", nil
	}
	if err != nil {
		return "", err
	}
	for _, name := range []string{out.Permission, out.RoleName} {
		switch name {
		case "admin", "write", "read", "none":
			return name, nil
		case "owner": // Gitea
			return "admin", nil
		case "maintain":
			return "write", nil
		case "triage":
			return "read", nil
		}
	}
	return "", fmt.Errorf("the host calls what %s may do %q, which is not known", login, shorten(out.Permission, 50))
}

// Rerun starts a workflow run anew. ErrStillRunning: it has not ended.
func (c *Client) Rerun(ctx context.Context, runID int64) error {
	attempt := func() (int, string, error) {
		var run struct {
			Attempt int    `json:"run_attempt"`
			Status  string `json:"status"`
		}
		_, err := c.do(ctx, call{doing: "read the workflow run", permission: "actions: read", method: http.MethodGet, path: c.repoPath("actions/runs/%d", runID), out: &run})
		return run.Attempt, run.Status, c.absent(err)
	}
	before, status, err := attempt()
	if err != nil {
		return err
	}
	if status != "" && status != "completed" && status != "success" && status != "failure" && status != "cancelled" && status != "skipped" {
		return fmt.Errorf("cannot run the workflow again: %w", ErrStillRunning)
	}
	_, err = sure(ctx, c, func() (struct{}, error) {
		_, err := c.do(ctx, call{
			doing: "run the workflow again", permission: "actions: write", method: http.MethodPost, once: true,
			path: c.repoPath("actions/runs/%d/rerun", runID),
		})
		return struct{}{}, c.absent(err)
	}, func() (struct{}, bool, error) {
		now, _, err := attempt()
		return struct{}{}, now > before, err
	})
	return err
}

// absent says of a 404 on Gitea that the host lacks the thing: runs and their rerun came to
// its API late (the router of 1.23 has only .../actions/tasks).
func (c *Client) absent(err error) error {
	if c.o.Flavor == Gitea && errors.Is(err, ErrNotFound) {
		return fmt.Errorf("%w (%s)", ErrUnsupported, err.Error())
	}
	return err
}

// DefaultBranch is the repository's.
func (c *Client) DefaultBranch(ctx context.Context) (string, error) {
	var out github.Repository
	_, err := c.do(ctx, call{doing: "read the repository", permission: "contents: read", method: http.MethodGet, path: c.repoPath(""), out: &out})
	return out.GetDefaultBranch(), err
}

// OpenPullRequests gives the open pull requests into a branch, the most recently changed
// first, as far as they are among the last limit ones that were changed.
func (c *Client) OpenPullRequests(ctx context.Context, base string, limit int) ([]PullRequest, error) {
	var found []*github.PullRequest
	_, err := c.do(ctx, call{
		doing: "look for open pull requests", permission: "pull-requests: read", method: http.MethodGet, path: c.repoPath("pulls"), out: &found,
		query: url.Values{"state": {"open"}, "base": {base}, "sort": {"updated"}, "direction": {"desc"}, "per_page": {strconv.Itoa(limit)}, "limit": {strconv.Itoa(limit)}},
	})
	if err != nil {
		return nil, err
	}
	var open []PullRequest
	for _, f := range found {
		if p := toPull(f); p.Open && p.BaseRef == base {
			open = append(open, p)
		}
	}
	return open, nil
}

// Missing gives the number of commits that base has and head has not, and the files that
// differ between base and what the two have in common, as far as the host lists them.
func (c *Client) Missing(ctx context.Context, head, base string) (commits int, files []string, err error) {
	var out github.CommitsComparison
	_, err = c.do(ctx, call{
		doing: "compare " + head + " with " + base, permission: "contents: read", method: http.MethodGet,
		path: c.repoPath("compare/") + "/" + url.PathEscape(head) + "..." + url.PathEscape(base), query: url.Values{"per_page": {"1"}}, out: &out,
	})
	for _, f := range out.Files {
		files = append(files, f.GetFilename())
	}
	return out.GetTotalCommits(), files, err
}
