package forge

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
)

// giteaCommit uses POST /repos/{owner}/{repo}/contents, with create and update as operations
// (ChangeFilesOptions in modules/structs/repo_file.go). It has no parent to build on, but
// refuses a file whose blob is not the one named.
func (c *Client) giteaCommit(ctx context.Context, branch, parentSHA, message string, files []File) (string, error) {
	var at struct {
		Commit struct {
			ID string `json:"id"`
		} `json:"commit"`
	}
	q := call{doing: "commit the files", permission: pushing, method: http.MethodGet, path: c.repoPath("branches") + "/" + escapePath(branch), out: &at}
	if _, err := c.do(ctx, q); err != nil {
		return "", err
	}
	if at.Commit.ID != parentSHA {
		return "", moved(branch, parentSHA)
	}
	var changes []map[string]string
	for _, f := range files {
		change, err := c.giteaChange(ctx, parentSHA, f)
		if err != nil {
			return "", err
		}
		if change != nil {
			changes = append(changes, change)
		}
	}
	if len(changes) == 0 {
		return parentSHA, nil
	}
	return sure(ctx, c, func() (string, error) {
		var out struct {
			Commit struct {
				SHA string `json:"sha"`
			} `json:"commit"`
		}
		_, err := c.do(ctx, call{
			doing: "commit the files", permission: pushing, method: http.MethodPost, once: true, path: c.repoPath("contents"),
			in: map[string]any{"branch": branch, "message": message, "files": changes}, out: &out,
		})
		return out.Commit.SHA, err
	}, func() (string, bool, error) {
		if _, err := c.do(ctx, q); err != nil {
			return "", false, err
		}
		if at.Commit.ID == parentSHA {
			return "", false, nil
		}
		for _, f := range files {
			if change, err := c.giteaChange(ctx, at.Commit.ID, f); err != nil || change != nil {
				return "", true, errors.Join(moved(branch, parentSHA), err)
			}
		}
		return at.Commit.ID, true, nil
	})
}

// giteaChange is what to send for a file; nil: it is already so at that commit.
func (c *Client) giteaChange(ctx context.Context, sha string, f File) (map[string]string, error) {
	content := base64.StdEncoding.EncodeToString(f.Content)
	change := map[string]string{"operation": "create", "path": f.Path, "content": content}
	var there struct {
		SHA     string `json:"sha"`
		Content string `json:"content"`
	}
	_, err := c.do(ctx, call{
		doing: "commit the files", permission: "contents: read", method: http.MethodGet, gone: true,
		path: c.repoPath("contents") + "/" + escapePath(f.Path), query: map[string][]string{"ref": {sha}}, out: &there,
	})
	if errors.Is(err, ErrNotFound) {
		return change, nil
	}
	if err != nil {
		return nil, err
	}
	if strings.ReplaceAll(there.Content, "\n", "") == content {
		return nil, nil
	}
	change["operation"], change["sha"] = "update", there.SHA
	return change, nil
}
