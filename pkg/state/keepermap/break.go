package keepermap

import (
	"context"
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

var _ state.Breaker = (*Store)(nil)

// Break removes the lock row when its value is still the one that was looked at, whether
// it can be read or not.
func (s *Store) Break(ctx context.Context, holder state.Holder) error {
	const attempts = 4
	var last error
	for attempt := range attempts {
		row, err := s.readLock(ctx)
		if code(err) == codeUnknownTable {
			return s.changed()
		}
		if err != nil {
			return s.explain("reading the migration lock", err)
		}
		if !row.present || row.raw != holder.Mark {
			// After an attempt only a renewal means that the holder is still there.
			renewed := row.present && row.problem == "" && row.record.Holder().Same(holder)
			if attempt > 0 && !renewed {
				return nil
			}
			return s.changed()
		}
		if last = s.removeLock(ctx, row.raw); last != nil && code(last) != codeKeeper {
			return s.explain("removing the migration lock", last)
		}
	}
	if last != nil {
		return s.explain("removing the migration lock", last)
	}
	return fmt.Errorf("removing the migration lock in %s had no effect", s.Describe())
}

func (s *Store) changed() error {
	return fmt.Errorf("removing the migration lock in %s: %w", s.Describe(), state.ErrChanged)
}

// removeLock is a compare-and-delete; nothing tells whether the condition matched.
func (s *Store) removeLock(ctx context.Context, value string) error {
	return s.exec(ctx, fmt.Sprintf("DELETE FROM %s WHERE key = %s AND value = %s%s",
		s.table, quoteText(LockKey), quoteText(value), s.strict()))
}
