package action

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dustin/go-humanize/english"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/executor"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/action/event"
	"github.com/moose-migrate/moose-migrate/pkg/action/manifest"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/loader"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/policy"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// migration is one run after the merge.
type migration struct {
	*run
	// prs are the merged pull requests whose plans are applied.
	prs        []forge.PullRequest
	deployment int64
	page       comment.Page
	steps      *steps
}

// migrate plans anew, compares with what was approved, and applies that.
func (r *run) migrate(ctx context.Context) (err error) {
	m := &migration{run: r, page: r.page(r.ev.SHA), steps: &steps{}}
	if m.prs, err = r.mergedPullRequests(ctx); err != nil {
		err = fmt.Errorf("find the pull request that was merged: %w", err)
		m.tell(ctx, err)
		return err
	}
	r.status(ctx, r.ev.SHA, forge.Pending, "Planning …", "")
	started := r.f.Now()
	made, loaded, err := r.load(ctx, true, &review.Process{Purpose: review.ForMigration})
	if err == nil {
		defer func() { _ = made.Close() }()
		m.page.Report = made.Report
		err = m.apply(ctx, made, loaded)
	}
	m.page.Took = r.f.Now().Sub(started)
	m.tell(ctx, err)
	return executor.Exit(r.f, err)
}

// mergedPullRequests are those that brought the pushed commits.
func (r *run) mergedPullRequests(ctx context.Context) ([]forge.PullRequest, error) {
	if r.host == nil || r.ev.Name != event.Push {
		return nil, nil
	}
	prs, err := r.pullRequestsBetween(ctx, r.ev.Before, r.ev.SHA, true)
	return slices.DeleteFunc(prs, func(pr forge.PullRequest) bool { return pr.BaseRef != r.branch() }), err
}

// branch is the one that was pushed to.
func (r *run) branch() string { return strings.TrimPrefix(r.ev.Ref, "refs/heads/") }

// apply checks the approval and executes.
func (m *migration) apply(ctx context.Context, made *session.Planned, loaded *loader.Result) error {
	files := made.Outcome.Files(&plan.Plan{CreatedAt: m.f.Now()})
	digest, err := plan.Digest(files.Plan.Operations, files.Before, files.Desired)
	if err != nil {
		return err
	}
	files.Plan.Digest = digest
	approved, err := m.approve(ctx, made, digest)
	out := planOutputs(made.Report)
	err = errors.Join(err, m.writeReport(target{sha: m.ev.SHA}, made.Report, out))
	m.outputs(out)
	if err != nil {
		return err
	}
	how := executor.How{Commit: m.ev.SHA, LockTimeout: m.in.LockTimeout, Grace: grace, Also: m.steps}
	unfinished, err := migrate.Newest(ctx, made.Session.Store)
	if err != nil {
		return err
	}
	if unfinished != nil && unfinished.Run.Status.Open() && slices.Contains(append(approved.digests, digest, m.in.Digest), unfinished.Run.Digest) {
		// What was approved is what was begun: it is finished, rather than begun anew.
		how.Resume = true
		m.f.Note("an earlier run was stopped half-way, and this one goes on from there: " + unfinished.String())
	}
	if len(made.Report.Operations) > 0 {
		m.deploy(ctx, made)
	}
	if how.Resume {
		m.steps.expectPlan(unfinished)
	} else {
		m.steps.expect(made.Report.Operations)
	}
	m.tellApplying(ctx)
	used := executor.Used(m.f, made)
	if !how.Resume {
		return executor.Run(ctx, m.f, made.Session, files, loaded, used, how)
	}
	err = executor.Run(ctx, m.f, made.Session, nil, loaded, used, how)
	var blocked *migrate.BlockedError
	if errors.As(err, &blocked) && blocked.Reason == migrate.Stale && !m.steps.begun() {
		// The code has moved on since; the plan made now takes the place of the old one.
		how.Resume = false
		m.steps.all = nil
		m.steps.expect(made.Report.Operations)
		err = executor.Run(ctx, m.f, made.Session, files, loaded, used, how)
	}
	return err
}

