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

// Who the token of a run is on Gitea and on Forgejo.
const (
	giteaActionsLogin   = "gitea-actions"
	forgejoActionsLogin = "forgejo-actions"
)

// Login is who the token is, as comments name their author. GitHub does not tell the token
// of a workflow or an app with GET /user (403), but does over GraphQL; when neither answers
// it is taken for that of a workflow. It is asked once.
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
		c.login = c.giteaRunner(ctx)
	default:
		login, err := c.viewer(ctx)
		if errors.Is(err, ErrUnauthorized) || ctx.Err() != nil {
			return "", err
		}
		if err != nil {
			login = actionsLogin
		}
		// Only apps are refused GET /user, and GraphQL may leave this out. A person may have
		// an app's name, but never with brackets, so it keeps their comments apart.
		c.login = strings.TrimSuffix(login, "[bot]") + "[bot]"
	}
	return c.login, nil
}

// giteaRunner is who the token of a run is; the version of Forgejo is like "7.0.0+gitea-1.22.0".
func (c *Client) giteaRunner(ctx context.Context) string {
	var out struct {
		Version string `json:"version"`
	}
	_, err := c.do(ctx, call{doing: "ask for the host's version", method: http.MethodGet, path: "version", out: &out})
	if err == nil && strings.Contains(out.Version, "+gitea-") {
		return forgejoActionsLogin
	}
	return giteaActionsLogin
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

// mine reports whether author is who the token is.
func mine(login, author string) bool {
	return login != "" && strings.EqualFold(login, author)
}
