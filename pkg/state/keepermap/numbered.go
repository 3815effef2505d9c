package keepermap

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// number is the SQL for the milliseconds in a key that begins with one of the prefixes,
// NULL for other keys.
func number(prefixes ...string) string {
	out := "NULL"
	for _, prefix := range prefixes {
		out = fmt.Sprintf("if(startsWith(key, %s), toInt64OrNull(substring(key, %d)), %s)", quoteText(prefix), len(prefix)+1, out)
	}
	return out
}

// insert adds a row with a larger number than any other of the prefixes, of which prefix is
// one, and reads it back. It returns the row's key.
func (s *Store) insert(ctx context.Context, prefix string, prefixes []string, value string) (string, error) {
	const attempts = 5
	for range attempts {
		key, err := s.tryInsert(ctx, prefix, prefixes, value)
		if err != nil || key != "" {
			return key, err
		}
	}
	return "", fmt.Errorf("other writers took the next key %d times; take the migration lock before writing", attempts)
}

// tryInsert returns the key of the confirmed row, or "" when another writer
// took that key first.
func (s *Store) tryInsert(ctx context.Context, prefix string, prefixes []string, value string) (string, error) {
	number, created, err := s.next(ctx, prefixes)
	if err != nil {
		return "", err
	}
	key := prefix + strconv.FormatInt(number, 10)
	query := fmt.Sprintf("INSERT INTO %s (key, value, created_at)%s SELECT %s, %s, toDateTime(%d)",
		s.table, s.strict(), quoteText(key), quoteText(value), created)
	insertErr := s.exec(large(ctx), query)
	if insertErr != nil && code(insertErr) != codeKeeper {
		return "", insertErr
	}
	var stored []string
	if err := s.selectOne(ctx, "SELECT groupArray(value) FROM "+s.table+" WHERE key = "+quoteText(key), &stored); err != nil {
		return "", fmt.Errorf("reading back %s: %w", key, err)
	}
	switch {
	case slices.Contains(stored, value):
		return key, nil
	case len(stored) == 0 && insertErr != nil:
		return "", insertErr
	case len(stored) == 0:
		return "", fmt.Errorf("the row %s was written but cannot be read back", key)
	}
	return "", nil
}

// next chooses a number above every present one, and a created_at (in seconds)
// above every present one, because that is what Moose's own loading sorts by.
// Both come from the server's clock.
func (s *Store) next(ctx context.Context, prefixes []string) (largest, created int64, err error) {
	ours := make([]string, len(prefixes))
	for i, prefix := range prefixes {
		ours[i] = "startsWith(key, " + quoteText(prefix) + ")"
	}
	err = s.selectOne(ctx, "SELECT greatest(toUnixTimestamp64Milli(now64(3)), ifNull(max(n), 0) + 1),"+
		" greatest(toInt64(toUnixTimestamp(now())), toInt64(max(c)) + 1)"+
		" FROM (SELECT "+number(prefixes...)+" AS n, toUnixTimestamp(created_at) AS c FROM "+s.table+" WHERE "+strings.Join(ours, " OR ")+")",
		&largest, &created)
	return largest, created, err
}

// prune removes all but the newest rows of a prefix. The new row is safe by then, so a
// failure is logged and the next write tries again.
func (s *Store) prune(ctx context.Context, prefix string, keep int) {
	var keys []string
	number := number(prefix)
	err := s.selectOne(ctx, fmt.Sprintf("SELECT arraySlice(groupArray(key), %d) FROM (SELECT key FROM %s WHERE %s IS NOT NULL ORDER BY %s DESC)",
		keep+1, s.table, number, number), &keys)
	if err == nil && len(keys) > 0 {
		quoted := make([]string, len(keys))
		for i, key := range keys {
			quoted[i] = quoteText(key)
		}
		err = s.removeKeys(ctx, quoted)
	}
	if err != nil {
		s.log.WarnContext(ctx, "old rows could not be removed", "rows", prefix, "store", s.Describe(), "error", err)
	}
}
