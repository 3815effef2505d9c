// Package redis keeps the recorded map and the migration lock in Redis, under
// Moose's own keys: {prefix}::infrastructure_map with the map's protobuf, and
// {prefix}::migration_lock with a token of the holder and a time to live. Moose
// treats any token but its own as held. Who the holder is stands beside it in
// {prefix}::migration_lock_holder, which Moose does not read.
//
// Every script touches one key only, so the store works on a Redis Cluster,
// too. Redis replicates asynchronously: after a failover the lock may be gone,
// which Lock.Check finds out.
package redis

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

// DefaultPrefix is Moose's default for redis_config.key_prefix.
const DefaultPrefix = "MS"

// Options says under which keys the state is kept.
type Options struct {
	// Prefix is redis_config.key_prefix, DefaultPrefix when empty.
	Prefix string
	// LastPrefix is redis_config.last_key_prefix: where the map is looked for
	// when Prefix has none. Not used when empty.
	LastPrefix string
	// Timing is the lock's, its Call bounds every exchange.
	Timing state.Timing
	// Logger gets what does not fail a call, such as a holder's name that could
	// not be written. Nothing is logged when nil.
	Logger *slog.Logger
}

// Store is a state.Store in Redis.
type Store struct {
	client goredis.UniversalClient
	prefix string
	last   string
	timing state.Timing
	log    *slog.Logger
}

var _ state.Store = (*Store)(nil)

// New returns a store that talks through client. It sends nothing. Set
// ContextTimeoutEnabled on the client to have running commands bounded by
// Options.Timing.Call, otherwise its own read timeout applies.
func New(client goredis.UniversalClient, opts Options) (*Store, error) {
	timing, err := opts.Timing.WithDefaults()
	if err != nil {
		return nil, err
	}
	if opts.Prefix == "" {
		opts.Prefix = DefaultPrefix
	}
	log := opts.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Store{client: client, prefix: opts.Prefix, last: opts.LastPrefix, timing: timing, log: log}, nil
}

// Describe names the server and the key prefix.
func (s *Store) Describe() string {
	where := "Redis"
	switch c := s.client.(type) {
	case *goredis.Client:
		where += " " + c.Options().Addr
	case *goredis.ClusterClient:
		where += " " + strings.Join(c.Options().Addrs, ",")
	}
	return where + " under " + s.prefix + "::"
}

// cli is a command for redis-cli with the server's address, without credentials.
func (s *Store) cli(command string) string {
	c, ok := s.client.(*goredis.Client)
	if !ok {
		return "redis-cli " + command
	}
	o := c.Options()
	if o.Network == "unix" {
		return fmt.Sprintf("redis-cli -s %s -n %d %s", o.Addr, o.DB, command)
	}
	scheme := "redis"
	if o.TLSConfig != nil {
		scheme = "rediss"
	}
	address := scheme + "://" + o.Addr
	if o.DB != 0 {
		address += fmt.Sprintf("/%d", o.DB)
	}
	return "redis-cli -u " + address + " " + command
}

func mapKey(prefix string) string   { return prefix + "::infrastructure_map" }
func (s *Store) lockKey() string    { return s.prefix + "::migration_lock" }
func (s *Store) holderKey() string  { return s.prefix + "::migration_lock_holder" }
func (s *Store) ttl() time.Duration { return s.timing.TTL }

func (s *Store) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, s.timing.Call)
}

// Load reads the map under the prefix, else under the last prefix.
func (s *Store) Load(ctx context.Context) (state.Blob, error) {
	ctx, cancel := s.bound(ctx)
	defer cancel()
	keys := []string{mapKey(s.prefix)}
	if s.last != "" && s.last != s.prefix {
		keys = append(keys, mapKey(s.last))
	}
	for _, key := range keys {
		data, err := s.client.Get(ctx, key).Bytes()
		if errors.Is(err, goredis.Nil) {
			continue
		}
		if err != nil {
			return state.Blob{}, s.explain("loading the infrastructure map", key, err)
		}
		return state.Blob{Data: data, Key: key}, nil
	}
	return state.Blob{}, fmt.Errorf("loading the infrastructure map from %s: %w", s.Describe(), state.ErrNone)
}

// explain adds what was being done; a key of another type is a CorruptError.
func (s *Store) explain(doing, key string, err error) error {
	if wrongType(err) {
		return &state.CorruptError{
			Where:   "key " + key + " of " + s.Describe(),
			Problem: "it holds another type than a string, so Moose did not write it",
			Remedy:  "Look at it with: TYPE " + key + ". Rename or remove it, or set another redis_config.key_prefix.",
		}
	}
	return fmt.Errorf("%s (key %s) in %s: %w", doing, key, s.Describe(), err)
}

// wrongType also finds the error inside a script's error.
func wrongType(err error) bool {
	return err != nil && strings.Contains(err.Error(), "WRONGTYPE")
}
