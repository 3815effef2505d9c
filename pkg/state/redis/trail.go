package redis

import (
	"context"

	goredis "github.com/redis/go-redis/v9"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

var _ state.Trail = (*Store)(nil)

// trailKey is a list. It is ours; Moose does not read it.
func (s *Store) trailKey() string { return s.prefix + "::moose_migrate_overrides" }

// push appends a record, unless it is the last one already: a command that is sent again
// after a lost answer adds nothing.
var push = goredis.NewScript(`
if redis.call('LINDEX', KEYS[1], -1) ~= ARGV[1] then redis.call('RPUSH', KEYS[1], ARGV[1]) end
redis.call('LTRIM', KEYS[1], -tonumber(ARGV[2]), -1)
return 1`)

// Record appends to the list and cuts it.
func (s *Store) Record(ctx context.Context, used []state.Used) error {
	records, err := state.EncodeUsed(used)
	if err != nil {
		return err
	}
	for _, record := range records {
		if _, err := s.run(ctx, push, s.trailKey(), record, state.KeepTrail); err != nil {
			return s.explainTrail("recording the decisions", err)
		}
	}
	return nil
}

// Recorded reads the list.
func (s *Store) Recorded(ctx context.Context) ([]state.Used, error) {
	ctx, cancel := s.bound(ctx)
	defer cancel()
	records, err := s.client.LRange(ctx, s.trailKey(), 0, -1).Result()
	if err != nil {
		return nil, s.explainTrail("reading the recorded decisions", err)
	}
	var out []state.Used
	for _, record := range records {
		used, err := state.DecodeUsed([]byte(record))
		if err != nil {
			return nil, s.corruptTrail(err.Error())
		}
		out = append(out, used...)
	}
	return out, nil
}

func (s *Store) explainTrail(doing string, err error) error {
	if wrongType(err) {
		return s.corruptTrail("it holds another type than a list")
	}
	return s.explain(doing, s.trailKey(), err)
}

func (s *Store) corruptTrail(problem string) error {
	return &state.CorruptError{
		Where: "key " + s.trailKey() + " of " + s.Describe(), Problem: problem,
		Remedy: "Look at it, keep what you need, and rename or remove it: " + s.cli("RENAME "+s.trailKey()+" "+s.trailKey()+"_old"),
	}
}
