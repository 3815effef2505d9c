package forge

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/google/go-github/v60/github"
)

const pushing = "contents: write"

// notFastForward is how GitHub refuses to move a branch that has moved: 422 with "Update is
// not a fast forward" or "Reference update failed".
var notFastForward = regexp.MustCompile(`(?i)not a fast.?forward`)

// CommitFiles commits files onto a branch whose newest commit is parentSHA; nothing else
// changes. ErrMoved: the branch has another newest commit. When the files are already so,
// there is no commit and parentSHA comes back. A commit made with the token of a workflow
// starts no further workflow.
func (c *Client) CommitFiles(ctx context.Context, branch, parentSHA, message string, files []File) (string, error) {
	for _, f := range files {
		if !cleanPath(f.Path) {
			return "", fmt.Errorf("cannot commit %q: it is not a path inside the repository", f.Path)
		}
		if text := string(f.Content); c.redact(text) != text {
			// Hiding it would commit another file than the caller has.
			return "", fmt.Errorf("cannot commit %s: it contains a secret", f.Path)
		}
	}
	if len(files) == 0 {
		return parentSHA, nil
	}
	message = c.redact(message)
	if c.o.Flavor == Gitea {
		return c.giteaCommit(ctx, branch, parentSHA, message, files)
	}
	var ref github.Reference
	if err := c.git(ctx, http.MethodGet, "ref/heads/"+escapePath(branch), nil, &ref); err != nil {
		return "", err
	}
	if ref.GetObject().GetSHA() != parentSHA {
		return "", moved(branch, parentSHA)
	}
	var parent github.Commit
	if err := c.git(ctx, http.MethodGet, "commits/"+escapePath(parentSHA), nil, &parent); err != nil {
		return "", err
	}
	var entries []map[string]string
	for _, f := range files {
		var blob github.Blob
		in := map[string]string{"content": base64.StdEncoding.EncodeToString(f.Content), "encoding": "base64"}
		if err := c.git(ctx, http.MethodPost, "blobs", in, &blob); err != nil {
			return "", err
		}
		entries = append(entries, map[string]string{"path": f.Path, "mode": "100644", "type": "blob", "sha": blob.GetSHA()})
	}
	var tree github.Tree
	if err := c.git(ctx, http.MethodPost, "trees", map[string]any{"base_tree": parent.GetTree().GetSHA(), "tree": entries}, &tree); err != nil {
		return "", err
	}
	if tree.GetSHA() == parent.GetTree().GetSHA() {
		return parentSHA, nil
	}
	var commit github.Commit
	if err := c.git(ctx, http.MethodPost, "commits", map[string]any{"message": message, "tree": tree.GetSHA(), "parents": []string{parentSHA}}, &commit); err != nil {
		return "", err
	}
	// Repeating this after it happened changes nothing.
	err := c.git(ctx, http.MethodPatch, "refs/heads/"+escapePath(branch), map[string]any{"sha": commit.GetSHA(), "force": false}, &ref)
	if err != nil && notFastForward.MatchString(err.Error()) {
		return "", moved(branch, parentSHA)
	}
	return commit.GetSHA(), err
}

func moved(branch, parent string) error {
	return fmt.Errorf("cannot commit onto %s: %w than %s", branch, ErrMoved, parent)
}

// git is a call of the Git data API. Blobs, trees and commits may be created twice.
func (c *Client) git(ctx context.Context, method, path string, in, out any) error {
	_, err := c.do(ctx, call{
		doing: "commit the files", permission: pushing, method: method, path: c.repoPath("git") + "/" + path, in: in, out: out,
	})
	return err
}

// cleanPath reports whether p stays inside the repository and outside of .git.
func cleanPath(p string) bool {
	if p == "" || p == "." || p != path.Clean(p) || path.IsAbs(p) || strings.ContainsAny(p, "\\\x00\n") {
		return false
	}
	for part := range strings.SplitSeq(p, "/") {
		if part == ".." || strings.EqualFold(part, ".git") {
			return false
		}
	}
	return true
}

// escapePath escapes each part of a path.
func escapePath(p string) string {
	parts := strings.Split(p, "/")
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return strings.Join(parts, "/")
}

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
