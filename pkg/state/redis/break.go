package redis

import (
	"context"
	"fmt"

	goredis "github.com/redis/go-redis/v9"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

var _ state.Breaker = (*Store)(nil)

// unlock removes the lock when its value is the first argument and it ends no later than the
// second, in Unix milliseconds: a renewed lock ends later. 0 is no end. It returns 1 when it
// removed the lock.
var unlock = goredis.NewScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local left, ends = redis.call('PTTL', KEYS[1]), tonumber(ARGV[2])
if (left < 0) ~= (ends == 0) then return 0 end
local now = redis.call('TIME')
if left >= 0 and now[1] * 1000 + math.floor(now[2] / 1000) + left > ends + 1 then return 0 end
return redis.call('DEL', KEYS[1])`)

// unlockForeign removes a key that is no string, which no tool takes for a lock of its own.
var unlockForeign = goredis.NewScript(`
local kind = redis.call('TYPE', KEYS[1])['ok']
if kind == 'string' or kind == 'none' then return 0 end
return redis.call('DEL', KEYS[1])`)

// Break removes the lock when it has the token that was looked at and was not renewed
// since. The holder's name beside it is left to its expiry: it counts for that token only.
func (s *Store) Break(ctx context.Context, holder state.Holder) error {
	script, args := unlock, []any{holder.Mark, int64(0)}
	if holder.Problem != "" {
		script, args = unlockForeign, nil
	} else if !holder.Expires.IsZero() {
		args[1] = holder.Expires.UnixMilli()
	}
	removed, err := s.run(ctx, script, s.lockKey(), args...)
	switch {
	case err != nil && !wrongType(err):
		return s.explain("removing the migration lock", s.lockKey(), err)
	case removed == 0:
		return fmt.Errorf("removing the migration lock (key %s) in %s: %w", s.lockKey(), s.Describe(), state.ErrChanged)
	}
	return nil
}
