package forge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// actionsLogin is who GITHUB_TOKEN is on GitHub.
const actionsLogin = "github-actions[bot]"

// giteaActionsLogin is who the token of a run is on Gitea; Forgejo calls it forgejo-actions.
const giteaActionsLogin = "gitea-actions"

// Login is who the token is. GitHub does not tell the token of a workflow with GET /user
// (403), but does over GraphQL; when neither answers it is taken for that token. It is
// asked once.
func (c *Client) Login(ctx context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.login != "" {
		return c.login, nil
	}
	var user struct {
		Login string `json:"login"`
	}
	_, err := c.do(ctx, call{doing: "ask who the token is", method: http.MethodGet, path: "user", out: &user})
	switch {
	case err == nil && user.Login != "":
		c.login = user.Login
	case err != nil && !errors.Is(err, ErrForbidden) && !errors.Is(err, ErrNotFound):
		return "", err
	case c.o.Flavor == Gitea:
		c.login = giteaActionsLogin
	default:
		c.login, err = c.viewer(ctx)
		if errors.Is(err, ErrUnauthorized) || ctx.Err() != nil {
			return "", err
		}
		if err != nil || c.login == "" {
			c.login = actionsLogin
		}
	}
	return c.login, nil
}

// viewer asks over GraphQL.
func (c *Client) viewer(ctx context.Context) (string, error) {
	q := call{
		doing: "ask who the token is", method: http.MethodPost, path: c.o.GraphQLURL,
		in: map[string]string{"query": "query{viewer{login}}"},
	}
	var answer json.RawMessage
	q.out = &answer
	if _, err := c.do(ctx, q); err != nil {
		return "", err
	}
	return decodeViewer(answer)
}

// decodeViewer reads {"data":{"viewer":{"login":"..."}}}.
func decodeViewer(data []byte) (string, error) {
	var answer struct {
		Data struct {
			Viewer struct {
				Login string `json:"login"`
			} `json:"viewer"`
		} `json:"data"`
		Errors []struct {
			Message string `json:"message"`
		} `json:"errors"`
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		return "", fmt.Errorf("reading who the token is: %w", err)
	}
	if answer.Data.Viewer.Login == "" {
		if len(answer.Errors) > 0 {
			return "", fmt.Errorf("asking who the token is: %s", shorten(answer.Errors[0].Message, 200))
		}
		return "", errors.New("the host does not say who the token is")
	}
	return answer.Data.Viewer.Login, nil
}

// sameLogin compares without the "[bot]" that REST appends to apps and GraphQL does not.
func sameLogin(a, b string) bool {
	return a != "" && strings.EqualFold(strings.TrimSuffix(a, "[bot]"), strings.TrimSuffix(b, "[bot]"))
}

// mine reports whether author is who the token is. The token of a run on Forgejo is not
// always told who it is, and is then taken for either name.
func (c *Client) mine(login, author string) bool {
	if c.o.Flavor == Gitea && login == giteaActionsLogin && author == "forgejo-actions" {
		return true
	}
	return sameLogin(login, author)
}
