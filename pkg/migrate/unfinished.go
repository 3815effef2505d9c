package migrate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize/english"
	"github.com/google/uuid"

	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// Unfinished is a run that was begun and neither finished nor given up.
type Unfinished struct {
	Run *journal.Run
	// Files is its plan.
	Files *plan.Files
}

// Newest is the newest run in the store's journal with its plan, nil when there is none, or
// the store keeps no journal. Files is nil when the plan cannot be read.
func Newest(ctx context.Context, store state.Store) (*Unfinished, error) {
	shelf, ok := store.(state.Shelf)
	if !ok {
		return nil, nil
	}
	return newest(ctx, journal.Book{Shelf: shelf})
}

func newest(ctx context.Context, book journal.Book) (*Unfinished, error) {
	r, err := book.Last(ctx)
	if err != nil || r == nil {
		return nil, err
	}
	u := &Unfinished{Run: r}
	packed, err := book.Plan(ctx, r.ID)
	if err == nil {
		u.Files, err = plan.Unpack(packed)
	}
	if err != nil && r.Status.Open() {
		return nil, fmt.Errorf("a migration was begun and not finished, and its plan cannot be read: %w\nGive it up with: moose migrate --abandon --reason \"...\"", err)
	}
	if u.Files != nil && len(u.Files.Plan.Operations) != len(r.Steps) {
		return nil, fmt.Errorf("the journal of %s is about %d operations, and its plan has %d", r.ID, len(r.Steps), len(u.Files.Plan.Operations))
	}
	return u, nil
}

// InDoubt are the numbers, from 1, of operations of which the journal does not say whether
// they were carried out.
func (u *Unfinished) InDoubt() []int {
	var out []int
	for i, step := range u.Run.Steps {
		if step == journal.Started || step == journal.Failed {
			out = append(out, i+1)
		}
	}
	return out
}

// Describe names operation number, from 1.
func (u *Unfinished) Describe(number int) string {
	if u.Files == nil {
		return fmt.Sprintf("operation %d", number)
	}
	return fmt.Sprintf("operation %d (%s)", number, plan.Describe(u.Files.Plan.Operations[number-1]))
}

