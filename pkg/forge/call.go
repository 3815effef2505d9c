package forge

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/go-github/v60/github"
)

// call is one request and what its failure means.
type call struct {
	// doing and permission are for errors: "comment on the pull request", "pull-requests: write".
	// An empty permission: reading, which a refusal is not explained by a line.
	doing, permission string
	method, path      string
	query             url.Values
	in, out           any
	// once: repeating it would do it twice.
	once bool
	// gone: the thing it works on may have been deleted, so 404 is not about permissions.
	gone bool
}

// repoPath is a path below the repository; args are escaped.
func (c *Client) repoPath(format string, args ...any) string {
	escaped := []any{url.PathEscape(c.o.Repo.Owner), url.PathEscape(c.o.Repo.Name)}
	for _, a := range args {
		if s, ok := a.(string); ok {
			a = url.PathEscape(s)
		}
		escaped = append(escaped, a)
	}
	return strings.TrimSuffix(fmt.Sprintf("repos/%s/%s/"+format, escaped...), "/")
}

func (c *Client) do(ctx context.Context, q call) (*github.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	path := q.path
	if len(q.query) > 0 {
		path += "?" + q.query.Encode()
	}
	request, err := c.api.NewRequest(q.method, path, q.in)
	if err != nil {
		return nil, c.failed(q, err)
	}
	if q.once {
		ctx = context.WithValue(ctx, onceKey{}, true)
	}
	response, err := c.api.Do(ctx, request, q.out)
	if err != nil {
		return response, c.failed(q, err)
	}
	return response, nil
}

// list reads all pages. On GitHub a full page without a following one is not believed:
// an answer "not modified" need not carry the links of today.
func list[T any](ctx context.Context, c *Client, q call) ([]T, error) {
	q.method = http.MethodGet
	if q.query == nil {
		q.query = url.Values{}
	}
	q.query.Set("per_page", strconv.Itoa(perPage))
	if c.o.Flavor == Gitea {
		q.query.Del("per_page")
		q.query.Set("limit", strconv.Itoa(giteaLimit))
	}
	var all []T
	for page := 1; page <= maxPages; page++ {
		q.query.Set("page", strconv.Itoa(page))
		var items []T
		q.out = &items
		response, err := c.do(ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
		more := response.NextPage > page || c.o.Flavor == GitHub && len(items) == perPage
		if !more || len(items) == 0 {
			return all, nil
		}
	}
	return nil, fmt.Errorf("cannot %s: there are more than %d pages", q.doing, maxPages)
}
