package action

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/action/event"
	"github.com/moose-migrate/moose-migrate/pkg/action/manifest"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/loader"
	"github.com/moose-migrate/moose-migrate/pkg/mapfile"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// plan makes a plan, reviews it with what people allowed, and tells the result.
func (r *run) plan(ctx context.Context) error {
	t, err := r.planTarget(ctx)
	if err != nil {
		return err
	}
	if t.skip != "" {
		r.log.Noticef("%s", "Nothing to do: "+t.skip)
		return nil
	}
	r.status(ctx, t.sha, forge.Pending, "Planning …", "")
	made, err := r.makePlan(ctx, &t)
	if err == nil && ctx.Err() != nil {
		// What people allowed may not have been read to the end.
		err = errors.Join(context.Cause(ctx), made.Close())
	}
	if err != nil {
		r.tellFailure(ctx, t, err)
		return err
	}
	defer func() { _ = made.Close() }()
	return r.tellPlan(ctx, t, made)
}

// makePlan plans, writes the files, and lets decisions of people count.
func (r *run) makePlan(ctx context.Context, t *target) (*session.Planned, error) {
	made, _, err := r.load(ctx, false, r.process(ctx, *t))
	if err != nil {
		return nil, r.explainFork(*t, err)
	}
	if err := r.rehearse(ctx, made); err != nil {
		return nil, errors.Join(err, made.Close())
	}
	rep := made.Report
	r.judge(ctx, *t, made)
	out := planOutputs(rep)
	err = r.writeReport(*t, rep, out)
	if err == nil && r.in.Save != manifest.SaveNone && rep.Summary.Invalid == 0 {
		err = r.saveFiles(ctx, t, made, out)
	}
	r.outputs(out)
	if err != nil {
		_ = made.Close()
		return nil, err
	}
	return made, nil
}

// saveFiles writes the plan to the workspace and, when asked to, to the pull request's
// branch.
func (r *run) saveFiles(ctx context.Context, t *target, made *session.Planned, out map[string]string) error {
	if _, err := r.savePlan(made.Outcome.Files(&plan.Plan{CreatedAt: r.f.Now(), Ways: made.Ways()})); err != nil {
		return err
	}
	out[manifest.OutputPlanFile] = r.inProject(plan.Dir, plan.PlanFile)
	if r.in.Save == manifest.SaveCommit {
		return r.commit(ctx, t)
	}
	return nil
}

// load connects and plans: from the project's code, whose dependencies are installed
// when they are missing, or from the map of an earlier job.
func (r *run) load(ctx context.Context, credentials bool, process *review.Process) (*session.Planned, *loader.Result, error) {
	if r.in.Map == "" {
		if err := r.install(ctx); err != nil {
			return nil, nil, err
		}
	}
	s, err := session.Open(ctx, r.f, r.flags())
	if err != nil {
		return nil, nil, err
	}
	p := &session.Planned{Process: process}
	loaded := &loader.Result{}
	if r.in.Map != "" {
		loaded.Map, err = r.readMap(s.Client.Database())
	} else {
		loaded, err = s.Desired(ctx, credentials)
	}
	if err != nil {
		_ = s.Close()
		return nil, nil, err
	}
	p.Desired, p.Sources, p.ToolVersion = loaded.Map, loaded.Sources, loaded.ToolVersion
	p, err = s.PlanFor(ctx, p)
	return p, loaded, err
}

// readMap reads what the job before has found, as data of a stranger.
func (r *run) readMap(database string) (*inframap.Map, error) {
	r.note("planned from the map of the job before, with the configuration of the base branch")
	m, err := mapfile.Read(filepath.Join(r.ev.Workspace, filepath.FromSlash(r.in.Map)), mapfile.DefaultMaxBytes)
	if err != nil {
		return nil, err
	}
	warnings, err := mapfile.Adopt(m, database)
	for _, w := range warnings {
		r.f.Warn(w)
	}
	return m, err
}

// errNoSecrets is why a pull request from a fork cannot be planned.
var errNoSecrets = errors.New("the pull request comes from a fork, whose runs get no secrets, so ClickHouse cannot be asked")

// explainFork says why there is no connection when that is how forks are treated.
func (r *run) explainFork(t target, err error) error {
	if t.pr != nil && r.ev.Name == event.PullRequest && t.pr.Fork(r.ev.Repo) && r.in.ClickHouseURL == "" {
		return &cli.ExitError{Code: cli.ExitBlocked, Err: cli.WithRemedy(errNoSecrets, forkRemedy)}
	}
	return err
}

// tellPlan tells a finished plan and returns the outcome of the job.
func (r *run) tellPlan(ctx context.Context, t target, made *session.Planned) error {
	rep := made.Report
	ctx, cancel := telling(ctx)
	defer cancel()
	r.annotate(rep)
	page := r.page(t.sha)
	if t.pr != nil {
		page.Base = t.pr.BaseRef
	}
	page.State, page.Report, page.MergeQueue = comment.Planned, rep, r.ev.Name == event.MergeGroup
	r.tellPage(ctx, t, page)
	if rep.Conclusion != finding.Pass {
		return &cli.ExitError{Code: cli.ExitBlocked, Err: errors.New(page.Description())}
	}
	r.f.Note(page.Description())
	return nil
}

// tellFailure tells that there is no plan, and why.
func (r *run) tellFailure(ctx context.Context, t target, cause error) {
	interrupted := ctx.Err() != nil
	ctx, cancel := telling(ctx)
	defer cancel()
	page := r.page(t.sha)
	page.State, page.Failure = comment.Failed, r.f.Redact(cause.Error())
	switch {
	case interrupted:
		page.State, page.Failure = comment.Interrupted, ""
	case errors.Is(cause, errNoSecrets):
		page.State = comment.NotAvailable
	}
	r.outputs(map[string]string{manifest.OutputVerdict: string(finding.Failed)})
	r.tellPage(ctx, t, page)
}

// tellPage posts the comment and then sets the status, unless a newer run has spoken.
func (r *run) tellPage(ctx context.Context, t target, page comment.Page) {
	if page.State == comment.Interrupted {
		// The status is what others wait for, and time is short.
		s := page.Status()
		r.status(ctx, t.sha, s.State, s.Description, "")
	}
	url, newer := r.post(ctx, t.number, page)
	r.outputs(map[string]string{manifest.OutputCommentURL: url})
	s := page.Status()
	if newer != nil {
		r.f.Note("a newer run has told its result already")
		s = newer.Status()
	}
	// The newer run's word is repeated, since this run has said on the same commit that it
	// began.
	if newer == nil || newer.Head == t.sha {
		r.status(ctx, t.sha, s.State, s.Description, url)
	}
	r.summary(page)
}
