package redis

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

var _ state.History = (*Store)(nil)

// Moose's key has the newest map only. A copy of each map stands under a key of ours, whose
// number is the time in Unix milliseconds; mapsKey is a hash of what is known about them.
func (s *Store) copyKey(number int64) string { return s.copyPrefix() + strconv.FormatInt(number, 10) }
func (s *Store) copyPrefix() string          { return s.prefix + "::moose_migrate_map::" }
func (s *Store) mapsKey() string             { return s.prefix + "::moose_migrate_maps" }

// mapCopy is a member of the hash.
type mapCopy struct {
	number int64
	Size   int    `json:"size"`
	Sum    string `json:"sha256"`
	// Found says that Moose had saved the map, so nobody knows when.
	Found bool `json:"found,omitzero"`
}

// Save replaces the map under the prefix. What Moose had saved there is kept before it, and
// a copy of the new map after it. The copies are not what counts: that one of them could not
// be written is logged.
func (s *Store) Save(ctx context.Context, data []byte) error {
	if len(data) == 0 {
		return fmt.Errorf("saving the infrastructure map in %s: there is nothing to save, the map is empty", s.Describe())
	}
	if len(data) > state.MaxSize {
		return &state.TooLargeError{What: "the infrastructure map", Size: len(data), Limit: state.MaxSize}
	}
	key := mapKey(s.prefix)
	found, err := s.get(ctx, key)
	if err == nil {
		s.keep(ctx, found, true)
	} else if !errors.Is(err, goredis.Nil) && !wrongType(err) {
		return s.explain("saving the infrastructure map", key, err)
	}
	if err := s.set(ctx, key, data); err != nil {
		return s.explain("saving the infrastructure map", key, err)
	}
	s.keep(ctx, data, false)
	return nil
}

func (s *Store) get(ctx context.Context, key string) ([]byte, error) {
	ctx, cancel := s.bound(ctx)
	defer cancel()
	return s.client.Get(ctx, key).Bytes()
}

func (s *Store) set(ctx context.Context, key string, data []byte) error {
	ctx, cancel := s.bound(ctx)
	defer cancel()
	return s.client.Set(ctx, key, data, 0).Err()
}

// keep copies a map, unless the newest copy is of the same, and removes old copies.
func (s *Store) keep(ctx context.Context, data []byte, found bool) {
	if err := s.tryKeep(ctx, data, found); err != nil {
		s.log.WarnContext(ctx, "the map could not be added to the history", "store", s.Describe(), "error", err)
	}
}

func (s *Store) tryKeep(ctx context.Context, data []byte, found bool) error {
	copies, err := s.copies(ctx)
	if err != nil {
		return err
	}
	c := mapCopy{Size: len(data), Sum: sum(data), Found: found}
	if len(copies) > 0 && copies[0].Sum == c.Sum {
		return nil
	}
	short, cancel := s.bound(ctx)
	defer cancel()
	now, err := s.client.Time(short).Result()
	if err != nil {
		return err
	}
	c.number = now.UnixMilli()
	if len(copies) > 0 {
		c.number = max(c.number, copies[0].number+1)
	}
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	// First what is known about the copy: then a copy that is there is always known.
	if err := s.client.HSet(short, s.mapsKey(), c.number, text).Err(); err != nil {
		return err
	}
	if err := s.set(ctx, s.copyKey(c.number), data); err != nil {
		return err
	}
	for _, old := range state.Outdated(s.infos(append([]mapCopy{c}, copies...)), now) {
		number := strings.TrimPrefix(old.Key, s.copyPrefix())
		if err := s.client.Del(short, old.Key).Err(); err != nil {
			return err
		}
		if err := s.client.HDel(short, s.mapsKey(), number).Err(); err != nil {
			return err
		}
	}
	return nil
}

