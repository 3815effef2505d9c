package action

import (
	"context"
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rhysd/actionlint"

	"github.com/moose-migrate/moose-migrate/pkg/action/event"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// maxOthers is how many other pull requests are looked at, the most recently changed
// ones, with a request each.
const maxOthers = 20

// process is what the event and the host say of how the change comes about. What the
// host does not tell is left out: a finding less is no wrong verdict.
func (r *run) process(ctx context.Context, t target) *review.Process {
	p := &review.Process{Purpose: review.ForReview, PullRequest: r.ev.Name == event.PullRequest && r.in.Map == ""}
	if r.host == nil || t.pr == nil {
		return p
	}
	p.Checks = r.checks(ctx, t.pr.BaseRef)
	p.Others = r.others(ctx, *t.pr)
	p.Behind = r.behind(ctx, *t.pr)
	return p
}

// unsaid reports whether there is an error, and tells those that are about more than what
// this host or token does not show.
func (r *run) unsaid(err error) bool {
	if err == nil {
		return false
	}
	if !errors.Is(err, forge.ErrForbidden) && !errors.Is(err, forge.ErrNotFound) && !errors.Is(err, forge.ErrUnsupported) {
		r.failed(err)
	}
	return true
}

// checks asks which checks the branch demands.
func (r *run) checks(ctx context.Context, branch string) *review.Checks {
	required, err := r.host.RequiredChecks(ctx, branch)
	if r.unsaid(err) {
		return nil
	}
	return &review.Checks{Branch: branch, Required: required, Ours: append([]string{comment.CheckName(r.in.Environment, r.project())}, r.jobNames()...)}
}

// jobNames are the names of the job that this run is a step of: its id, and the name that
// its workflow gives it.
func (r *run) jobNames() []string {
	id := r.f.Environ["GITHUB_JOB"]
	if id == "" {
		return nil
	}
	out := []string{id}
	// octocat/hello-world/.github/workflows/plan.yml@refs/heads/main
	file, _, _ := strings.Cut(r.f.Environ["GITHUB_WORKFLOW_REF"], "@")
	content, err := os.ReadFile(filepath.Join(r.ev.Workspace, ".github", "workflows", path.Base(file)))
	if err != nil {
		return out
	}
	w, _ := actionlint.Parse(content)
	if w == nil || w.Jobs[id] == nil || w.Jobs[id].Name == nil {
		return out
	}
	return append(out, w.Jobs[id].Name.Value)
}

// others are the open pull requests into the same branch with a plan of this project and
// environment.
func (r *run) others(ctx context.Context, own forge.PullRequest) []review.OtherPull {
	open, err := r.host.OpenPullRequests(ctx, own.BaseRef, maxOthers)
	if r.unsaid(err) {
		return nil
	}
	var out []review.OtherPull
	for _, pr := range open {
		if pr.Number == own.Number {
			continue
		}
		comments, err := r.host.Comments(ctx, pr.Number)
		if r.unsaid(err) {
			return out
		}
		for _, c := range comments {
			if m, ok := comment.Parse(c.Body); ok && c.Mine && r.isOurs(m, comment.KindPlan) && len(m.Objects) > 0 {
				out = append(out, review.OtherPull{Number: pr.Number, URL: pr.URL, Objects: m.Objects})
			}
		}
	}
	return out
}

// codeFiles are the endings of files that can declare something.
var codeFiles = []string{".ts", ".tsx", ".mts", ".js", ".py", ".sql", ".toml"}

// behind is what the target branch has and the checkout has not: nothing where it is the
// merge of both, which actions/checkout takes by default.
func (r *run) behind(ctx context.Context, pr forge.PullRequest) *review.Behind {
	if r.ev.Name != event.PullRequest {
		return nil
	}
	head, err := headOf(filepath.Join(r.ev.Workspace, filepath.FromSlash(r.in.WorkingDirectory)), r.ev.Workspace)
	if err != nil || head != pr.HeadSHA {
		return nil
	}
	commits, files, err := r.host.Missing(ctx, head, pr.BaseRef)
	if r.unsaid(err) || commits == 0 {
		return nil
	}
	b := &review.Behind{Branch: pr.BaseRef, Commits: commits}
	for _, f := range files {
		if (r.project() == "" || strings.HasPrefix(f, r.project()+"/")) && slices.Contains(codeFiles, path.Ext(f)) {
			b.Files = append(b.Files, f)
		}
	}
	return b
}
