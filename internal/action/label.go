package action

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/action/event"
	"github.com/moose-migrate/moose-migrate/pkg/action/manifest"
	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
)

// labelPrefix begins a label that allows a hazard: "moose-allow: LC201 local.Users.age".
const labelPrefix = "moose-allow:"

// aboutLabel reports whether the event is a label that allows a hazard, set or taken
// away. No code of the project is run for it.
func (r *run) aboutLabel() bool {
	return r.ev.Label != nil && r.in.Command == manifest.CommandPlan && strings.HasPrefix(r.ev.Label.Name, labelPrefix) &&
		(r.ev.Name == event.PullRequest || r.ev.Name == event.PullRequestTarget)
}

// answerLabel records what a label decides as an answer of ours, as for a command in a
// comment, and has the plan made again.
func (r *run) answerLabel(ctx context.Context) error {
	if r.host == nil {
		return errors.New("labels that allow a hazard need github-token")
	}
	number := r.ev.PullRequest.Number
	comments, err := r.host.Comments(ctx, number)
	if err != nil {
		return err
	}
	p := r.plansOn(comments)
	done, decided := r.answered(comments, r.said())
	if done && p.own != nil && decided.After(p.own.At) {
		return r.planAgain(ctx, p.own)
	}
	if done || r.othersAnswer(p) {
		r.log.Noticef("Nothing to do: the label has its answer, or is about another plan")
		return nil
	}
	var a *comment.Answer
	if r.ev.Label.Removed {
		if !r.hasLabelDecision(comments) {
			r.log.Noticef("Nothing to do: the label has allowed nothing")
			return nil
		}
		a = r.newAnswer()
		a.Outcome = comment.Withdrawn
	} else {
		may := false
		if !r.ev.Label.Bot {
			if may, err = r.mayDecide(ctx, r.ev.Label.By); err != nil {
				return err
			}
		}
		a = r.replyLabel(p, may)
	}
	if p.own != nil {
		a.Head = p.own.Head
	}
	if err := r.say(ctx, number, a); err != nil {
		return err
	}
	if p.own != nil && (a.Outcome == comment.Granted || a.Outcome == comment.Withdrawn) {
		return r.planAgain(ctx, p.own)
	}
	return nil
}

// replyLabel decides on a label that was set: its code and object name one hazard, or its
// code alone does.
func (r *run) replyLabel(p plans, may bool) *comment.Answer {
	a := r.newAnswer()
	code, object, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(r.ev.Label.Name, labelPrefix)), " ")
	code, object = strings.ToUpper(code), strings.TrimSpace(object)
	switch {
	case !may:
		a.Outcome = comment.NoPermission
	case p.own == nil:
		a.Outcome = comment.NoPlan
	case code == "":
		a.Outcome = comment.UnreadableLabel
	default:
		found := hazardsOf(p.own, code, object)
		if place, sole := p.own.Sole[code]; sole && object == "" {
			found = []string{p.own.Hazards[place]}
		}
		if len(found) == 0 {
			a.Outcome = comment.NoSuchFinding
			a.Detail = "A label has at most 50 characters; what is longer can be allowed by a comment. The code alone is enough when the plan has one hazard of it."
			return a
		}
		r.grant(a, p, code, object, found)
	}
	return a
}

// hasLabelDecision reports whether the label's last answer allows something.
func (r *run) hasLabelDecision(comments []forge.Comment) bool {
	last, ok := r.labelAnswers(comments)[r.ev.Label.Name]
	return ok && last.Kind == comment.KindAllow
}

// labelAnswers are the last answers about each label. An earlier one does not count any
// more: the label was taken away since, or set again by someone else.
func (r *run) labelAnswers(comments []forge.Comment) map[string]comment.Marker {
	out := map[string]comment.Marker{}
	for _, c := range comments {
		m, ok := comment.Parse(c.Body)
		if ok && c.Mine && m.Label != "" && (r.isOurs(m, comment.KindAllow) || r.isOurs(m, comment.KindAnswer)) {
			out[m.Label] = m
		}
	}
	return out
}

// labels are the names of a pull request's labels, asked for only when a decision rests
// on one. When they cannot be read, no label counts.
func (r *run) labels(ctx context.Context, number int, comments []forge.Comment) []string {
	answers := r.labelAnswers(comments)
	if !slices.ContainsFunc(slices.Collect(maps.Values(answers)), func(m comment.Marker) bool { return m.Kind == comment.KindAllow }) {
		return nil
	}
	names, err := r.host.Labels(ctx, number)
	if r.failed(err) {
		return nil
	}
	return names
}
