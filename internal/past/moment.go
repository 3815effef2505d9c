package past

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/inframap/statepb"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// Now is the name of the moment at which the server is asked.
const Now = "now"

// Moment is a time at which it is known what there was.
type Moment struct {
	// Label says which moment it is, in words.
	Label string
	// Map is what was recorded then; nil for the moment "now".
	Map *inframap.Map
}

// At finds a moment: "now"; a run, named as for [Find], which is the moment after it; a run
// with "^" behind it, which is the moment before it; or a time such as 2026-11-20 or
// 2026-11-20T10:00 in UTC: the newest map that was stored by then or, where the store does
// not say when, the moment after the last run that had ended by then.
func At(ctx context.Context, store state.Store, name string) (*Moment, error) {
	name = strings.TrimSpace(name)
	if strings.EqualFold(name, Now) {
		return &Moment{Label: Now}, nil
	}
	book, err := OpenBook(store)
	if err != nil {
		return nil, err
	}
	runs, _, err := Runs(ctx, book, 0)
	if err != nil {
		return nil, err
	}
	if t, ok := parseTime(name); ok {
		if m, err := stored(ctx, store, t); m != nil || err != nil {
			return m, err
		}
		return atTime(ctx, book, runs, t)
	}
	name, before := strings.CutSuffix(name, "^")
	r, err := find(runs, name)
	if err != nil {
		return nil, err
	}
	files, err := Files(ctx, book, r)
	if err != nil {
		return nil, err
	}
	if before {
		return &Moment{Label: "before " + label(r), Map: files.Before}, nil
	}
	return after(r, files)
}

// after is the moment after a run, which only a run that came to its end has.
func after(r *journal.Run, files *plan.Files) (*Moment, error) {
	if r.Status != journal.Applied {
		return nil, fmt.Errorf("%s did not reach its end (%s), so what was there after it is not on record. Use %q for what was there before it, or %q for what is there now",
			describe(r), r.Status, plan.Short(r.Digest)+"^", Now)
	}
	return &Moment{Label: "after " + label(r), Map: files.Desired}, nil
}

func label(r *journal.Run) string {
	return fmt.Sprintf("plan %s of %s", plan.Short(r.Digest), clock(Ended(r)))
}

// stored is the newest map that was stored by t, nil when the store does not know of one.
func stored(ctx context.Context, store state.Store, t time.Time) (*Moment, error) {
	history, ok := store.(state.History)
	if !ok {
		return nil, nil
	}
	maps, err := history.Maps(ctx)
	if err != nil {
		return nil, err
	}
	for _, info := range maps {
		if info.StoredAt.IsZero() || info.StoredAt.After(t) {
			continue
		}
		blob, err := history.MapAt(ctx, info.Key)
		if err != nil {
			return nil, err
		}
		m, err := statepb.Decode(blob.Data)
		if err != nil {
			return nil, migrate.UnreadableState(store, blob.Key, err)
		}
		return &Moment{Label: clock(t) + ", the state stored " + clock(info.StoredAt), Map: m}, nil
	}
	return nil, nil
}

// atTime is the moment after the newest applied run that had ended by t.
func atTime(ctx context.Context, book journal.Book, runs []*journal.Run, t time.Time) (*Moment, error) {
	if len(runs) == 0 {
		return nil, ErrNothing
	}
	for _, r := range runs {
		if r.Status != journal.Applied || r.Ended.After(t) {
			continue
		}
		files, err := Files(ctx, book, r)
		if err != nil {
			return nil, err
		}
		m, err := after(r, files)
		if err == nil {
			m.Label = clock(t) + ", " + m.Label
		}
		return m, err
	}
	oldest := runs[len(runs)-1]
	// What the oldest run started from was there before it, and nothing older is known.
	return nil, errors.New("nothing is on record for " + clock(t) + ": the oldest run ended at " + clock(Ended(oldest)) +
		". What was there before that run is \"" + plan.Short(oldest.Digest) + "^\"")
}

// parseTime reads the times that a person types, in UTC unless they name a zone.
func parseTime(s string) (time.Time, bool) {
	for _, form := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02 15:04", time.DateTime, "2006-01-02T15:04:05", time.RFC3339} {
		if t, err := time.Parse(form, strings.TrimSuffix(s, " UTC")); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
