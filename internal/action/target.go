package action

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/action/event"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

// target is what a plan is told to.
type target struct {
	// number is the pull request's, 0 for none.
	number int
	// sha is the commit that gets the status.
	sha string
	// pr is known on pull requests.
	pr *forge.PullRequest
	// group are the pull requests of a merge queue's group.
	group []int
	// skip says why there is nothing to do, empty when there is.
	skip string
}

// planTarget finds what the plan is for.
func (r *run) planTarget(ctx context.Context) (target, error) {
	switch r.ev.Name {
	case event.PullRequest, event.PullRequestTarget:
		pr := r.ev.PullRequest
		if r.ev.Action == "closed" {
			return target{skip: "the pull request is closed; a merged one is applied by the run on push"}, nil
		}
		return target{number: pr.Number, sha: pr.HeadSHA, pr: pr}, nil
	case event.MergeGroup:
		return r.groupTarget(ctx)
	case event.WorkflowRun:
		return r.triggeringTarget(ctx)
	}
	return target{sha: r.ev.SHA}, nil
}

// queued finds the number of the last pull request in the branch of a merge queue's
// group, such as refs/heads/gh-readonly-queue/main/pr-12-<sha>.
var queued = regexp.MustCompile(`/pr-(\d+)-[0-9a-f]{40}$`)

// groupTarget finds the pull requests whose commits the group adds to its base.
func (r *run) groupTarget(ctx context.Context) (target, error) {
	g := r.ev.MergeGroup
	t := target{sha: g.HeadSHA}
	if m := queued.FindStringSubmatch(g.HeadRef); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			t.group = append(t.group, n)
		}
	}
	if r.host == nil {
		return t, nil
	}
	numbers, err := r.pullRequestsBetween(ctx, g.BaseSHA, g.HeadSHA, false)
	if err != nil {
		// Fewer pull requests mean fewer decisions that count: that only stops more.
		r.failed(fmt.Errorf("find the pull requests of the merge queue's group: %w", err))
	}
	for _, pr := range numbers {
		t.group = append(t.group, pr.Number)
	}
	slices.Sort(t.group)
	t.group = slices.Compact(t.group)
	return t, nil
}

// pullRequestsBetween are the pull requests that brought the commits after base up to
// head.
func (r *run) pullRequestsBetween(ctx context.Context, base, head string, merged bool) ([]forge.PullRequest, error) {
	commits := []string{head}
	if base != "" && !zeroSHA.MatchString(base) {
		between, err := r.host.Commits(ctx, base, head)
		if err != nil {
			return nil, err
		}
		commits = append(commits, between...)
	}
	found := map[int]forge.PullRequest{}
	if len(commits) > maxAsked {
		commits = append(commits[:1], commits[len(commits)-maxAsked:]...)
	}
	for _, sha := range slices.Compact(slices.Sorted(slices.Values(commits))) {
		prs, err := r.host.PullRequestsOf(ctx, sha)
		if err != nil {
			return nil, err
		}
		for _, pr := range prs {
			if pr.Merged || !merged {
				found[pr.Number] = pr
			}
		}
	}
	var out []forge.PullRequest
	for _, pr := range found {
		out = append(out, pr)
	}
	slices.SortFunc(out, func(a, b forge.PullRequest) int { return a.Number - b.Number })
	return out, nil
}

// maxAsked bounds the commits that are asked for their pull requests, one request each:
// the newest ones, and the head.
const maxAsked = 100

// zeroSHA is what a push of a new branch has as its commit before.
var zeroSHA = regexp.MustCompile(`^0+$`)

// triggeringTarget finds the pull request whose unprivileged run has ended. Nothing that
// that run wrote is asked: only what the host itself says of it.
func (r *run) triggeringTarget(ctx context.Context) (target, error) {
	w := r.ev.Triggering
	if w.Event != string(event.PullRequest) {
		return target{skip: "the run before was started by " + w.Event + ", not by a pull request"}, nil
	}
	if r.host == nil {
		return target{}, errors.New("planning for a fork needs github-token")
	}
	prs, err := r.host.PullRequestsByHead(ctx, w.HeadOwner, w.HeadBranch)
	if err != nil {
		return target{}, err
	}
	prs = slices.DeleteFunc(prs, func(pr forge.PullRequest) bool { return pr.HeadSHA != w.HeadSHA || !pr.Open })
	switch len(prs) {
	case 0:
		return target{skip: "no open pull request has the commit " + short(w.HeadSHA) + " as its newest; a later run plans the newer one"}, nil
	case 1:
	default:
		return target{}, cli.WithRemedy(fmt.Errorf("%d open pull requests have the commit %s as their newest, and it cannot be told which one the map is for", len(prs), short(w.HeadSHA)), "Close all but one of them.")
	}
	t := target{number: prs[0].Number, sha: prs[0].HeadSHA, pr: &prs[0]}
	if w.Conclusion != "success" {
		return t, r.unprivilegedFailed(ctx, t)
	}
	return t, nil
}

// unprivilegedFailed tells the pull request that its code could not be loaded.
func (r *run) unprivilegedFailed(ctx context.Context, t target) error {
	err := cli.WithRemedy(fmt.Errorf("the job that loads the project's code ended with %s", r.ev.Triggering.Conclusion), "Its log: "+r.ev.Triggering.URL)
	r.tellFailure(ctx, t, err)
	return err
}
