package keepermap

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// lockRow is the lock as it was read, with the server's clock of that moment.
type lockRow struct {
	present bool
	raw     string // base64, what a compare-and-set compares
	record  state.Record
	problem string // why record could not be decoded
	now     time.Time
}

func (r lockRow) expired() bool { return r.problem == "" && !r.record.ExpiresAt.After(r.now) }

func (r lockRow) holder() *state.Holder {
	if !r.present || r.expired() {
		return nil
	}
	h := state.Holder{Problem: r.problem}
	if r.problem == "" {
		h = r.record.Holder()
	}
	h.Seen, h.Mark = r.now, r.raw
	return &h
}

func (s *Store) readLock(ctx context.Context) (lockRow, error) {
	var ms int64
	var values []string
	err := s.selectOne(ctx, "SELECT toUnixTimestamp64Milli(now64(3)), groupArray(value) FROM "+
		s.table+" WHERE key = "+quoteText(LockKey), &ms, &values)
	if err != nil {
		return lockRow{}, err
	}
	row := lockRow{now: time.UnixMilli(ms).UTC()}
	if len(values) > 0 {
		row.present, row.raw = true, values[0]
		if row.record, err = decodeLock(values[0]); err != nil {
			row.problem = err.Error()
		}
	}
	return row, nil
}

func decodeLock(value string) (state.Record, error) {
	data, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		return state.Record{}, fmt.Errorf("it is not base64: %w", err)
	}
	return state.DecodeRecord(data)
}

func encodeLock(r state.Record) (string, error) {
	data, err := r.Encode()
	return base64.StdEncoding.EncodeToString(data), err
}

// Holder reads the lock row.
func (s *Store) Holder(ctx context.Context) (*state.Holder, error) {
	row, err := s.readLock(ctx)
	if code(err) == codeUnknownTable {
		return nil, nil
	}
	if err != nil {
		return nil, s.explain("reading the migration lock", err)
	}
	return row.holder(), nil
}

// Lock inserts the lock row, or replaces one that has expired.
func (s *Store) Lock(ctx context.Context, owner state.Owner) (state.Lock, error) {
	if err := owner.Validate(); err != nil {
		return nil, err
	}
	if err := s.ensure(ctx); err != nil {
		return nil, err
	}
	l := &lease{store: s, owner: owner, id: uuid.NewString()}
	var last error
	const attempts = 5
	for range attempts {
		looked := s.timing.Now()
		row, err := s.readLock(ctx)
		if err != nil {
			return nil, s.explain("reading the migration lock", errors.Join(err, last))
		}
		if !l.owns(row) {
			if h := row.holder(); h != nil {
				return nil, s.held(*h, row.now)
			}
			if last = l.take(ctx, row); last != nil && code(last) != codeKeeper {
				s.abandon(ctx, l)
				return nil, s.explain("taking the migration lock", last)
			}
			looked = s.timing.Now()
			if row, err = s.readLock(ctx); err != nil {
				s.abandon(ctx, l)
				return nil, s.explain("confirming the migration lock", err)
			}
		}
		if l.owns(row) && !row.expired() {
			// The row may be that of an earlier attempt, which took effect late.
			age := s.timing.TTL - row.record.ExpiresAt.Sub(row.now)
			return state.Hold(ctx, l, s.timing, looked.Add(-age)), nil
		}
	}
	if last == nil {
		last = errors.New("it changed hands at every attempt; try again")
	}
	return nil, s.explain("taking the migration lock", last)
}

// abandon removes a row that a failed acquisition may have left behind. It may
// fail as well; then the row ends by expiry.
func (s *Store) abandon(ctx context.Context, l *lease) {
	if err := l.Release(context.WithoutCancel(ctx)); err != nil && !errors.Is(err, state.ErrLockLost) {
		s.log.WarnContext(ctx, "an unconfirmed migration lock may remain until it expires", "store", s.Describe(), "error", err)
	}
}

func (s *Store) held(h state.Holder, now time.Time) *state.HeldError {
	where := s.table + " WHERE key = " + quoteText(LockKey)
	return &state.HeldError{
		Holder: h, Store: s.Describe(), Now: now,
		Look:   "SELECT base64Decode(value) FROM " + where,
		Remove: "DELETE FROM " + where,
	}
}
