package redis

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	goredis "github.com/redis/go-redis/v9"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

var _ state.Shelf = (*Store)(nil)

// A value of the shelf is a hash with the members data, sum (its SHA-256) and writer
// (unique to one write). namesKey is the set of the names, because a search for keys goes
// through all keys of the server. They are ours; Moose reads none of them.
func (s *Store) shelfKey(name string) string { return s.prefix + "::moose_migrate::" + name }
func (s *Store) namesKey() string            { return s.prefix + "::moose_migrate_names" }

// Each script gets the key, the writer, the new sum and the new data. One that is sent
// again after a lost answer finds its own writer and succeeds.
var (
	put = goredis.NewScript(`
redis.call('HSET', KEYS[1], 'writer', ARGV[1], 'sum', ARGV[2], 'data', ARGV[3])
return 1`)
	// swap compares with the old sum, empty for no value.
	swap = goredis.NewScript(`
local have = redis.call('HMGET', KEYS[1], 'writer', 'sum')
if have[1] == ARGV[1] then return 1 end
if (have[2] or '') ~= ARGV[4] then return 0 end
redis.call('HSET', KEYS[1], 'writer', ARGV[1], 'sum', ARGV[2], 'data', ARGV[3])
return 1`)
)

// Put sets the value.
func (s *Store) Put(ctx context.Context, name string, data []byte) error {
	if err := s.enter(ctx, name, data); err != nil {
		return err
	}
	_, err := s.run(ctx, put, s.shelfKey(name), uuid.NewString(), sum(data), data)
	return s.explainShelf("storing "+name, name, err)
}

// Swap sets the value when the one that is there has the sum of old.
func (s *Store) Swap(ctx context.Context, name string, old, data []byte) error {
	was := ""
	err := state.CheckValue(name, data)
	switch {
	case err != nil:
	case old == nil:
		err = s.enter(ctx, name, data)
	default:
		was = sum(old)
	}
	if err != nil {
		return err
	}
	done, err := s.run(ctx, swap, s.shelfKey(name), uuid.NewString(), sum(data), data, was)
	if err == nil && done == 0 {
		return fmt.Errorf("storing %s in %s: %w", name, s.Describe(), state.ErrChanged)
	}
	return s.explainShelf("storing "+name, name, err)
}

// enter writes the name down, before its value: a name without a value is not listed.
func (s *Store) enter(ctx context.Context, name string, data []byte) error {
	if err := state.CheckValue(name, data); err != nil {
		return err
	}
	ctx, cancel := s.bound(ctx)
	defer cancel()
	if err := s.client.SAdd(ctx, s.namesKey(), name).Err(); err != nil {
		return s.explain("storing "+name, s.namesKey(), err)
	}
	return nil
}

// Get reads the value and checks its sum.
func (s *Store) Get(ctx context.Context, name string) ([]byte, error) {
	if err := state.CheckName(name); err != nil {
		return nil, err
	}
	ctx, cancel := s.bound(ctx)
	defer cancel()
	got, err := s.client.HMGet(ctx, s.shelfKey(name), "data", "sum").Result()
	if err != nil {
		return nil, s.explainShelf("reading "+name, name, err)
	}
	data, hasData := got[0].(string)
	have, hasSum := got[1].(string)
	if !hasData && !hasSum {
		return nil, fmt.Errorf("reading %s from %s: %w", name, s.Describe(), state.ErrNone)
	}
	if sum([]byte(data)) != have {
		return nil, s.corruptShelf(name, "its data is not what was written: the SHA-256 differs")
	}
	return []byte(data), nil
}

// Names lists the set's names that have a value.
func (s *Store) Names(ctx context.Context, prefix string) ([]string, error) {
	ctx, cancel := s.bound(ctx)
	defer cancel()
	names, err := s.client.SMembers(ctx, s.namesKey()).Result()
	if err != nil {
		return nil, s.explain("listing what is stored", s.namesKey(), err)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return !strings.HasPrefix(name, prefix) })
	slices.Sort(names)
	exist := make([]*goredis.IntCmd, len(names))
	if _, err := s.client.Pipelined(ctx, func(p goredis.Pipeliner) error {
		for i, name := range names {
			exist[i] = p.Exists(ctx, s.shelfKey(name))
		}
		return nil
	}); err != nil {
		return nil, s.explain("listing what is stored", s.namesKey(), err)
	}
	var out []string
	for i, name := range names {
		if exist[i].Val() == 1 {
			out = append(out, name)
		}
	}
	return out, nil
}

// Remove deletes the values, and then their names.
func (s *Store) Remove(ctx context.Context, names ...string) error {
	if len(names) == 0 {
		return nil
	}
	for _, name := range names {
		if err := state.CheckName(name); err != nil {
			return err
		}
	}
	ctx, cancel := s.bound(ctx)
	defer cancel()
	_, err := s.client.Pipelined(ctx, func(p goredis.Pipeliner) error {
		for _, name := range names {
			p.Del(ctx, s.shelfKey(name))
		}
		return nil
	})
	if err == nil {
		err = s.client.SRem(ctx, s.namesKey(), names).Err()
	}
	if err != nil && !errors.Is(err, goredis.Nil) {
		return s.explain("removing what is stored", s.namesKey(), err)
	}
	return nil
}

func (s *Store) explainShelf(doing, name string, err error) error {
	if err == nil {
		return nil
	}
	if wrongType(err) {
		return s.corruptShelf(name, "it holds another type than a hash")
	}
	return s.explain(doing, s.shelfKey(name), err)
}

func (s *Store) corruptShelf(name, problem string) error {
	key := s.shelfKey(name)
	return &state.CorruptError{
		Where: "key " + key + " of " + s.Describe(), Problem: problem,
		Remedy: "Restore it from a backup, or rename or remove it: " + s.cli("RENAME "+key+" "+key+"_old"),
	}
}

// sum is the SHA-256 in hexadecimal digits.
func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}
