package redis

import (
	"context"
	"errors"
	"fmt"

	goredis "github.com/redis/go-redis/v9"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// lease is one acquisition, known by its token.
type lease struct {
	store *Store
	token string
	name  []byte // what stands under the holder's key
}

var _ state.Lease = (*lease)(nil)

// writeName writes down who holds the lock. The lock holds without it, so a
// failure is logged and the next renewal tries again.
func (l *lease) writeName(ctx context.Context) {
	ctx, cancel := l.store.bound(ctx)
	defer cancel()
	if err := l.store.client.Set(ctx, l.store.holderKey(), l.name, l.store.ttl()).Err(); err != nil {
		l.store.log.WarnContext(ctx, "the holder of the migration lock could not be recorded", "store", l.store.Describe(), "error", err)
	}
}

func (l *lease) lost(why string) error {
	return fmt.Errorf("%w: key %s of %s %s", state.ErrLockLost, l.store.lockKey(), l.store.Describe(), why)
}

// Check compares the lock's token with ours; an expired key is absent.
func (l *lease) Check(ctx context.Context) error {
	ctx, cancel := l.store.bound(ctx)
	defer cancel()
	token, err := l.store.client.Get(ctx, l.store.lockKey()).Result()
	switch {
	case errors.Is(err, goredis.Nil):
		return l.lost("expired or was removed")
	case wrongType(err), err == nil && token != l.token:
		return l.lost("was taken by another run")
	case err != nil:
		return l.store.explain("reading the migration lock", l.store.lockKey(), err)
	}
	return nil
}

// Renew extends the lock and its holder's name.
func (l *lease) Renew(ctx context.Context) error {
	if err := l.mine(ctx, "renewing the migration lock", extend, l.store.ttl().Milliseconds()); err != nil {
		return err
	}
	l.writeName(ctx)
	return nil
}

// Release removes the lock when it is ours, then the holder's name when it is
// ours.
func (l *lease) Release(ctx context.Context) error {
	if err := l.mine(ctx, "removing the migration lock", remove); err != nil {
		return err
	}
	if l.name == nil {
		return nil
	}
	if _, err := l.store.run(ctx, remove, l.store.holderKey(), string(l.name)); err != nil {
		l.store.log.WarnContext(ctx, "the holder's name remains until it expires", "store", l.store.Describe(), "error", err)
	}
	return nil
}

// mine runs a script that acts only on our own token.
func (l *lease) mine(ctx context.Context, doing string, script *goredis.Script, args ...any) error {
	done, err := l.store.run(ctx, script, l.store.lockKey(), append([]any{l.token}, args...)...)
	switch {
	case wrongType(err):
		return l.lost("was taken by another run")
	case err != nil:
		return l.store.explain(doing, l.store.lockKey(), err)
	case done == 0:
		return l.lost("expired, was removed, or was taken by another run")
	}
	return nil
}
