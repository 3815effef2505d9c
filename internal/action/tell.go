package action

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/action/manifest"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

// The times for telling. A runner kills a cancelled step some ten seconds after it has
// asked it to stop.
const (
	// grace is what a statement in flight gets of that time.
	grace    = 3 * time.Second
	tellTime = 2 * time.Minute
	lastTime = 6 * time.Second
)

// telling is the context in which the result is told: the run's, or, when that was
// cancelled, one with the little time that is left.
func telling(ctx context.Context) (context.Context, context.CancelFunc) {
	limit := tellTime
	if ctx.Err() != nil {
		limit = lastTime
	}
	return context.WithTimeout(context.WithoutCancel(ctx), limit)
}

// note is said in every text for people that follows, once.
func (r *run) note(text string) {
	if !slices.Contains(r.notes, text) {
		r.notes = append(r.notes, text)
	}
}

// failed reports a side channel that did not work: as a warning of the job, and as a
// note in what is told afterwards. It reports whether there was an error.
func (r *run) failed(err error) bool {
	if err == nil {
		return false
	}
	text := r.f.Redact(err.Error())
	var missing *forge.PermissionError
	if errors.As(err, &missing) {
		text = missing.Error()
	}
	if !r.told[text] {
		r.told[text] = true
		r.log.Warningf("%s", text)
	}
	r.note(text)
	return true
}

// status sets the commit status.
func (r *run) status(ctx context.Context, sha string, state forge.State, description, url string) {
	if r.host == nil || sha == "" {
		return
	}
	if url == "" {
		url = r.ev.Run.URL
	}
	r.failed(r.host.SetStatus(ctx, sha, forge.Status{State: state, Context: comment.CheckName(r.in.Environment, r.project()), Description: description, TargetURL: url}))
}

// post writes the one comment on a pull request and returns its address. newer is the
// marker of a newer run's comment, which was left alone; nil when ours was written.
func (r *run) post(ctx context.Context, number int, page comment.Page) (url string, newer *comment.Marker) {
	if r.host == nil || number == 0 {
		return "", nil
	}
	page.Notes = r.notes
	shown := -1 // the level that was tried last
	from := comment.Level(0)
	written, outcome, err := r.host.Upsert(ctx, number, forge.Sticky{
		Is: func(body string) bool { m, ok := comment.Parse(body); return ok && r.isOurs(m, comment.KindPlan) },
		Newer: func(body string) bool {
			m, _ := comment.Parse(body)
			return m.NewerThan(r.ev.Run.ID, r.ev.Run.Attempt)
		},
		Render: func(previous string, level int) (body string, ok bool) {
			p := page
			if m, ok := comment.Parse(previous); ok {
				p.Remember(m)
			}
			if r.in.Command == manifest.CommandMigrate {
				m, _ := comment.Parse(previous)
				p.Approved = &m
			}
			if level > shown && shown >= 0 {
				from++
			}
			shown = level
			if from > comment.Smallest {
				return "", false
			}
			body, from = p.Render(from, comment.Budget)
			return body, true
		},
	})
	if r.failed(err) {
		return "", nil
	}
	if m, ok := comment.Parse(written.Body); ok && outcome == forge.Superseded {
		newer = &m
	}
	return written.URL, newer
}

// isOurs reports whether a marker is of this project and environment.
func (r *run) isOurs(m comment.Marker, kind comment.Kind) bool {
	return m.Kind == kind && m.Project == r.project() && m.Environment == r.in.Environment
}

// summary writes the job summary.
func (r *run) summary(page comment.Page) {
	page.Notes = r.notes
	if r.f.Environ["GITHUB_STEP_SUMMARY"] != "" {
		r.failed(attempt("write the job summary", func() { r.log.AddStepSummary(page.Summary(comment.SummaryBudget)) }))
	}
}

// annotate marks the lines of the user's code that findings are about.
func (r *run) annotate(rep *report.Report) {
	for _, a := range rep.Annotations(r.project()) {
		fields := map[string]string{"title": r.f.Redact(a.Title)}
		if a.File != "" {
			fields["file"] = a.File
		}
		if a.Line > 0 {
			fields["line"] = strconv.Itoa(a.Line)
		}
		to := r.log.WithFieldsMap(fields)
		tell := map[string]func(string, ...any){"error": to.Errorf, "warning": to.Warningf, "notice": to.Noticef}[a.Level]
		tell("%s", r.f.Redact(a.Message))
	}
}
