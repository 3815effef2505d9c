package forge

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
)

const (
	// maxDescription is GitHub's limit for the description of statuses and deployment
	// states, in characters.
	maxDescription = 140
	// maxContext is the width of the column that holds the name of a check.
	maxContext = 255
)

// statusJSON is a status on the wire; Gitea calls the state "status" when it answers.
type statusJSON struct {
	ID          int64  `json:"id,omitempty"`
	State       State  `json:"state,omitempty"`
	Status      State  `json:"status,omitempty"`
	Context     string `json:"context"`
	Description string `json:"description"`
	TargetURL   string `json:"target_url,omitempty"`
}

// SetStatus adds a status to a commit; the newest of a context counts. A description is cut
// to 140 characters; a context of more than 255 is cut too, and ends in a digest that keeps
// it apart from others.
func (c *Client) SetStatus(ctx context.Context, sha string, s Status) error {
	_, err := c.do(ctx, call{
		doing: "set the commit status", permission: "statuses: write", method: http.MethodPost,
		path: c.repoPath("statuses/%s", sha),
		in: statusJSON{
			State: s.State, Context: contextName(c.redact(s.Context)), TargetURL: c.redact(s.TargetURL),
			Description: shorten(c.redact(s.Description), maxDescription),
		},
	})
	return err
}

func contextName(name string) string {
	if len([]rune(name)) <= maxContext {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return shorten(name, maxContext-9) + " " + hex.EncodeToString(sum[:4])
}

// Statuses gives the statuses of a commit, newest first.
func (c *Client) Statuses(ctx context.Context, sha string) ([]Status, error) {
	// Gitea has GET .../commits/{ref}/statuses as well (routers/api/v1/api.go).
	found, err := list[statusJSON](ctx, c, call{
		doing: "read the commit's statuses", permission: "statuses: read",
		path: c.repoPath("commits/%s/statuses", sha),
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(found, func(a, b statusJSON) int { return cmp.Compare(b.ID, a.ID) })
	statuses := make([]Status, 0, len(found))
	for _, f := range found {
		statuses = append(statuses, Status{
			State: cmp.Or(f.State, f.Status), Context: f.Context, Description: f.Description, TargetURL: f.TargetURL,
		})
	}
	return statuses, nil
}