// copies lists what is known about the copies, the newest first.
func (s *Store) copies(ctx context.Context) ([]mapCopy, error) {
	ctx, cancel := s.bound(ctx)
	defer cancel()
	all, err := s.client.HGetAll(ctx, s.mapsKey()).Result()
	if err != nil {
		return nil, err
	}
	var out []mapCopy
	for number, text := range all {
		var c mapCopy
		if c.number, err = strconv.ParseInt(number, 10, 64); err == nil {
			err = json.Unmarshal([]byte(text), &c)
		}
		if err != nil {
			return nil, &state.CorruptError{
				Where: "member " + strconv.Quote(number) + " of key " + s.mapsKey() + " of " + s.Describe(), Problem: err.Error(),
				Remedy: "Remove it; the map that counts is not touched by that: " + s.cli("HDEL "+s.mapsKey()+" "+strconv.Quote(number)),
			}
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b mapCopy) int { return cmp.Compare(b.number, a.number) })
	return out, nil
}

func (s *Store) infos(copies []mapCopy) []state.MapInfo {
	out := make([]state.MapInfo, len(copies))
	for i, c := range copies {
		out[i] = state.MapInfo{Key: s.copyKey(c.number), Size: c.Size}
		if !c.Found {
			out[i].StoredAt = time.UnixMilli(c.number).UTC()
		}
	}
	return out
}

// Maps lists the copies that are there, and before them the map under Moose's key when
// Moose saved it after them.
func (s *Store) Maps(ctx context.Context) ([]state.MapInfo, error) {
	copies, err := s.copies(ctx)
	if err != nil {
		return nil, s.explain("listing the infrastructure maps", s.mapsKey(), err)
	}
	infos := s.infos(copies)
	exist := make([]*goredis.IntCmd, len(infos))
	short, cancel := s.bound(ctx)
	defer cancel()
	if _, err := s.client.Pipelined(short, func(p goredis.Pipeliner) error {
		for i, info := range infos {
			exist[i] = p.Exists(short, info.Key)
		}
		return nil
	}); err != nil {
		return nil, s.explain("listing the infrastructure maps", s.mapsKey(), err)
	}
	var out []state.MapInfo
	newest := ""
	for i, info := range infos {
		if exist[i].Val() == 1 {
			if len(out) == 0 {
				newest = copies[i].Sum
			}
			out = append(out, info)
		}
	}
	current, err := s.get(ctx, mapKey(s.prefix))
	if err != nil && !errors.Is(err, goredis.Nil) {
		return nil, s.explain("listing the infrastructure maps", mapKey(s.prefix), err)
	}
	if err == nil && sum(current) != newest {
		out = append([]state.MapInfo{{Key: mapKey(s.prefix), Size: len(current)}}, out...)
	}
	return out, nil
}

// MapAt reads a copy, or the map under Moose's key.
func (s *Store) MapAt(ctx context.Context, key string) (state.Blob, error) {
	blob := state.Blob{Key: key}
	number, ours := strings.CutPrefix(key, s.copyPrefix())
	if !ours && key != mapKey(s.prefix) {
		return state.Blob{}, fmt.Errorf("loading the infrastructure map %q from %s: %w", key, s.Describe(), state.ErrNone)
	}
	data, err := s.get(ctx, key)
	if errors.Is(err, goredis.Nil) {
		err = state.ErrNone
	}
	if err != nil {
		return state.Blob{}, s.explain("loading the infrastructure map", key, err)
	}
	blob.Data = data
	if !ours {
		return blob, nil
	}
	copies, err := s.copies(ctx)
	if err != nil {
		return state.Blob{}, s.explain("loading the infrastructure map", s.mapsKey(), err)
	}
	for _, c := range copies {
		if strconv.FormatInt(c.number, 10) != number {
			continue
		}
		if c.Sum != sum(data) {
			return state.Blob{}, &state.CorruptError{
				Where: "key " + key + " of " + s.Describe(), Problem: "its data is not what was written: the SHA-256 differs",
				Remedy: "Remove this copy; the map that counts is not touched by that: " + s.cli("DEL "+key),
			}
		}
		if !c.Found {
			blob.StoredAt = time.UnixMilli(c.number).UTC()
		}
	}
	return blob, nil
}
