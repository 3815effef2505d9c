package action

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/action/event"
	"github.com/moose-migrate/moose-migrate/pkg/action/manifest"
)

// errPrivileged is the answer to a workflow that would give strangers' code the secrets.
var errPrivileged = errors.New("this event has the secrets of the repository, and the code of the pull request could take them")

const forkRemedy = "For pull requests from forks use a pair of workflows: one on pull_request without secrets that runs `command: check`, and one on workflow_run that plans with `map:`. See docs/github-action.md, \"Forks\"."

// guard refuses combinations of event and inputs that are unsafe or mean nothing.
func (r *run) guard() error {
	refuse := func(err error, remedy string) error {
		return &cli.ExitError{Code: cli.ExitBlocked, Err: cli.WithRemedy(err, remedy)}
	}
	if r.aboutLabel() {
		return nil // no code is run, and nothing is read from the checkout
	}
	switch r.ev.Name {
	case event.PullRequestTarget, event.WorkflowRun:
		if r.in.Command == manifest.CommandPlan && r.in.Map == "" {
			return refuse(fmt.Errorf("`command: plan` on %s runs the project's code: %w", r.ev.Name, errPrivileged), forkRemedy)
		}
		if r.in.Command != manifest.CommandPlan && r.ev.Name == event.PullRequestTarget {
			return refuse(fmt.Errorf("`command: %s` on pull_request_target: %w", r.in.Command, errPrivileged), forkRemedy)
		}
		// The configuration and the rules are read from the checkout, too.
		if err := r.checkedOutBase(); err != nil {
			return refuse(err, "Leave `ref:` out of actions/checkout, so that it takes the base branch. "+forkRemedy)
		}
	case event.PullRequest, event.MergeGroup:
		if r.in.Command == manifest.CommandMigrate {
			return refuse(fmt.Errorf("`command: migrate` on %s would apply a change before it is merged", r.ev.Name), "Run it on push to the branch that is deployed, or by workflow_dispatch.")
		}
	}
	if branch, isBranch := strings.CutPrefix(r.ev.Ref, "refs/heads/"); r.in.Command == manifest.CommandMigrate && r.ev.DefaultBranch != "" &&
		!r.ev.Protected && (!isBranch || branch != r.ev.DefaultBranch) {
		return refuse(fmt.Errorf("`command: migrate` runs on %s, which is neither the default branch %q nor protected: nothing keeps anyone from changing it without a review", r.ev.Ref, r.ev.DefaultBranch),
			"Migrate from "+r.ev.DefaultBranch+", or protect the branch.")
	}
	if r.in.Map != "" && r.in.Command != manifest.CommandPlan {
		return refuse(fmt.Errorf("`map:` is for `command: plan`, not for %s", r.in.Command), "Take `map:` out.")
	}
	return nil
}

// checkedOutBase refuses a checkout of anything but the commit that the event is about
// by default, which for privileged events is one of the repository itself.
func (r *run) checkedOutBase() error {
	head, err := headOf(filepath.Join(r.ev.Workspace, filepath.FromSlash(r.in.WorkingDirectory)), r.ev.Workspace)
	if err != nil {
		return fmt.Errorf("on %s the checkout must be the base branch, which cannot be told: %w", r.ev.Name, err)
	}
	if head != r.ev.SHA {
		return fmt.Errorf("on %s the checkout is %s and not %s, the base branch: %w", r.ev.Name, short(head), short(r.ev.SHA), errPrivileged)
	}
	return nil
}

func short(sha string) string { return sha[:min(len(sha), 7)] }

// headOf reads the commit that is checked out in a folder or one above it, down to
// root. actions/checkout leaves a detached HEAD or a branch.
func headOf(dir, root string) (string, error) {
	for {
		git := filepath.Join(dir, ".git")
		if _, err := os.Lstat(git); err == nil {
			return readHead(git)
		}
		up := filepath.Dir(dir)
		if dir == filepath.Clean(root) || up == dir {
			return "", errors.New("there is no .git folder; use actions/checkout")
		}
		dir = up
	}
}

func readHead(git string) (string, error) {
	raw, err := os.ReadFile(filepath.Join(git, "HEAD"))
	if err != nil {
		return "", err
	}
	head := strings.TrimSpace(string(raw))
	ref, symbolic := strings.CutPrefix(head, "ref: ")
	if !symbolic {
		return head, nil
	}
	if strings.Contains(ref, "..") {
		return "", fmt.Errorf("HEAD names the branch %q", ref)
	}
	if raw, err := os.ReadFile(filepath.Join(git, filepath.FromSlash(ref))); err == nil {
		return strings.TrimSpace(string(raw)), nil
	}
	packed, err := os.ReadFile(filepath.Join(git, "packed-refs"))
	if err != nil {
		return "", fmt.Errorf("the branch %s is not found", ref)
	}
	for line := range strings.Lines(string(packed)) {
		if sha, name, ok := strings.Cut(strings.TrimSpace(line), " "); ok && name == ref {
			return sha, nil
		}
	}
	return "", fmt.Errorf("the branch %s is not found", ref)
}
