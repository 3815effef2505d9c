package forge

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/go-github/v60/github"
)

const filing = "issues: write"

func toIssue(login string, in *github.Issue) Issue {
	author := in.GetUser().GetLogin()
	return Issue{
		Number: in.GetNumber(), Author: author, Title: in.GetTitle(), Body: in.GetBody(),
		Open: in.GetState() == "open", URL: in.GetHTMLURL(), Mine: mine(login, author),
	}
}

// Issues gives all issues with a label, open and closed, without pull requests. An empty
// label means all.
func (c *Client) Issues(ctx context.Context, label string) ([]Issue, error) {
	login, err := c.Login(ctx)
	if err != nil {
		return nil, err
	}
	q := call{doing: "read the issues", permission: "issues: read", path: c.repoPath("issues"), query: url.Values{"state": {"all"}}}
	if label != "" {
		q.query.Set("labels", label)
	}
	if c.o.Flavor == Gitea {
		q.query.Set("type", "issues") // Gitea's own parameter (ListIssues)
	}
	found, err := list[*github.Issue](ctx, c, q)
	if err != nil {
		return nil, err
	}
	var issues []Issue
	for _, f := range found {
		if !f.IsPullRequest() {
			issues = append(issues, toIssue(login, f))
		}
	}
	return issues, nil
}

// Labels gives the names of the labels of a pull request or an issue.
func (c *Client) Labels(ctx context.Context, number int) ([]string, error) {
	found, err := list[*github.Label](ctx, c, call{
		doing: "read the labels of the pull request", permission: "pull-requests: read", path: c.repoPath("issues/%d/labels", number),
	})
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range found {
		names = append(names, f.GetName())
	}
	return names, nil
}

// CreateIssue opens one. Labels that do not exist are created; when the token may not do
// that, the issue goes without them.
func (c *Client) CreateIssue(ctx context.Context, title, body string, labels []string) (Issue, error) {
	login, err := c.Login(ctx)
	if err != nil {
		return Issue{}, err
	}
	title, body = c.redact(title), c.redact(body)
	before, err := c.newestIssues(ctx)
	if err != nil {
		return Issue{}, err
	}
	last := 0
	for _, b := range before {
		last = max(last, b.GetNumber())
	}
	in := map[string]any{"title": title, "body": body}
	if names, ids := c.labels(ctx, labels); c.o.Flavor == Gitea && len(ids) > 0 {
		in["labels"] = ids // Gitea's CreateIssueOption wants numbers
	} else if c.o.Flavor == GitHub && len(names) > 0 {
		in["labels"] = names
	}
	return sure(ctx, c, func() (Issue, error) {
		out := &github.Issue{}
		_, err := c.do(ctx, call{doing: "open the issue", permission: filing, method: http.MethodPost, once: true, path: c.repoPath("issues"), in: in, out: out})
		return toIssue(login, out), err
	}, func() (Issue, bool, error) {
		now, err := c.newestIssues(ctx)
		for _, n := range now {
			if i := toIssue(login, n); i.Mine && i.Number > last && i.Title == title {
				return i, true, nil
			}
		}
		return Issue{}, false, err
	})
}

// newestIssues gives the newest hundred, pull requests among them: both hosts list the
// newest first.
func (c *Client) newestIssues(ctx context.Context) ([]*github.Issue, error) {
	var found []*github.Issue
	q := call{doing: "read the issues", permission: "issues: read", method: http.MethodGet, path: c.repoPath("issues"), out: &found}
	q.query = url.Values{"state": {"all"}, "per_page": {strconv.Itoa(perPage)}}
	if c.o.Flavor == Gitea {
		q.query = url.Values{"state": {"all"}, "limit": {strconv.Itoa(giteaLimit)}}
	}
	_, err := c.do(ctx, q)
	return found, err
}

// UpdateIssue replaces title and text, and opens or closes it.
func (c *Client) UpdateIssue(ctx context.Context, number int, title, body string, open bool) (Issue, error) {
	login, err := c.Login(ctx)
	if err != nil {
		return Issue{}, err
	}
	state := "closed"
	if open {
		state = "open"
	}
	out := &github.Issue{}
	_, err = c.do(ctx, call{
		doing: "update the issue", permission: filing, method: http.MethodPatch, gone: true, path: c.repoPath("issues/%d", number),
		in: map[string]string{"title": c.redact(title), "body": c.redact(body), "state": state}, out: out,
	})
	if err != nil {
		return Issue{}, err
	}
	return toIssue(login, out), nil
}

// labels makes sure that labels exist and gives the names and ids of those that do. It
// never fails: an issue without its label is better than none.
func (c *Client) labels(ctx context.Context, wanted []string) (names []string, ids []int64) {
	if len(wanted) == 0 {
		return nil, nil
	}
	there := map[string]int64{}
	found, err := list[*github.Label](ctx, c, call{doing: "read the labels", permission: "issues: read", path: c.repoPath("labels")})
	if err != nil {
		c.o.Log(err.Error())
		return nil, nil
	}
	for _, f := range found {
		there[f.GetName()] = f.GetID()
	}
	for _, name := range wanted {
		name = shorten(c.redact(name), 50) // GitHub's limit
		id, ok := there[name]
		if !ok {
			out := &github.Label{}
			// GitHub answers a second time with 422, already_exists; Gitea makes another.
			_, err := c.do(ctx, call{
				doing: "create the label " + name, permission: filing, method: http.MethodPost, once: c.o.Flavor == Gitea, path: c.repoPath("labels"),
				in: map[string]string{"name": name, "color": "d4a72c", "description": ""}, out: out,
			})
			if err != nil && !strings.Contains(err.Error(), "already_exists") {
				c.o.Log(err.Error() + "; the issue goes without it")
				continue
			}
			id = out.GetID()
		}
		names, ids = append(names, name), append(ids, id)
	}
	return names, ids
}
