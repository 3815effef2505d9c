package forge

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/google/go-github/v60/github"
)

// commenting is the line for comments on pull requests.
const commenting = "pull-requests: write"

func (c *Client) toComment(login string, in *github.IssueComment) Comment {
	author := in.GetUser().GetLogin()
	return Comment{
		ID: in.GetID(), Author: author, Body: in.GetBody(), URL: in.GetHTMLURL(),
		CreatedAt: in.GetCreatedAt().Time, UpdatedAt: in.GetUpdatedAt().Time, Mine: c.mine(login, author),
	}
}

// Comments gives all comments on a pull request or an issue, oldest first.
func (c *Client) Comments(ctx context.Context, number int) ([]Comment, error) {
	login, err := c.Login(ctx)
	if err != nil {
		return nil, err
	}
	// Gitea gives all of them in one answer, whatever page is asked for.
	found, err := list[*github.IssueComment](ctx, c, call{
		doing: "read the comments", permission: "pull-requests: read",
		path: c.repoPath("issues/%d/comments", number),
	})
	if err != nil {
		return nil, err
	}
	comments := make([]Comment, 0, len(found))
	for _, f := range found {
		comments = append(comments, c.toComment(login, f))
	}
	return comments, nil
}

type commentBody struct {
	Body string `json:"body"`
}

// CreateComment adds one. When the host breaks off, it looks whether the comment is there
// before it repeats.
func (c *Client) CreateComment(ctx context.Context, number int, body string) (Comment, error) {
	before, err := c.Comments(ctx, number)
	if err != nil {
		return Comment{}, err
	}
	known := map[int64]bool{}
	for _, b := range before {
		known[b.ID] = true
	}
	body = c.redact(body)
	return sure(ctx, c, func() (Comment, error) { return c.createComment(ctx, number, body) }, func() (Comment, bool, error) {
		now, err := c.Comments(ctx, number)
		for _, n := range now {
			if n.Mine && !known[n.ID] && sameText(n.Body, body) {
				return n, true, nil
			}
		}
		return Comment{}, false, err
	})
}

// createComment sends it once; body is redacted.
func (c *Client) createComment(ctx context.Context, number int, body string) (Comment, error) {
	login, err := c.Login(ctx)
	if err != nil {
		return Comment{}, err
	}
	out := &github.IssueComment{}
	_, err = c.do(ctx, call{
		doing: "comment on the pull request", permission: commenting, method: http.MethodPost, once: true,
		path: c.repoPath("issues/%d/comments", number), in: commentBody{body}, out: out,
	})
	if err != nil {
		return Comment{}, err
	}
	return c.toComment(login, out), nil
}

// UpdateComment replaces a comment's text. ErrNotFound: it was deleted.
func (c *Client) UpdateComment(ctx context.Context, id int64, body string) (Comment, error) {
	login, err := c.Login(ctx)
	if err != nil {
		return Comment{}, err
	}
	out := &github.IssueComment{}
	_, err = c.do(ctx, call{
		doing: "update the comment", permission: commenting, method: http.MethodPatch, gone: true,
		path: c.repoPath("issues/comments/%d", id), in: commentBody{c.redact(body)}, out: out,
	})
	if err != nil {
		return Comment{}, err
	}
	return c.toComment(login, out), nil
}

// DeleteComment removes one; one that is gone already is no error.
func (c *Client) DeleteComment(ctx context.Context, id int64) error {
	_, err := c.do(ctx, call{
		doing: "delete the comment", permission: commenting, method: http.MethodDelete, gone: true,
		path: c.repoPath("issues/comments/%d", id),
	})
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// React adds a reaction, such as "+1" or "eyes", to a comment. It is a nicety: a failure
// is logged and forgotten.
func (c *Client) React(ctx context.Context, id int64, content string) {
	_, err := c.do(ctx, call{
		doing: "react to the comment", permission: commenting, method: http.MethodPost, gone: true,
		path: c.repoPath("issues/comments/%d/reactions", id), in: map[string]string{"content": content},
	})
	if err != nil {
		c.o.Log(err.Error())
	}
}

// sureTries is how often something that must happen once is tried.
const sureTries = 3

// sure does what must not be done twice: when it is uncertain whether it happened, it waits
// and looks before it tries again.
func sure[T any](ctx context.Context, c *Client, do func() (T, error), look func() (T, bool, error)) (T, error) {
	pauses := newBackOff()
	for try := 1; ; try++ {
		done, err := do()
		if err == nil || !errors.Is(err, ErrUncertain) {
			return done, err
		}
		pause := pauses.NextBackOff() + time.Second
		c.o.Log(err.Error() + "; looking again in " + pause.Round(time.Millisecond).String())
		if waitErr := c.o.Sleep(ctx, pause); waitErr != nil {
			return done, waitErr
		}
		found, ok, lookErr := look()
		if ok || lookErr != nil {
			return found, lookErr
		}
		if try == sureTries {
			return done, err
		}
	}
}
