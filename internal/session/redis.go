package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"github.com/moose-migrate/moose-migrate/internal/cli"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/state/redis"
)

func (s *Session) openRedis(ctx context.Context, flags Flags) error {
	target, source, err := s.Project.RedisConnection(flags.RedisURL)
	if err != nil {
		return err
	}
	s.factory.AddSecrets(target.Secrets()...)
	goredis.SetLogger(silent{})
	options := target.Options()
	options.ContextTimeoutEnabled = true
	client := goredis.NewClient(options)
	s.closers = append(s.closers, client.Close)
	if err := client.Ping(ctx).Err(); err != nil {
		err = fmt.Errorf("cannot reach Redis at %s: %s", target.Masked(), redisReason(target, err))
		if source == dsn.FromConfig {
			err = cli.WithRemedy(err, `The state is kept in Redis because [state_config] storage is "redis". Use --redis-url or `+dsn.EnvRedis+
				`, or set storage = "clickhouse" to keep it in ClickHouse.`)
		}
		return err
	}
	s.Store, err = redis.New(client, redis.Options{
		Prefix: s.Project.Redis.KeyPrefix, LastPrefix: s.Project.Redis.LastKeyPrefix, Logger: s.factory.Log(),
	})
	return err
}

// redisReason says in words why Redis did not answer.
func redisReason(target dsn.Redis, err error) string {
	reason := target.Redact(err.Error())
	var dns *net.DNSError
	var network net.Error
	switch {
	case errors.As(err, &dns):
		return fmt.Sprintf("the host name %q is not known", dns.Name)
	case strings.Contains(reason, "connection refused"):
		return "connection refused; is Redis running, and is this its port?"
	case strings.HasPrefix(reason, "WRONGPASS"), strings.HasPrefix(reason, "NOAUTH"):
		return "it refused the user or the password; check the URL (" + reason + ")"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return "no answer in time; is this the port of Redis, and does it want TLS (rediss://)?"
	case errors.Is(err, io.EOF):
		return "the server closed the connection; is this the port of Redis, and does it want TLS (rediss://)?"
	}
	return reason
}

// silent keeps go-redis from writing to standard error by itself.
type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}