// deploy begins a deployment, which GitHub shows on the pull request and the environment.
func (m *migration) deploy(ctx context.Context, made *session.Planned) {
	if m.host == nil {
		return
	}
	id, err := m.host.Deploy(ctx, forge.Deployment{
		Ref: m.ev.SHA, Environment: m.in.Environment, Description: "moose-migrate: " + english.Plural(len(made.Report.Operations), "operation", ""),
		Payload: map[string]string{"digest": made.Report.Digest, "project": m.project()},
	})
	if errors.Is(err, forge.ErrUnsupported) || m.failed(err) {
		return
	}
	m.deployment = id
	m.failed(m.host.SetDeploymentState(ctx, id, forge.DeploymentInProgress, "Applying …", m.ev.Run.URL, ""))
}

// tellApplying says on the pull requests that work goes on, so that a killed run does
// not leave them saying that nothing happened yet.
func (m *migration) tellApplying(ctx context.Context) {
	page := m.page
	page.State, page.Steps = comment.Applying, m.steps.list(false)
	if len(page.Steps) > 0 {
		m.postAll(ctx, page)
	}
}

func (m *migration) postAll(ctx context.Context, page comment.Page) (url string) {
	for _, pr := range m.prs {
		if posted, _ := m.post(ctx, pr.Number, page); posted != "" {
			url = posted
		}
	}
	return url
}

// tell says how it ended: on the pull requests, the commit, the deployment, the summary.
func (m *migration) tell(ctx context.Context, err error) {
	interrupted := ctx.Err() != nil
	ctx, cancel := telling(ctx)
	defer cancel()
	page := m.page
	page.Steps = m.steps.list(interrupted)
	page.State, page.Stop = outcome(err, interrupted, m.steps)
	if err != nil {
		page.Failure = m.f.Redact(err.Error())
	}
	// The deployment first: it is the one that others wait for.
	if m.deployment != 0 {
		state := forge.DeploymentFailure
		if page.State == comment.Applied {
			state = forge.DeploymentSuccess
		}
		m.failed(m.host.SetDeploymentState(ctx, m.deployment, state, page.Description(), m.ev.Run.URL, ""))
	}
	s := page.Status()
	if interrupted {
		m.status(ctx, m.ev.SHA, s.State, s.Description, "")
	}
	url := m.postAll(ctx, page)
	m.status(ctx, m.ev.SHA, s.State, s.Description, url)
	verdict := finding.Pass
	if err != nil {
		verdict = finding.Failed
	}
	var stopped *stopError
	if errors.As(err, &stopped) {
		verdict = finding.Blocked
	}
	m.outputs(map[string]string{manifest.OutputVerdict: string(verdict), manifest.OutputCommentURL: url})
	m.summary(page)
}

// outcome is the state of a page after a migration.
func outcome(err error, interrupted bool, s *steps) (comment.State, comment.Stop) {
	var stopped *stopError
	var held *state.HeldError
	var blocked *migrate.BlockedError
	var flap *migrate.FlapError
	var unfinished *migrate.UnfinishedError
	var doubts *migrate.DoubtsError
	switch {
	case errors.As(err, &unfinished), errors.As(err, &doubts):
		return comment.Stopped, comment.InTheWay
	case err == nil || errors.As(err, &flap):
		return comment.Applied, ""
	case errors.As(err, &stopped):
		return comment.Stopped, stopped.stop
	case errors.As(err, &held):
		return comment.Stopped, comment.Locked
	case interrupted:
		return comment.Interrupted, ""
	case s.begun():
		return comment.PartlyApplied, ""
	case errors.As(err, &blocked):
		return comment.Stopped, comment.Stale
	}
	return comment.Failed, ""
}

// stopError is a migration that was not begun, since nobody approved it as it is now.
type stopError struct {
	stop comment.Stop
	text string
}

// Error says what is new.
func (e *stopError) Error() string { return e.text }

// approve compares the plan with what was approved: the same digest, or only operations
// and hazards that an approved plan had. The same plan can have become a greater hazard,
// since rows have come; so hazards that stop a plan stop it here too, unless a person
// gave this digest by hand.
func (m *migration) approve(ctx context.Context, made *session.Planned, digest string) (*approvals, error) {
	approved, err := m.approvals(ctx)
	if err != nil {
		return nil, fmt.Errorf("read what was approved: %w", err)
	}
	err = m.judge(made, approved, digest)
	var stopped *stopError
	if errors.As(err, &stopped) {
		// Only now, since it takes a request for each of many pull requests.
		if err := m.waiting(ctx, approved); err != nil {
			return nil, fmt.Errorf("read what was approved: %w", err)
		}
		err = m.judge(made, approved, digest)
	}
	return approved, err
}

