package keepermap

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// MaxValue is the largest value of a row in bytes of base64. Keeper refuses
// requests of a little under 1 MiB (ZooKeeper's jute.maxbuffer) with
// "Connection loss" after minutes of retries, so the limit stays well below.
const MaxValue = 700 * 1024

// LargePrefix begins the keys of maps that do not fit into a row of Moose's; the number
// follows, in one sequence with that of Moose's keys.
const LargePrefix = "moose_migrate_map_"

// keepMaps is how many maps remain after a Save, the newest ones.
const keepMaps = 10

// mapNumber is the SQL for the milliseconds in a map's key.
var mapNumber = number(MapPrefix)

// number is the SQL for the milliseconds in a key that begins with a prefix, NULL for
// other keys.
func number(prefix string) string {
	return fmt.Sprintf("if(startsWith(key, %s), toInt64OrNull(substring(key, %d)), NULL)", quoteText(prefix), len(prefix)+1)
}

// Load returns the map whose key has the largest number. Moose sorts by
// created_at, which two maps of the same second share.
func (s *Store) Load(ctx context.Context) (state.Blob, error) {
	ctx, cancel := state.Bound(ctx, s.timing.Call)
	defer cancel()
	query := "SELECT key, value FROM " + s.table + " WHERE " + mapNumber + " IS NOT NULL ORDER BY " + mapNumber + " DESC LIMIT 1"
	rows, err := s.conn.Query(ctx, query)
	if err != nil {
		return state.Blob{}, s.loadError(cause(ctx, err))
	}
	defer rows.Close()
	var key, value string
	found := rows.Next()
	if found {
		if err := rows.Scan(&key, &value); err != nil {
			return state.Blob{}, s.loadError(err)
		}
	}
	if err := rows.Err(); err != nil {
		return state.Blob{}, s.loadError(cause(ctx, err))
	}
	if !found {
		return state.Blob{}, s.loadError(state.ErrNone)
	}
	return s.decodeMap(key, value)
}

func (s *Store) loadError(err error) error {
	if code(err) == codeUnknownTable {
		err = state.ErrNone
	}
	return s.explain("loading the infrastructure map", err)
}

func (s *Store) decodeMap(key, value string) (state.Blob, error) {
	ms, err := strconv.ParseInt(strings.TrimPrefix(key, MapPrefix), 10, 64)
	if err == nil {
		var data []byte
		if data, err = base64.StdEncoding.DecodeString(value); err == nil {
			return state.Blob{Data: data, Key: key, StoredAt: time.UnixMilli(ms).UTC()}, nil
		}
	}
	return state.Blob{}, &state.CorruptError{
		Where:   "row " + key + " of " + s.Describe(),
		Problem: err.Error(),
		Remedy: "Restore it from a backup, or go back to the map before it by removing the row: DELETE FROM " +
			s.table + " WHERE key = " + quoteText(key),
	}
}

// Save adds a row with a larger number than any other, reads it back, and only
// then removes all but the newest ten.
func (s *Store) Save(ctx context.Context, data []byte) error {
	if len(data) == 0 {
		return fmt.Errorf("saving the infrastructure map in %s: there is nothing to save, the map is empty", s.Describe())
	}
	value := base64.StdEncoding.EncodeToString(data)
	if len(value) > MaxValue {
		return &state.TooLargeError{What: "the infrastructure map", Size: len(value), Limit: MaxValue}
	}
	if err := s.ensure(ctx); err != nil {
		return err
	}
	if err := s.insert(ctx, MapPrefix, value); err != nil {
		return s.explain("saving the infrastructure map", err)
	}
	s.prune(ctx, MapPrefix, keepMaps)
	return nil
}

// insert adds a row with a larger number than any other of the prefix, and reads it back.
func (s *Store) insert(ctx context.Context, prefix, value string) error {
	const attempts = 5
	for range attempts {
		key, err := s.tryInsert(ctx, prefix, value)
		if err != nil || key != "" {
			return err
		}
	}
	return fmt.Errorf("other writers took the next key %d times; take the migration lock before writing", attempts)
}

// tryInsert returns the key of the confirmed row, or "" when another writer
// took that key first.
func (s *Store) tryInsert(ctx context.Context, prefix, value string) (string, error) {
	number, created, err := s.next(ctx, prefix)
	if err != nil {
		return "", err
	}
	key := prefix + strconv.FormatInt(number, 10)
	query := fmt.Sprintf("INSERT INTO %s (key, value, created_at)%s SELECT %s, %s, toDateTime(%d)",
		s.table, s.strict(), quoteText(key), quoteText(value), created)
	// The parser's limit (256 KiB) is set before the statement is read.
	insertErr := s.exec(clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_query_size": 2 * MaxValue})), query)
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
func (s *Store) next(ctx context.Context, prefix string) (largest, created int64, err error) {
	err = s.selectOne(ctx, "SELECT greatest(toUnixTimestamp64Milli(now64(3)), ifNull(max(n), 0) + 1),"+
		" greatest(toInt64(toUnixTimestamp(now())), toInt64(max(c)) + 1)"+
		" FROM (SELECT "+number(prefix)+" AS n, toUnixTimestamp(created_at) AS c FROM "+s.table+" WHERE startsWith(key, "+quoteText(prefix)+"))",
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
		err = s.exec(ctx, "DELETE FROM "+s.table+" WHERE key IN ("+strings.Join(quoted, ", ")+")"+s.strict())
	}
	if err != nil {
		s.log.WarnContext(ctx, "old rows could not be removed", "rows", prefix, "store", s.Describe(), "error", err)
	}
}
