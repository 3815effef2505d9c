package forge

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

type deploymentJSON struct {
	ID          int64             `json:"id,omitempty"`
	Ref         string            `json:"ref"`
	Environment string            `json:"environment,omitempty"`
	Description string            `json:"description,omitempty"`
	Payload     map[string]string `json:"payload,omitempty"`
	// Both are always sent: left out, GitHub would merge the default branch into ref, and
	// refuse a commit whose checks are not all green, among them the caller's own.
	AutoMerge        bool     `json:"auto_merge"`
	RequiredContexts []string `json:"required_contexts"`
}

// noDeployments: Gitea's and Forgejo's routers have no deployments.
func (c *Client) noDeployments() error {
	if c.o.Flavor == Gitea {
		return fmt.Errorf("cannot record a deployment: %w", ErrUnsupported)
	}
	return nil
}

// Deploy records that a commit goes to an environment, and gives the deployment's id.
func (c *Client) Deploy(ctx context.Context, d Deployment) (int64, error) {
	if err := c.noDeployments(); err != nil {
		return 0, err
	}
	in := deploymentJSON{Ref: d.Ref, Environment: c.redact(d.Environment), Description: shorten(c.redact(d.Description), maxDescription), RequiredContexts: []string{}}
	if len(d.Payload) > 0 {
		in.Payload = map[string]string{}
		for k, v := range d.Payload {
			in.Payload[k] = c.redact(v)
		}
	}
	known := map[int64]bool{}
	before, err := c.deployments(ctx, in)
	if err != nil {
		return 0, err
	}
	for _, id := range before {
		known[id] = true
	}
	return sure(ctx, c, func() (int64, error) {
		var out struct {
			ID int64 `json:"id"`
		}
		_, err := c.do(ctx, call{
			doing: "create the deployment", permission: "deployments: write", method: http.MethodPost, once: true,
			path: c.repoPath("deployments"), in: in, out: &out,
		})
		return out.ID, err
	}, func() (int64, bool, error) {
		now, err := c.deployments(ctx, in)
		for _, id := range now {
			if !known[id] {
				return id, true, nil
			}
		}
		return 0, false, err
	})
}

// deployments gives the ids of those with the same ref and environment.
func (c *Client) deployments(ctx context.Context, of deploymentJSON) ([]int64, error) {
	found, err := list[struct {
		ID int64 `json:"id"`
	}](ctx, c, call{
		doing: "read the deployments", permission: "deployments: write", path: c.repoPath("deployments"),
		query: url.Values{"ref": {of.Ref}, "environment": {of.Environment}},
	})
	ids := make([]int64, 0, len(found))
	for _, f := range found {
		ids = append(ids, f.ID)
	}
	return ids, err
}

// SetDeploymentState says how a deployment goes. The addresses may be empty.
func (c *Client) SetDeploymentState(ctx context.Context, id int64, state DeploymentState, description, logURL, environmentURL string) error {
	if err := c.noDeployments(); err != nil {
		return err
	}
	in := map[string]any{"state": state, "description": shorten(c.redact(description), maxDescription)}
	for name, value := range map[string]string{"log_url": logURL, "environment_url": environmentURL} {
		if value != "" {
			in[name] = c.redact(value)
		}
	}
	_, err := c.do(ctx, call{
		doing: "set the deployment's state", permission: "deployments: write", method: http.MethodPost,
		path: c.repoPath("deployments/%d/statuses", id), in: in,
	})
	return err
}
