package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// Bounds of what is kept: at least KeepRuns ended runs, and beyond them those that ended
// less than KeepFor ago. Open runs are never removed.
const (
	KeepRuns = 50
	KeepFor  = 90 * 24 * time.Hour
)

// maxPlan bounds what a stored plan may unpack to, in bytes.
const maxPlan = 256 << 20

// names on the shelf.
const (
	runPrefix  = "runs/"
	planPrefix = "plans/"
)

// Book is the journal of all migrations of a project.
type Book struct{ Shelf state.Shelf }

// idTime is how an id begins.
const idTime = "20060102T150405.000Z"

// NewID is the id of a run that begins now; token makes it unique. It sorts behind after,
// the id of the newest run, empty for none, also when the clock of that run's machine is
// ahead.
func NewID(now time.Time, token, after string) string {
	stamp, _, _ := strings.Cut(after, "-")
	if last, err := time.Parse(idTime, strings.ToUpper(stamp)); err == nil && !now.UTC().Truncate(time.Millisecond).After(last) {
		now = last.Add(time.Millisecond)
	}
	return strings.ToLower(now.UTC().Format(idTime) + "-" + token)
}

// Begin stores a run that is about to start, and the files of its plan, packed, from which
// it can be resumed.
func (b Book) Begin(ctx context.Context, r *Run, plan []byte) error {
	packed, err := pack(plan)
	if err != nil {
		return err
	}
	if err := b.Shelf.Put(ctx, planPrefix+r.ID, packed); err != nil {
		return fmt.Errorf("write the journal: %w", err)
	}
	return b.Write(ctx, nil, r)
}

// Write replaces the stored form of before, nil for none, by r. An error that wraps
// state.ErrChanged says that another process has written the run meanwhile. A write that
// was carried out though its answer was lost is no error.
func (b Book) Write(ctx context.Context, before, r *Run) error {
	var old []byte
	var err error
	if before != nil {
		if old = before.stored; old == nil {
			if old, err = before.Encode(); err != nil {
				return err
			}
		}
	}
	data, err := r.Encode()
	if err != nil {
		return err
	}
	name := runPrefix + r.ID
	if err = b.Shelf.Swap(ctx, name, old, data); err != nil {
		if have, readErr := b.Shelf.Get(ctx, name); readErr != nil || !bytes.Equal(have, data) {
			return fmt.Errorf("write the journal: %w", err)
		}
	}
	r.stored = data
	return nil
}

// IDs lists the runs that are kept, oldest first.
func (b Book) IDs(ctx context.Context) ([]string, error) {
	names, err := b.Shelf.Names(ctx, runPrefix)
	if err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	for i := range names {
		names[i] = strings.TrimPrefix(names[i], runPrefix)
	}
	return names, nil
}

// Get reads a run.
func (b Book) Get(ctx context.Context, id string) (*Run, error) {
	data, err := b.Shelf.Get(ctx, runPrefix+id)
	if err != nil {
		return nil, fmt.Errorf("read the journal of %s: %w", id, err)
	}
	r, err := Decode(data)
	if err != nil {
		return nil, fmt.Errorf("the journal of %s cannot be read: %w", id, err)
	}
	return r, nil
}

// Plan is what Begin was given for a run.
func (b Book) Plan(ctx context.Context, id string) ([]byte, error) {
	packed, err := b.Shelf.Get(ctx, planPrefix+id)
	if err != nil {
		return nil, fmt.Errorf("read the plan of %s: %w", id, err)
	}
	plan, err := unpack(packed)
	if err != nil {
		return nil, fmt.Errorf("the plan of %s cannot be read: %w", id, err)
	}
	return plan, nil
}

// Last is the newest run, nil when there is none.
func (b Book) Last(ctx context.Context) (*Run, error) {
	ids, err := b.IDs(ctx)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return b.Get(ctx, ids[len(ids)-1])
}

// Prune removes ended runs that are old, see KeepRuns and KeepFor.
func (b Book) Prune(ctx context.Context, now time.Time) error {
	ids, err := b.IDs(ctx)
	if err != nil || len(ids) <= KeepRuns {
		return err
	}
	var gone []string
	for _, id := range ids[:len(ids)-KeepRuns] {
		r, err := b.Get(ctx, id)
		if errors.Is(err, state.ErrNone) || err == nil && (r.Status.Open() || now.Sub(r.Ended) < KeepFor) {
			continue
		}
		if err != nil {
			return err
		}
		gone = append(gone, planPrefix+id, runPrefix+id)
	}
	return b.Shelf.Remove(ctx, gone...)
}

func pack(data []byte) ([]byte, error) {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		return nil, fmt.Errorf("pack the plan: %w", err)
	}
	defer func() { _ = w.Close() }()
	return w.EncodeAll(data, nil), nil
}

func unpack(packed []byte) ([]byte, error) {
	r, err := zstd.NewReader(bytes.NewReader(packed), zstd.WithDecoderMaxMemory(maxPlan))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxPlan+1))
	if err == nil && len(data) > maxPlan {
		err = fmt.Errorf("it is larger than %d bytes", maxPlan)
	}
	return data, err
}
