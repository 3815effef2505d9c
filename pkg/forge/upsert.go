package forge

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Sticky is the one comment of a project and an environment on a pull request.
type Sticky struct {
	// Is reports whether a comment is this one, by its marker. It is only asked about
	// comments that the token's login wrote.
	Is func(body string) bool
	// Newer reports whether a comment comes from a newer run than this one.
	Newer func(body string) bool
	// Render makes the text. previous is the existing comment or empty; level 0 is the
	// fullest, each next one shorter; false: there is no shorter one.
	Render func(previous string, level int) (body string, ok bool)
}

// Outcome is what became of an Upsert.
type Outcome string

// The outcomes of an Upsert.
const (
	Created   Outcome = "created"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
	// Superseded: a newer run's comment is there and was left alone.
	Superseded Outcome = "superseded"
)

const (
	// upsertRounds bounds how often the comment is looked at.
	upsertRounds = 12
	// patience is for how many looks a newer run is given time to tidy up after itself.
	patience = 3
	// patiencePause is the time between these looks.
	patiencePause = 2 * time.Second
)

// Upsert writes the one comment: it edits the existing one in place, creates it when there
// is none, and leaves a newer run's alone. Several runs may do so at once, as GitHub has no
// way to write only when nothing changed. Hence after every write it looks again, until the
// comment is alone and says what it shall: the oldest of several stays, with the newest
// verdict, and the others are deleted.
//
// A run that sees a newer one writes nothing. Only when that newer run has evidently ended
// without tidying up is its text moved to the oldest comment.
func (c *Client) Upsert(ctx context.Context, number int, s Sticky) (Comment, Outcome, error) {
	u := &upsert{c: c, number: number, s: s, outcome: Unchanged}
	for range upsertRounds {
		done, err := u.round(ctx)
		if err != nil {
			return Comment{}, "", err
		}
		if done {
			return u.kept, u.outcome, nil
		}
	}
	return Comment{}, "", fmt.Errorf("the comment on #%d is rewritten by others again and again; is another run with the same name active?", number)
}

type upsert struct {
	c       *Client
	number  int
	s       Sticky
	level   int
	written string // what this run wrote last, empty: nothing
	waits   int
	failed  int
	outcome Outcome
	kept    Comment
}

// round looks once and does the next step; it reports whether nothing is left to do.
func (u *upsert) round(ctx context.Context) (bool, error) {
	all, err := u.c.Comments(ctx, u.number)
	if err != nil {
		return false, err
	}
	ours := slices.DeleteFunc(all, func(m Comment) bool { return !m.Mine || !u.s.Is(m.Body) })
	slices.SortFunc(ours, func(a, b Comment) int { return int(max(-1, min(1, a.ID-b.ID))) })
	if len(ours) == 0 {
		return false, u.create(ctx)
	}
	var newer []Comment
	for _, m := range ours {
		if u.s.Newer(m.Body) {
			newer = append(newer, m)
		}
	}
	if len(newer) > 0 {
		return u.superseded(ctx, ours, newer)
	}
	return u.update(ctx, ours)
}

// create writes the first one; the next round looks for others.
func (u *upsert) create(ctx context.Context) error {
	body, err := u.render("")
	if err != nil {
		return err
	}
	u.written, u.outcome = body, Created
	_, err = u.c.createComment(ctx, u.number, body)
	switch {
	case errors.Is(err, ErrTooLong):
		return u.shorter(err)
	case errors.Is(err, ErrUncertain):
		u.failed++
		if u.failed >= sureTries {
			return err
		}
		u.c.o.Log(err.Error() + "; looking whether it is there")
		return u.c.o.Sleep(ctx, patiencePause)
	}
	return err
}

// update brings the oldest to what this run says, then deletes the others.
func (u *upsert) update(ctx context.Context, ours []Comment) (bool, error) {
	keep := ours[0]
	settled := u.written != "" && sameText(keep.Body, u.written)
	if !settled {
		body, err := u.render(keep.Body)
		if err != nil {
			return false, err
		}
		if !sameText(keep.Body, body) {
			u.written = body
			_, err := u.c.UpdateComment(ctx, keep.ID, body)
			switch {
			case errors.Is(err, ErrTooLong):
				return false, u.shorter(err)
			case errors.Is(err, ErrNotFound): // deleted meanwhile
				return false, nil
			case err != nil:
				return false, err
			}
			if u.outcome != Created {
				u.outcome = Updated
			}
			return false, nil
		}
	}
	u.kept = keep
	if len(ours) == 1 {
		return true, nil
	}
	return false, u.delete(ctx, ours[1:])
}

// superseded leaves the newest alone and takes away what is older, once it is certain that
// nobody else is about to.
func (u *upsert) superseded(ctx context.Context, ours, newer []Comment) (bool, error) {
	u.outcome = Superseded
	u.kept = slices.MaxFunc(newer, func(a, b Comment) int {
		if n := a.UpdatedAt.Compare(b.UpdatedAt); n != 0 {
			return n
		}
		return int(max(-1, min(1, a.ID-b.ID)))
	})
	if len(ours) == 1 {
		return true, nil
	}
	if u.waits < patience {
		u.waits++
		return false, u.c.o.Sleep(ctx, patiencePause)
	}
	if keep := ours[0]; keep.ID != u.kept.ID {
		_, err := u.c.UpdateComment(ctx, keep.ID, u.kept.Body)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return false, err
		}
		if err != nil {
			return false, nil
		}
	}
	return false, u.delete(ctx, ours[1:])
}

func (u *upsert) delete(ctx context.Context, comments []Comment) error {
	for _, m := range comments {
		if err := u.c.DeleteComment(ctx, m.ID); err != nil {
			return err
		}
	}
	return nil
}

func (u *upsert) render(previous string) (string, error) {
	body, ok := u.s.Render(previous, u.level)
	if !ok {
		return "", fmt.Errorf("cannot comment on #%d: %w, also in its shortest form", u.number, ErrTooLong)
	}
	return u.c.redact(body), nil
}

// shorter goes one level down.
func (u *upsert) shorter(err error) error {
	u.level++
	u.written = ""
	if u.level > 20 {
		return err
	}
	u.c.o.Log("the comment is too long for the host; writing a shorter one")
	return nil
}

// sameText ignores what hosts change in a text: line ends, and space at its end.
func sameText(a, b string) bool { return normal(a) == normal(b) }

func normal(text string) string {
	return strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), " \t\n")
}
