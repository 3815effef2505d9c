package action

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/action/manifest"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// driftLabel finds the issues about drift.
const driftLabel = "moose-migrate"

// drift looks for what was changed outside of the tool, and keeps one issue about it.
func (r *run) drift(ctx context.Context) error {
	found, limit, err := r.findDrift(ctx)
	if err != nil {
		r.outputs(map[string]string{manifest.OutputVerdict: string(finding.Failed)})
		return err
	}
	verdict := finding.Pass
	if len(found.Drift) > 0 && limit == finding.Warn {
		verdict = finding.Blocked
	}
	path := r.reviewPath("drift.json")
	err = r.write(path, found.JSON)
	issue := &comment.DriftIssue{
		Project: r.project(), Environment: r.in.Environment, Report: found, At: r.f.Now(), Run: r.page("").Run, Redact: r.f.Redact,
	}
	ctx, cancel := telling(ctx)
	defer cancel()
	url := r.keepIssue(ctx, issue)
	issue.Notes = r.notes
	r.outputs(map[string]string{
		manifest.OutputDrift: strconv.FormatBool(len(found.Drift) > 0), manifest.OutputVerdict: string(verdict),
		manifest.OutputReportJSON: path, manifest.OutputCommentURL: url,
	})
	if r.f.Environ["GITHUB_STEP_SUMMARY"] != "" {
		r.failed(attempt("write the job summary", func() { r.log.AddStepSummary(issue.Body(comment.SummaryBudget)) }))
	}
	if err == nil && verdict == finding.Blocked {
		return &cli.ExitError{Code: cli.ExitStale, Err: errors.New(found.Verdict)}
	}
	return err
}

// findDrift looks for drift, and says how grave a finding has to be to fail the job.
func (r *run) findDrift(ctx context.Context) (*report.DriftReport, finding.Severity, error) {
	s, err := session.Open(ctx, r.f, r.flags())
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = s.Close() }()
	found, err := s.Drift(ctx, r.streams())
	if err != nil {
		return nil, "", err
	}
	return found, r.limit(s.Policy), found.Text(r.f.Out, report.TextOptions{})
}

// streams reports whether broker and Temporal are asked, too: when the environment says
// where they are, since the addresses of moose.config.toml are those of a developer's
// machine.
func (r *run) streams() bool {
	return r.f.Environ["MOOSE_REDPANDA_CONFIG__BROKER"] != "" || r.f.Environ["MOOSE_TEMPORAL_CONFIG__TEMPORAL_HOST"] != ""
}

// keepIssue opens, updates or closes the issue of this project and environment.
func (r *run) keepIssue(ctx context.Context, issue *comment.DriftIssue) (url string) {
	if r.host == nil {
		return ""
	}
	all, err := r.host.Issues(ctx, driftLabel)
	if r.failed(err) {
		return ""
	}
	issue.Notes = r.notes
	drifted := len(issue.Report.Drift) > 0
	for _, i := range all {
		m, ok := comment.Parse(i.Body)
		if !ok || !i.Mine || !r.isOurs(m, comment.KindDrift) {
			continue
		}
		if m.NewerThan(r.ev.Run.ID, r.ev.Run.Attempt) || !drifted && !i.Open {
			return i.URL
		}
		updated, err := r.host.UpdateIssue(ctx, i.Number, issue.Title(), issue.Body(comment.Budget), drifted)
		if r.failed(err) {
			return i.URL
		}
		return updated.URL
	}
	if !drifted {
		return ""
	}
	opened, err := r.host.CreateIssue(ctx, issue.Title(), issue.Body(comment.Budget), []string{driftLabel})
	if r.failed(err) {
		return ""
	}
	r.f.Note(fmt.Sprintf("opened issue %d", opened.Number))
	return opened.URL
}