// String says which run it is and how far it came, in two or three lines.
func (u *Unfinished) String() string {
	r := u.Run
	var b strings.Builder
	fmt.Fprintf(&b, "run %s of plan %s, begun %s", r.ID, plan.Short(r.Digest), r.Started.UTC().Format("2006-01-02 15:04:05 UTC"))
	holder := state.Holder{Owner: state.Owner{Machine: r.Machine, Actor: r.Actor, RunURL: r.RunURL, PID: r.PID}}
	fmt.Fprintf(&b, " by %s: %d of %s done", holder.Name(), r.Steps.Count(journal.Verified), english.Plural(len(r.Steps), "operation", ""))
	for i, n := range u.InDoubt() {
		b.WriteString(map[bool]string{true: "; in doubt: ", false: ", "}[i == 0] + u.Describe(n))
	}
	if r.Failure != "" {
		b.WriteString("\nIt stopped because: " + firstLine(r.Failure))
	}
	return b.String()
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// UnfinishedError keeps a migration from starting, since an earlier one was begun and not
// finished. Nothing was changed.
type UnfinishedError struct {
	*Unfinished
	// Same is set when it is the same plan; otherwise Why says what has to be settled first.
	Same bool
	Why  string
}

// Error names the run, how far it came, and what can be done.
func (e *UnfinishedError) Error() string {
	what := "this plan was begun and not finished"
	if !e.Same {
		what = "another plan was begun and not finished, and " + e.Why
	}
	return fmt.Sprintf("%s: %s\nNothing was changed now. Go on with it:\n  moose migrate --resume\nor give it up, and make a new plan from what is there:\n  moose migrate --abandon --reason \"...\"", what, e.Unfinished)
}

// settleEarlier looks at the newest run. It refuses to start when that is unfinished and of
// the same plan, or has left something in doubt that a new plan would not see.
func (w *work) settleEarlier(ctx context.Context) (*Unfinished, error) {
	if w.book == nil {
		return nil, nil
	}
	last, err := newest(ctx, *w.book)
	if err != nil || last == nil || !last.Run.Status.Open() {
		return last, err
	}
	digest, err := digestOf(w.Files)
	if err != nil {
		return nil, err
	}
	if last.Run.Digest == digest {
		return nil, &UnfinishedError{Unfinished: last, Same: true}
	}
	if err := w.quiet(ctx, last.Run); err != nil {
		return nil, err
	}
	_, unknown, err := w.fatesOf(ctx, last)
	if err != nil {
		return nil, err
	}
	if len(unknown) > 0 {
		return nil, &UnfinishedError{Unfinished: last, Why: unknown[0].Error()}
	}
	return last, nil
}

// supersede gives an unfinished run up in favour of this plan.
func (w *work) supersede(ctx context.Context, last *Unfinished) error {
	if last == nil || !last.Run.Status.Open() {
		return nil
	}
	digest, err := digestOf(w.Files)
	if err != nil {
		return err
	}
	gone := last.Run.Clone()
	gone.Status, gone.Note = journal.Abandoned, "superseded by plan "+plan.Short(digest)
	gone.Updated, gone.Ended = w.Now().UTC(), w.Now().UTC()
	return w.book.Write(ctx, last.Run, gone)
}

// begin writes down that this plan is begun.
func (w *work) begin(ctx context.Context, last *Unfinished) error {
	if w.book == nil || len(w.Files.Plan.Operations) == 0 {
		return nil
	}
	digest, err := digestOf(w.Files)
	if err != nil {
		return err
	}
	packed, err := w.Files.Pack()
	if err != nil {
		return err
	}
	if err := w.supersede(ctx, last); err != nil {
		return err
	}
	before := ""
	if last != nil {
		before = last.Run.ID
	}
	now := w.Now().UTC()
	r := &journal.Run{
		ID: journal.NewID(now, uuid.NewString()[:8], before), Digest: digest, Status: journal.Running, Started: now, Updated: now,
		Commit: w.Commit, Environment: w.Environment, Version: w.ToolVersion,
		Steps: journal.Steps(slices.Repeat([]journal.Step{journal.Pending}, len(w.Files.Plan.Operations))),
	}
	own(r, w.Owner)
	if err := w.book.Begin(ctx, r, packed); err != nil {
		return fmt.Errorf("nothing was changed, since it could not be written down: %w", err)
	}
	w.ledger = newLedger(*w.book, w.Now, r)
	return nil
}

func own(r *journal.Run, o state.Owner) {
	r.Machine, r.Actor, r.RunURL, r.PID = o.Machine, o.Actor, o.RunURL, o.PID
}

func digestOf(files *plan.Files) (string, error) {
	return plan.Digest(files.Plan.Operations, files.Before, files.Desired)
}

// ErrNothingUnfinished says that there is no run to take up or to give up.
var ErrNothingUnfinished = errors.New("there is no unfinished migration")

// Abandon gives the unfinished run up, under the lock: it is marked so with the reason, and
// nothing else is changed. The error wraps ErrNothingUnfinished when there is none.
func Abandon(ctx context.Context, in Input, reason string) (gone *Unfinished, err error) {
	err = locked(ctx, in, func(ctx context.Context, w *work) error {
		if w.book == nil {
			return ErrNothingUnfinished
		}
		last, err := w.book.Last(ctx) // its plan may be what is broken
		if err != nil {
			return err
		}
		if last == nil || !last.Status.Open() {
			return ErrNothingUnfinished
		}
		next := last.Clone()
		next.Status, next.Note = journal.Abandoned, cut(reason, maxFailure)
		next.Updated, next.Ended = w.Now().UTC(), w.Now().UTC()
		if err := w.lock.Check(ctx); err != nil {
			return err
		}
		if err := w.book.Write(ctx, last, next); err != nil {
			return err
		}
		gone = &Unfinished{Run: next}
		if packed, err := w.book.Plan(ctx, next.ID); err == nil {
			if files, err := plan.Unpack(packed); err == nil && len(files.Plan.Operations) == len(next.Steps) {
				gone.Files = files
			}
		}
		return nil
	})
	return gone, err
}

// quietInterval is how often it is asked whether a statement of a dead run still runs.
const quietInterval = 500 * time.Millisecond

// quiet waits until the server works on no statement of a run whose process is gone.
func (w *work) quiet(ctx context.Context, r *journal.Run) error {
	for told := false; ; told = true {
		runs, err := w.Server.Running(ctx, r.Mark())
		if err != nil || !runs {
			return err
		}
		if !told {
			w.tell("Waiting for a statement of run %s that ClickHouse still works on …", r.ID)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("ClickHouse still works on a statement of run %s: %w", r.ID, context.Cause(ctx))
		case <-time.After(quietInterval):
		}
	}
}
