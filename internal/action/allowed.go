package action

import (
	"context"
	"slices"

	"github.com/moose-migrate/moose-migrate/internal/session"
	"github.com/moose-migrate/moose-migrate/pkg/action/event"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/policy"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

// judge reviews a plan by the project's policy, with what people said on the target's
// pull requests.
func (r *run) judge(ctx context.Context, t target, made *session.Planned) {
	c := policy.Context{Purpose: policy.Plan, Allowed: r.allowed(ctx, t)}
	if r.ev.Name == event.MergeGroup {
		c.Purpose = policy.Merge
	}
	if len(made.Policy.Approvals) > 0 {
		var err error
		if c.Authors, err = r.authors(ctx, t); r.failed(err) {
			for i := range c.Allowed {
				c.Allowed[i].Unchecked = true // one of them may be the author
			}
		}
	}
	r.noteOff(made.Judge(c, r.limit(made.Policy)))
}

// limit is the least severity that stops a plan.
func (r *run) limit(p *policy.Policy) finding.Severity {
	return p.Limit(finding.Severity(r.in.FailOn), finding.Block)
}

// noteOff tells what the policy has taken out.
func (r *run) noteOff(d policy.Decision) {
	if text := d.Note(); text != "" {
		r.note(text)
	}
}

// authors are the logins of those who opened the target's pull requests.
func (r *run) authors(ctx context.Context, t target) ([]string, error) {
	if t.pr != nil {
		return []string{t.pr.Author}, nil
	}
	var out []string
	for _, n := range t.group {
		pr, err := r.host.PullRequest(ctx, n)
		if err != nil {
			return nil, err
		}
		out = append(out, pr.Author)
	}
	return out, nil
}

// allowed are the decisions on the target's pull requests, as our own answers there
// record them.
func (r *run) allowed(ctx context.Context, t target) []review.Allowed {
	numbers := slices.Clone(t.group)
	if t.number != 0 {
		numbers = append(numbers, t.number)
	}
	var out []review.Allowed
	for _, n := range numbers {
		comments, err := r.comments(ctx, n)
		if r.failed(err) {
			continue
		}
		out = append(out, r.decisions(ctx, n, comments)...)
	}
	return out
}

func (r *run) comments(ctx context.Context, number int) ([]forge.Comment, error) {
	if r.host == nil {
		return nil, nil
	}
	return r.host.Comments(ctx, number)
}

// decisions are what the answers among the comments allow. Only what the tool itself
// wrote counts. What a label allowed counts as long as the label is there, and nothing
// was said about it since.
func (r *run) decisions(ctx context.Context, number int, comments []forge.Comment) []review.Allowed {
	var out []review.Allowed
	add := func(m comment.Marker) {
		if said, ok := m.Override(); ok {
			out = append(out, review.Allowed{Code: m.Code, Object: m.Object, Fingerprint: m.Fingerprint, Override: said})
		}
	}
	for _, c := range comments {
		m, ok := comment.Parse(c.Body)
		if ok && c.Mine && m.Label == "" && r.isOurs(m, comment.KindAllow) {
			add(m)
		}
	}
	answers := r.labelAnswers(comments)
	for _, name := range r.labels(ctx, number, comments) {
		if m, ok := answers[name]; ok {
			add(m)
		}
	}
	return out
}
