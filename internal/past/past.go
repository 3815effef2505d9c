// Package past reads what migrations left behind: the runs of the journal, the plans that
// they applied, and the maps before and after each. It finds a run by what a person types,
// and says in words how it went.
package past

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// ErrNothing says that no migration has left a journal yet.
var ErrNothing = errors.New("no migration is on record yet")

// OpenBook is the journal that a store keeps.
func OpenBook(store state.Store) (journal.Book, error) {
	shelf, ok := store.(state.Shelf)
	if !ok {
		return journal.Book{}, fmt.Errorf("%s keeps no journal", store.Describe())
	}
	return journal.Book{Shelf: shelf}, nil
}

// Runs reads the newest n runs, the newest first; n below 1 is all of them. more is how
// many older ones there are.
func Runs(ctx context.Context, book journal.Book, n int) (runs []*journal.Run, more int, err error) {
	ids, err := book.IDs(ctx)
	if err != nil {
		return nil, 0, err
	}
	if n > 0 && len(ids) > n {
		more = len(ids) - n
		ids = ids[more:]
	}
	slices.Reverse(ids)
	for _, id := range ids {
		r, err := book.Get(ctx, id)
		if errors.Is(err, state.ErrNone) {
			continue // it was pruned in the meantime
		}
		if err != nil {
			return nil, 0, err
		}
		runs = append(runs, r)
	}
	return runs, more, nil
}

// least is how much of a digest or id a person has to type.
const least = 4

// Find is the run that a person names: by its id, the beginning of its id, or the digest of
// its plan or the beginning of that. Of several runs of one plan it is the newest. Empty
// and "last" name the newest run of all.
func Find(ctx context.Context, book journal.Book, name string) (*journal.Run, error) {
	runs, _, err := Runs(ctx, book, 0)
	if err != nil {
		return nil, err
	}
	return find(runs, name)
}

// find looks among runs, the newest first.
func find(runs []*journal.Run, name string) (*journal.Run, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	if len(runs) == 0 {
		return nil, ErrNothing
	}
	if name == "" || name == "last" {
		return runs[0], nil
	}
	if len(name) < least {
		return nil, fmt.Errorf("%q is too short for a run or a digest; give %d characters or more of it", name, least)
	}
	var found []*journal.Run
	for _, r := range runs {
		switch {
		case r.ID == name:
			return r, nil
		case strings.HasPrefix(r.ID, name), strings.HasPrefix(strings.ToLower(r.Digest), name):
			found = append(found, r)
		}
	}
	for _, r := range found {
		// Runs of one plan are one answer; others are not.
		if r.Digest != found[0].Digest {
			return nil, fmt.Errorf("%q is the beginning of several: %s and %s. Give more of it", name, describe(found[0]), describe(r))
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no run on record has an id or a digest that begins with %q. `moose history` lists those that there are", name)
	}
	return found[0], nil
}

func describe(r *journal.Run) string { return "plan " + plan.Short(r.Digest) + " (run " + r.ID + ")" }

// Files is the plan that a run applied.
func Files(ctx context.Context, book journal.Book, r *journal.Run) (*plan.Files, error) {
	data, err := book.Plan(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	files, err := plan.Unpack(data)
	if err != nil {
		return nil, fmt.Errorf("the plan of run %s cannot be read: %w", r.ID, err)
	}
	return files, nil
}

// Ended is when a run ended, or, for an open one, when it was last heard of.
func Ended(r *journal.Run) time.Time {
	if r.Ended.IsZero() {
		return r.Updated
	}
	return r.Ended
}
