package keepermap

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// MaxValue is the largest value of a row in bytes of base64. Keeper refuses
// requests of a little under 1 MiB (ZooKeeper's jute.maxbuffer) with
// "Connection loss" after minutes of retries, so the limit stays well below.
const MaxValue = 700 * 1024

// LargePrefix begins the keys of maps that do not fit into a row of Moose's; the number
// follows, in one sequence with that of Moose's keys.
const LargePrefix = "moose_migrate_map_"

// mapPrefixes are those of all maps.
var mapPrefixes = []string{MapPrefix, LargePrefix}

// mapNumber is the SQL for the milliseconds in a map's key.
var mapNumber = number(mapPrefixes...)

var _ state.History = (*Store)(nil)

// Load returns the map whose key has the largest number. Moose sorts by
// created_at, which two maps of the same second share.
func (s *Store) Load(ctx context.Context) (state.Blob, error) {
	return s.readMap(ctx, mapNumber+" IS NOT NULL ORDER BY "+mapNumber+" DESC LIMIT 1")
}

// MapAt reads the row with that key.
func (s *Store) MapAt(ctx context.Context, key string) (state.Blob, error) {
	return s.readMap(ctx, "key = "+quoteText(key)+" AND "+mapNumber+" IS NOT NULL")
}

func (s *Store) readMap(ctx context.Context, where string) (state.Blob, error) {
	var key string
	data, err := s.settle(ctx, partOfMap, func() (head, error) {
		rows, err := s.rows(ctx, "SELECT key, value FROM "+s.table+" WHERE "+where)
		if code(err) == codeUnknownTable {
			return head{}, state.ErrNone
		}
		for k, value := range rows {
			key = k
			return decodeMap(key, value)
		}
		return head{}, cmp.Or(err, state.ErrNone)
	})
	if bad, ok := errors.AsType[badData](err); ok {
		return state.Blob{}, &state.CorruptError{
			Where:   "row " + key + " of " + s.Describe(),
			Problem: bad.Error(),
			Remedy: "Restore it from a backup, or go back to the map before it by removing the row: DELETE FROM " +
				s.table + " WHERE key = " + quoteText(key),
		}
	}
	if err != nil {
		return state.Blob{}, s.explain("loading the infrastructure map", err)
	}
	return state.Blob{Data: data, Key: key, StoredAt: storedAt(key)}, nil
}

// decodeMap reads a row with a map: one of Moose's, which is all there is of its map, or one of ours.
func decodeMap(key, value string) (head, error) {
	if strings.HasPrefix(key, LargePrefix) {
		h, err := decodeHead(value)
		if err != nil {
			return head{}, badData{err}
		}
		return h, nil
	}
	data, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		return head{}, badData{err}
	}
	return head{data: data}, nil
}

// storedAt is the time in a map's key, zero when there is none.
func storedAt(key string) time.Time {
	for _, prefix := range mapPrefixes {
		if digits, ok := strings.CutPrefix(key, prefix); ok {
			if ms, err := strconv.ParseInt(digits, 10, 64); err == nil {
				return time.UnixMilli(ms).UTC()
			}
		}
	}
	return time.Time{}
}

// Maps lists the rows with maps.
func (s *Store) Maps(ctx context.Context) ([]state.MapInfo, error) {
	rows, err := s.rows(ctx, fmt.Sprintf("SELECT key, if(startsWith(key, %s), splitByChar(' ', substring(value, 1, 200))[3],"+
		" toString(intDiv(length(value) * 3, 4) - countSubstrings(right(value, 2), '='))) FROM %s WHERE %s IS NOT NULL", quoteText(LargePrefix), s.table, mapNumber))
	if code(err) == codeUnknownTable {
		return nil, nil
	}
	if err != nil {
		return nil, s.explain("listing the infrastructure maps", err)
	}
	var out []state.MapInfo
	for key, size := range rows {
		// The size of a row that cannot be read counts as 0.
		n, _ := strconv.Atoi(size)
		out = append(out, state.MapInfo{Key: key, StoredAt: storedAt(key), Size: n})
	}
	slices.SortFunc(out, func(a, b state.MapInfo) int { return b.StoredAt.Compare(a.StoredAt) })
	return out, nil
}

// Save adds a row with a larger number than any other, reads it back, and only then removes
// those of the older ones that need not be kept. A map that does not fit into a row of
// Moose's is written in parts first, and the row names them.
func (s *Store) Save(ctx context.Context, data []byte) error {
	if len(data) == 0 {
		return fmt.Errorf("saving the infrastructure map in %s: there is nothing to save, the map is empty", s.Describe())
	}
	if len(data) > state.MaxSize {
		return &state.TooLargeError{What: "the infrastructure map", Size: len(data), Limit: state.MaxSize}
	}
	if err := s.ensure(ctx); err != nil {
		return err
	}
	if err := s.saveMap(ctx, data); err != nil {
		return s.explain("saving the infrastructure map", err)
	}
	if err := s.pruneMaps(ctx); err != nil {
		s.log.WarnContext(ctx, "old maps could not be removed", "store", s.Describe(), "error", err)
	}
	return nil
}

func (s *Store) saveMap(ctx context.Context, data []byte) error {
	if base64.StdEncoding.EncodedLen(len(data)) <= MaxValue {
		_, err := s.insert(ctx, MapPrefix, mapPrefixes, base64.StdEncoding.EncodeToString(data))
		return err
	}
	h := newHead(data)
	if err := s.addParts(ctx, partOfMap, h, data); err != nil {
		return err
	}
	key, err := s.insert(ctx, LargePrefix, mapPrefixes, h.encode())
	if err != nil {
		return err
	}
	// A writer that lost the lock and went on may find that the next holder has removed its
	// parts. Then nothing may name them.
	if n, err := s.count(ctx, partKeys(partOfMap, h)); err != nil || n != uint64(h.parts) {
		return errors.Join(cmp.Or(err, errPartsGone), s.removeKeys(context.WithoutCancel(ctx), []string{quoteText(key)}))
	}
	return nil
}

// pruneMaps removes maps that need not be kept, and then all parts that no row names. The
// newest map's time is the server's.
func (s *Store) pruneMaps(ctx context.Context) error {
	maps, err := s.Maps(ctx)
	if err != nil || len(maps) == 0 {
		return err
	}
	var keys []string
	for _, m := range state.Outdated(maps, maps[0].StoredAt) {
		keys = append(keys, quoteText(m.Key))
	}
	return errors.Join(s.removeKeys(ctx, keys), s.sweep(ctx))
}
