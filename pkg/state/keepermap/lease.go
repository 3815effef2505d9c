package keepermap

import (
	"context"
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// lease is one acquisition. It keeps no copy of the row: each step reads it,
// and compares and sets what it read.
type lease struct {
	store *Store
	owner state.Owner
	id    string
}

var _ state.Lease = (*lease)(nil)

func (l *lease) owns(r lockRow) bool {
	return r.present && r.problem == "" && r.record.Lease == l.id
}

// take writes the lock over a row that is absent or expired.
func (l *lease) take(ctx context.Context, row lockRow) error {
	value, err := encodeLock(state.NewRecord(l.owner, l.id, row.now, l.store.timing.TTL))
	if err != nil {
		return err
	}
	if row.present {
		return l.swap(ctx, row.raw, value)
	}
	return l.store.exec(ctx, fmt.Sprintf("INSERT INTO %s (key, value)%s SELECT %s, %s",
		l.store.table, l.store.strict(), quoteText(LockKey), quoteText(value)))
}

// swap is a compare-and-set; nothing tells whether the condition matched.
func (l *lease) swap(ctx context.Context, from, to string) error {
	return l.store.exec(ctx, fmt.Sprintf("ALTER TABLE %s UPDATE value = %s WHERE key = %s AND value = %s%s",
		l.store.table, quoteText(to), quoteText(LockKey), quoteText(from), l.store.strict()))
}

// read returns the lock row when it is ours and alive.
func (l *lease) read(ctx context.Context) (lockRow, error) {
	row, err := l.store.readLock(ctx)
	return row, l.judge(row, err)
}

// judge says what reading the row means for the lock.
func (l *lease) judge(row lockRow, err error) error {
	if code(err) == codeUnknownTable {
		return fmt.Errorf("%w: the table %s was removed", state.ErrLockLost, l.store.Describe())
	}
	if err != nil {
		return l.store.explain("reading the migration lock", err)
	}
	switch {
	case !row.present:
		return fmt.Errorf("%w: its row in %s was removed", state.ErrLockLost, l.store.Describe())
	case !l.owns(row):
		by := row.holder()
		if by == nil || by.Problem != "" {
			return fmt.Errorf("%w: its row in %s was overwritten", state.ErrLockLost, l.store.Describe())
		}
		return fmt.Errorf("%w: it is now held by %s", state.ErrLockLost, by.Name())
	case row.expired():
		return fmt.Errorf("%w: it expired at %s by the clock of the server", state.ErrLockLost, row.record.ExpiresAt.Format("15:04:05.000 UTC"))
	}
	return nil
}

// Check reads the row.
func (l *lease) Check(ctx context.Context) error {
	_, err := l.read(ctx)
	return err
}

// Renew moves expires_at and confirms it.
func (l *lease) Renew(ctx context.Context) error {
	before, err := l.read(ctx)
	if err != nil {
		return err
	}
	record := state.NewRecord(l.owner, l.id, before.now, l.store.timing.TTL)
	record.StartedAt = before.record.StartedAt
	value, err := encodeLock(record)
	if err != nil {
		return err
	}
	swapErr := l.swap(ctx, before.raw, value)
	after, err := l.read(ctx)
	if err != nil {
		return err
	}
	if after.raw == value {
		return nil
	}
	if swapErr == nil {
		return fmt.Errorf("renewing the migration lock in %s had no effect", l.store.Describe())
	}
	return l.store.explain("renewing the migration lock", swapErr)
}

// Release deletes the row when it is ours, expired or not. A renewal that was
// under way may still change the row in between, hence the attempts.
func (l *lease) Release(ctx context.Context) error {
	const attempts = 4
	var last error
	for attempt := range attempts {
		row, err := l.store.readLock(ctx)
		if err == nil && attempt > 0 && !l.owns(row) {
			return nil
		}
		if err != nil || !l.owns(row) {
			return l.judge(row, err)
		}
		last = l.store.removeLock(ctx, row.raw)
		if last != nil && code(last) != codeKeeper {
			return l.store.explain("removing the migration lock", last)
		}
	}
	if last != nil {
		return l.store.explain("removing the migration lock", last)
	}
	return fmt.Errorf("removing the migration lock in %s had no effect", l.store.Describe())
}