// judge reviews the plan with what was allowed, and compares it with what was approved.
func (m *migration) judge(made *session.Planned, approved *approvals, digest string) error {
	rep, limit := made.Report, m.limit(made.Policy)
	c := policy.Context{Purpose: policy.Migrate, Allowed: approved.allowed}
	for _, pr := range m.prs {
		c.Authors = append(c.Authors, pr.Author)
	}
	m.noteOff(made.Judge(c, limit))
	if m.in.Digest == digest {
		c.Allowed = append(c.Allowed, m.byDigest(rep, limit)...)
		made.Judge(c, limit)
	}
	same := slices.Contains(approved.digests, digest) || m.in.Digest == digest
	switch {
	case rep.Conclusion == finding.Failed:
		return stop(comment.Stale, "the plan cannot be applied: %s", rep.Verdict)
	case len(rep.Operations) == 0 && rep.Summary.Changes() == 0:
		return nil
	case !same && !approved.any:
		return stop(comment.Stale, "nobody approved this plan: %s", m.noApproval())
	}
	if !same {
		if fresh := approved.unknownHazards(rep.Findings); len(fresh) > 0 {
			s := comment.NewHazard
			if onlyDrift(fresh) {
				s = comment.NewDrift
			}
			return stop(s, "since the approval the plan has %s", listFindings(fresh))
		}
		if unknown := approved.unknownOperations(rep.Operations, rep.Findings); len(unknown) > 0 {
			return stop(comment.Stale, "the plan does what no approved plan did: %s", listOperations(unknown))
		}
		m.note("the plan is not byte for byte the one that was approved, but does nothing that was not")
	}
	if rep.Conclusion == finding.Blocked {
		stopping := review.Stopping(rep.Findings, limit)
		s := comment.NewHazard
		if !slices.ContainsFunc(stopping, func(f finding.Finding) bool { return f.Code != policy.CodeFreeze }) {
			s = comment.Frozen
		}
		return stop(s, "the plan is blocked: %s", listFindings(stopping))
	}
	return nil
}

// byDigest are the decisions of the person who gave the plan's digest by hand: all
// hazards of the plan, but for a freeze, which has to be allowed by name. Where several
// people must allow something, that is one more word without a check.
func (m *migration) byDigest(rep *report.Report, limit finding.Severity) []review.Allowed {
	var out []review.Allowed
	for _, f := range review.Stopping(rep.Findings, limit) {
		if f.Code == policy.CodeFreeze {
			continue
		}
		out = append(out, review.Allowed{
			Code: f.Code, Object: f.Object, Fingerprint: f.Fingerprint, Unchecked: true,
			Override: finding.Override{By: m.ev.Actor, URL: m.ev.Run.URL, At: m.f.Now(), Via: finding.ViaDigest},
		})
	}
	return out
}

// stop is the error of a migration that is not begun.
func stop(s comment.Stop, format string, args ...any) error {
	remedy := "Nothing was changed. Open a pull request against this branch: its plan shows what would be done now, and merging it approves that."
	switch s {
	case comment.Frozen:
		remedy = "Nothing was changed. Run this again after that time, or allow it by a comment on the merged pull request, which starts this run again."
	case comment.NewHazard:
		remedy = "Nothing was changed. Allow it by a comment on the merged pull request, which starts this run again, or change the code."
	}
	return &cli.ExitError{Code: cli.ExitStale, Err: cli.WithRemedy(&stopError{s, fmt.Sprintf(format, args...)}, remedy)}
}

// noApproval says where an approval was looked for.
func (m *migration) noApproval() string {
	switch {
	case m.ev.Name == event.Dispatch:
		return "give its digest as the input `digest`; a run of `command: plan` shows it"
	case len(m.prs) == 0:
		return "the commit " + short(m.ev.SHA) + " was not merged from a pull request, and no plan with this digest is committed"
	}
	text := "there is no finished plan of " + m.in.Environment + " on"
	for i, pr := range m.prs {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(" pull request %d", pr.Number)
	}
	return text + ", and no plan with this digest is committed"
}
