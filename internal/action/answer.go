package action

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/comment"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/forge"
	"github.com/moose-migrate/moose-migrate/pkg/policy"
)

// prefix begins a command in a comment; it stands at the beginning of a line.
const prefix = "/moose"

// commands are the lines of a comment that are commands: those that begin with the
// prefix, outside of quotations and blocks of code.
func commands(body string) []string {
	var out []string
	fenced := false
	for line := range strings.Lines(body) {
		line = strings.TrimRight(line, " \t\r\n")
		if trimmed := strings.TrimLeft(line, " "); strings.HasPrefix(trimmed, "```") || strings.HasPrefix(trimmed, "~~~") {
			fenced = !fenced
			continue
		}
		if rest, ok := strings.CutPrefix(line, prefix); ok && !fenced && (rest == "" || rest[0] == ' ') {
			out = append(out, line)
		}
	}
	return out
}

// maxCommands bounds how many commands of one comment are answered.
const maxCommands = 20

// answer does what a comment on a pull request asks for. The code of the pull request is
// not run here: this event has the secrets of the repository. To plan again, the run that
// made the plan is started again.
func (r *run) answer(ctx context.Context) error {
	c := r.ev.Comment
	asked := commands(c.Body)
	switch {
	case !c.OnPullRequest || r.ev.Action != "created" || c.Bot || len(asked) == 0:
		r.log.Noticef("Nothing to do: the comment is no new command on a pull request")
		return nil
	case r.host == nil:
		return errors.New("commands in comments need github-token")
	}
	comments, err := r.host.Comments(ctx, c.Number)
	if err != nil {
		return err
	}
	plans := r.plansOn(comments)
	if done, granted := r.answered(comments, r.said()); done {
		if plans.own != nil && granted.After(plans.own.At) {
			return r.planAgain(ctx, plans.own)
		}
		r.log.Noticef("Nothing to do: the command has its answer")
		return nil
	}
	if r.othersAnswer(plans) {
		r.log.Noticef("Nothing to do: the pull request has no plan of %s, and other plans have their own run", r.in.Environment)
		return nil
	}
	may, err := r.mayDecide(ctx, c.Author)
	if err != nil {
		return err
	}
	again := false
	for _, line := range asked[:min(len(asked), maxCommands)] {
		a := r.reply(line, plans, may)
		again = again || a.Outcome == comment.Granted || a.Outcome == comment.Planning
		if a.Outcome == comment.Planning {
			continue // told once it has begun
		}
		if err := r.say(ctx, c.Number, a); err != nil {
			return err
		}
	}
	if again {
		return r.planAgain(ctx, plans.own)
	}
	return nil
}

// said is what a person said that is answered: a comment, or a label.
type said struct {
	// id is the comment's, or for a label the run's that answers.
	id int64
	// number is the pull request's.
	number         int
	by, url, label string
	at             time.Time
}

func (r *run) said() said {
	if c := r.ev.Comment; c != nil {
		return said{id: c.ID, number: c.Number, by: c.Author, url: c.URL, at: c.At}
	}
	l, pr := r.ev.Label, r.ev.PullRequest
	return said{id: r.ev.Run.ID, number: pr.Number, by: l.By, url: pr.URL, label: l.Name, at: l.At}
}

// newAnswer is the answer to it, without an outcome.
func (r *run) newAnswer() *comment.Answer {
	s := r.said()
	return &comment.Answer{
		Project: r.project(), Environment: r.in.Environment, By: s.by, CommandID: s.id, CommandURL: s.url, Label: s.label,
		Run: r.page("").Run, At: r.f.Now(), Redact: r.f.Redact,
	}
}

// answered reports whether an earlier attempt has answered what was said, and when it
// granted something or a label was decided about.
func (r *run) answered(comments []forge.Comment, s said) (done bool, granted time.Time) {
	for _, c := range comments {
		m, ok := comment.Parse(c.Body)
		if ok && c.Mine && m.Command == s.id && m.Label == s.label && m.Project == r.project() && m.Environment == r.in.Environment {
			done = true
			if m.Kind == comment.KindAllow || m.Label != "" {
				granted = m.At
			}
		}
	}
	return done, granted
}

// plans are the plans that a pull request's comments tell of.
type plans struct {
	// own is that of this project and environment, nil when there is none; first is set when it
	// is the first of all, whose run answers what fits no plan.
	own    *comment.Marker
	first  bool
	others []comment.Marker
}

func (r *run) plansOn(comments []forge.Comment) plans {
	var out plans
	for _, c := range comments {
		m, ok := comment.Parse(c.Body)
		switch {
		case !ok || !c.Mine || m.Kind != comment.KindPlan:
		case r.isOurs(m, comment.KindPlan):
			out.own, out.first = &m, len(out.others) == 0
		default:
			out.others = append(out.others, m)
		}
	}
	return out
}

// othersAnswer reports whether only runs for other plans have something to say.
func (r *run) othersAnswer(p plans) bool { return p.own == nil && len(p.others) > 0 }

// mayDecide reports whether a person may write to the repository.
func (r *run) mayDecide(ctx context.Context, login string) (bool, error) {
	permission, err := r.host.Permission(ctx, login)
	if err != nil {
		return false, err
	}
	return permission == "admin" || permission == "write", nil
}

