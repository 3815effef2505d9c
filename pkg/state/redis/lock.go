package redis

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	goredis "github.com/redis/go-redis/v9"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// Each script gets the lock's key, the holder's token and, where it sets the
// time to live, that in milliseconds. A command that is sent again after a lost
// answer finds its own token and succeeds.
var (
	// acquire returns the server's clock in Unix milliseconds when the lock is
	// ours, and 0 when it is not.
	acquire = goredis.NewScript(`
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
local now = redis.call('TIME')
return now[1] * 1000 + math.floor(now[2] / 1000)`)
	extend = goredis.NewScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`)
	remove = goredis.NewScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`)
)

// Holder reads the lock's key and the name beside it.
func (s *Store) Holder(ctx context.Context) (*state.Holder, error) {
	h, _, err := s.look(ctx)
	return h, err
}

// look returns the holder, nil when the lock is free, and the server's clock.
func (s *Store) look(ctx context.Context) (*state.Holder, time.Time, error) {
	ctx, cancel := s.bound(ctx)
	defer cancel()
	key := s.lockKey()
	fail := func(err error) (*state.Holder, time.Time, error) {
		return nil, time.Time{}, s.explain("reading the migration lock", key, err)
	}
	token, err := s.client.Get(ctx, key).Result()
	switch {
	case errors.Is(err, goredis.Nil):
		return nil, time.Time{}, nil
	case wrongType(err):
		return &state.Holder{Problem: "the key holds another type than a string"}, time.Time{}, nil
	case err != nil:
		return fail(err)
	}
	left, err := s.client.PTTL(ctx, key).Result()
	if err != nil {
		return fail(err)
	}
	if left == -2 { // it expired since the GET
		return nil, time.Time{}, nil
	}
	now, err := s.client.Time(ctx).Result()
	if err != nil {
		return fail(err)
	}
	holder := &state.Holder{Owner: state.Owner{ID: token}}
	named, err := s.client.Get(ctx, s.holderKey()).Bytes()
	if err == nil {
		// A name that belongs to another token was left by an earlier holder.
		if record, err := state.DecodeRecord(named); err == nil && record.Lease == token {
			*holder = record.Holder()
		}
	} else if !errors.Is(err, goredis.Nil) && !wrongType(err) {
		return fail(err)
	}
	holder.Expires, holder.Seen, holder.Mark = time.Time{}, now.UTC(), token
	if left >= 0 {
		holder.Expires = now.Add(left).UTC()
	}
	return holder, now.UTC(), nil
}

// Lock sets the lock's key when it is absent.
func (s *Store) Lock(ctx context.Context, owner state.Owner) (state.Lock, error) {
	if err := owner.Validate(); err != nil {
		return nil, err
	}
	l := &lease{store: s, token: uuid.NewString()}
	const attempts = 5
	for range attempts {
		since := s.timing.Now()
		won, err := s.run(ctx, acquire, s.lockKey(), l.token, s.ttl().Milliseconds())
		if err != nil && !wrongType(err) {
			s.abandon(ctx, l)
			return nil, s.explain("taking the migration lock", s.lockKey(), err)
		}
		if won > 0 {
			if l.name, err = state.NewRecord(owner, l.token, time.UnixMilli(won), s.ttl()).Encode(); err != nil {
				s.abandon(ctx, l)
				return nil, err
			}
			l.writeName(ctx)
			return state.Hold(ctx, l, s.timing, since), nil
		}
		holder, now, err := s.look(ctx)
		if err != nil {
			return nil, err
		}
		if holder != nil {
			return nil, &state.HeldError{
				Holder: *holder, Store: s.Describe(), Now: now,
				Look:   s.cli("GET "+s.holderKey()) + "; " + s.cli("PTTL "+s.lockKey()),
				Remove: s.cli("DEL " + s.lockKey()),
			}
		}
	}
	return nil, fmt.Errorf("taking the migration lock in %s: it changed hands at every attempt; try again", s.Describe())
}

// abandon removes a lock that was taken although its answer was lost. It may
// fail as well; then the lock ends by expiry.
func (s *Store) abandon(ctx context.Context, l *lease) {
	if err := l.Release(context.WithoutCancel(ctx)); err != nil && !errors.Is(err, state.ErrLockLost) {
		s.log.WarnContext(ctx, "an unconfirmed migration lock may remain until it expires", "store", s.Describe(), "error", err)
	}
}

// run runs a script on one key and returns its number.
func (s *Store) run(ctx context.Context, script *goredis.Script, key string, args ...any) (int64, error) {
	ctx, cancel := s.bound(ctx)
	defer cancel()
	return script.Run(ctx, s.client, []string{key}, args...).Int64()
}
