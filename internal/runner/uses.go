package runner

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Use is a step with another's action.
type Use struct {
	Host      *Host
	GitHub    GitHub
	Workspace string
	With      map[string]string // evaluated; names in lower case
}

// Handler stands for an action that is not ours. It returns the step's
// outputs. A *StepFailure fails the step, any other error the whole run.
type Handler func(context.Context, Use) (map[string]string, error)

// StepFailure is a step that failed as its action would.
type StepFailure struct{ Message string }

// Error gives the message.
func (f *StepFailure) Error() string { return f.Message }

var handlers = map[string]Handler{
	"actions/checkout":                  checkout,
	"actions/cache":                     func(context.Context, Use) (map[string]string, error) { return nil, nil },
	"actions/upload-artifact":           uploadArtifact,
	"actions/download-artifact":         downloadArtifact,
	"github/codeql-action/upload-sarif": uploadSARIF,
}

// only refuses inputs that a handler would not honour.
func (u Use) only(names ...string) error {
	for name := range u.With {
		if !slices.Contains(names, name) {
			return fmt.Errorf("this runner does not know the input %s of that action", name)
		}
	}
	return nil
}

// checkout fetches a commit of Host.Repository, as shallow as asked for. The
// remote's address is the repository's, which a step cannot reach.
func checkout(ctx context.Context, u Use) (map[string]string, error) {
	if err := u.only("ref", "path", "fetch-depth", "persist-credentials", "token", "repository", "clean"); err != nil {
		return nil, err
	}
	if repo := u.With["repository"]; repo != "" && repo != u.GitHub.Repository {
		return nil, fmt.Errorf("this runner has no repository %s", repo)
	}
	dir := filepath.Join(u.Workspace, u.With["path"])
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the folder of the checkout: %w", err)
	}
	ref := first(u.With["ref"], u.GitHub.SHA)
	if strings.Trim(ref, "0") == "" {
		ref = "HEAD"
	}
	fetch := []string{
		"fetch", "--quiet", "--no-tags", "--upload-pack", "git -c uploadpack.allowAnySHA1InWant=true -c safe.directory=* upload-pack",
		"file://" + u.Host.Repository, "+" + ref + ":refs/remotes/origin/checkout",
	}
	if depth := first(u.With["fetch-depth"], "1"); depth != "0" {
		fetch = slices.Insert(fetch, 1, "--depth="+depth)
	} else {
		fetch = append(fetch, "+refs/heads/*:refs/remotes/origin/*")
	}
	for _, args := range [][]string{
		{"init", "--quiet"},
		fetch,
		{"checkout", "--quiet", "--force", "--detach", "refs/remotes/origin/checkout"},
		{"config", "remote.origin.url", u.GitHub.ServerURL + "/" + u.GitHub.Repository},
	} {
		cmd := exec.CommandContext(ctx, "git", append([]string{"-c", "safe.directory=*", "-c", "init.defaultBranch=main"}, args...)...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return nil, &StepFailure{fmt.Sprintf("git %s: %v: %s", args[0], err, out)}
		}
	}
	return map[string]string{"ref": ref}, nil
}

// uploadSARIF keeps the file as the artifact "sarif" of the run.
func uploadSARIF(_ context.Context, u Use) (map[string]string, error) {
	if err := u.only("sarif_file", "category", "checkout_path", "ref", "sha", "token", "wait-for-processing"); err != nil {
		return nil, err
	}
	file := filepath.Join(u.Workspace, first(u.With["sarif_file"], "../results"))
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, &StepFailure{"Path does not exist: " + u.With["sarif_file"]}
	}
	return nil, writeFile(filepath.Join(u.artifact("sarif"), first(u.With["category"], "default")+".sarif"), data)
}

func writeFile(file string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	return os.WriteFile(file, data, 0o644)
}