// reply decides on one command.
func (r *run) reply(line string, p plans, may bool) *comment.Answer {
	a := r.newAnswer()
	a.Command = line
	words := strings.Fields(line)
	switch {
	case !may:
		a.Outcome = comment.NoPermission
	case p.own == nil:
		a.Outcome = comment.NoPlan
	case len(words) == 2 && words[1] == "plan":
		a.Outcome, a.Head = comment.Planning, p.own.Head
	case len(words) >= 4 && words[1] == "allow" || len(words) == 3 && words[1] == "allow":
		a.Head = p.own.Head
		r.allow(a, words, p)
	default:
		a.Outcome = comment.Unreadable
	}
	return a
}

// allow finds the hazard that a command names, "/moose allow CODE OBJECT reason". An
// object of several words is in quotes or named by its fingerprint.
func (r *run) allow(a *comment.Answer, words []string, p plans) {
	code := strings.ToUpper(words[2])
	rest := strings.TrimSpace(strings.SplitN(a.Command, words[2], 2)[1])
	// The longest beginning of the rest that names a hazard of the plan is the object:
	// names such as "topic Foo" have blanks.
	for end := len(rest); end >= 0; end = strings.LastIndexByte(rest[:end], ' ') {
		object := strings.TrimSpace(rest[:end])
		found := hazardsOf(p.own, code, object)
		if len(found) == 0 {
			continue
		}
		var err error
		if a.Reason, a.Until, err = ending(strings.TrimSpace(rest[end:]), r.f.Now()); err != nil {
			a.Outcome, a.Detail = comment.Unreadable, err.Error()
			return
		}
		r.grant(a, p, code, object, found)
		return
	}
	a.Outcome = comment.NoSuchFinding
	if p.own.NoHazards {
		a.Detail = "The plan has too many hazards to allow them one by one. Split the change."
	}
}

// grant lets the one hazard pass that was found under what a person named.
func (r *run) grant(a *comment.Answer, p plans, code, object string, found []string) {
	switch {
	case planAt(p.own, r.said().at) != p.own.Head:
		a.Outcome, a.Detail = comment.NoSuchFinding, "The plan has changed since you said that. Look at it again, and repeat it."
	case len(found) > 1:
		a.Outcome, a.Detail = comment.NoSuchFinding, "Several hazards have that code and object. Name one by its fingerprint: "+strings.Join(found, ", ")
	default:
		a.Outcome, a.More = comment.Granted, p.own.Asks
		a.Finding = finding.Finding{Code: code, Object: object, Fingerprint: found[0]}
	}
}

// endsAt finds the end of a decision behind its reason: "until" and a word that begins
// like a date.
var endsAt = regexp.MustCompile(`(?:^|\s)until (\d\S*?)\.?$`)

// ending takes the end of a decision from its reason; it is zero when there is none.
func ending(reason string, now time.Time) (rest string, until time.Time, err error) {
	m := endsAt.FindStringSubmatchIndex(reason)
	if m == nil {
		return reason, time.Time{}, nil
	}
	until, err = policy.ParseExpiry(reason[m[2]:m[3]])
	if err == nil && !until.After(now) {
		err = fmt.Errorf("%s is over", reason[m[2]:m[3]])
	}
	return strings.TrimSpace(reason[:m[0]]), until, err
}

// hazardsOf are the fingerprints of a plan's hazards that a person names by code and
// object or by code and fingerprint. Where a migration was stopped by one of them, that
// is what is meant: it may have become greater than it was when the plan was made.
func hazardsOf(m *comment.Marker, code, object string) []string {
	key := finding.Key(code, object)
	for _, list := range [][]string{m.Open, m.Hazards} {
		var out []string
		for _, f := range list {
			if (strings.HasPrefix(f, key) || f == object) && !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// planAt is the commit whose plan was to be seen at a time: nobody decides about a plan
// that came after his words. Without a time it is the newest one.
func planAt(m *comment.Marker, at time.Time) string {
	if at.IsZero() || !m.At.After(at) {
		return m.Head
	}
	for _, e := range m.History { // the newest first
		if !e.At.After(at) {
			return e.Head
		}
	}
	return ""
}

func (r *run) say(ctx context.Context, number int, a *comment.Answer) error {
	_, err := r.host.CreateComment(ctx, number, a.Body())
	if r.failed(err) {
		return err
	}
	return nil
}

// How long a run that is still going on is waited for before it is started again: it may
// have read the comments already.
const (
	rerunTries = 60
	rerunPause = 10 * time.Second
)

// planAgain starts the run that made the plan again, so that it plans with what was
// allowed.
func (r *run) planAgain(ctx context.Context, m *comment.Marker) error {
	said, a := r.said(), r.newAnswer()
	// Not an answer about the label, whose decision stays.
	a.Head, a.Label = m.Head, ""
	err := r.host.Rerun(ctx, m.Run)
	for range rerunTries {
		if !errors.Is(err, forge.ErrStillRunning) || r.sleep(ctx, rerunPause) != nil {
			break
		}
		err = r.host.Rerun(ctx, m.Run)
	}
	switch {
	case err == nil:
		if said.label == "" {
			r.host.React(ctx, said.id, "+1")
		}
		return nil
	case ctx.Err() != nil:
		return err
	}
	r.failed(err)
	a.Outcome, a.Detail = comment.CannotRun, r.f.Redact(err.Error())
	return r.say(ctx, said.number, a)
}
