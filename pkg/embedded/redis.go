package embedded

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// RedisOptions say how to run a Redis.
type RedisOptions struct {
	Program      string // path of redis-server; from parts.Store.Redis
	DataDir      string // made if missing; holds the log as well
	Port         int    // 0 chooses a free one
	Password     string // empty means none
	Environ      []string
	StartTimeout time.Duration // 0 means 10 s
}

// Redis is a running Redis, or what stands in for it.
type Redis struct {
	Addr     string // host:port
	Password string `json:"-"`
	LogFile  string // empty for a MiniRedis
	close    func() error
}

// StartRedis starts a redis-server that keeps nothing on disk and waits until
// it answers.
func StartRedis(ctx context.Context, o RedisOptions) (*Redis, error) {
	dir, err := dataDir(o.DataDir, "Redis")
	if err != nil {
		return nil, err
	}
	o.DataDir = dir
	ctx, cancel := context.WithTimeout(ctx, orDefault(o.StartTimeout, 10*time.Second))
	defer cancel()
	if o.Port != 0 {
		return startRedis(ctx, o, o.Port)
	}
	return onFreePort(ctx, func(ctx context.Context, port int) (*Redis, error) { return startRedis(ctx, o, port) })
}

func startRedis(ctx context.Context, o RedisOptions, port int) (*Redis, error) {
	config, err := redisConfig(o, port)
	if err != nil {
		return nil, err
	}
	logFile := filepath.Join(o.DataDir, "redis.log")
	p, err := launch(spec{
		name: "Redis", path: o.Program, args: []string{config}, dir: o.DataDir, env: o.Environ,
		logFile: logFile, grace: 5 * time.Second, secrets: []string{o.Password},
	})
	if err != nil {
		return nil, err
	}
	addr := net.JoinHostPort(loopback, strconv.Itoa(port))
	client := redis.NewClient(&redis.Options{Addr: addr, Password: o.Password, MaxRetries: -1})
	defer client.Close()
	check := func(ctx context.Context) error { return isRedisProcess(ctx, client, p.cmd.Process.Pid) }
	if err := p.await(ctx, check); err != nil {
		return nil, p.startFailed(err, "Address already in use")
	}
	return &Redis{Addr: addr, Password: o.Password, LogFile: logFile, close: p.close}, nil
}

// isRedisProcess says whether the server that client reaches is the process
// pid, and not another that took the port first.
func isRedisProcess(ctx context.Context, client *redis.Client, pid int) error {
	// The client would retry and log what is normal during a start.
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", client.Options().Addr)
	if err != nil {
		return err
	}
	conn.Close()
	info, err := client.Info(ctx, "server").Result()
	if err != nil {
		return err
	}
	if !strings.Contains(info, fmt.Sprintf("\nprocess_id:%d\r", pid)) {
		return errPortTaken
	}
	return nil
}

// StartMiniRedis starts a Redis written in Go inside this process, for where
// redis-server cannot be installed. Its clock is the real one.
func StartMiniRedis(password string) (*Redis, error) {
	server := miniredis.NewMiniRedis()
	if password != "" {
		server.RequireAuth(password)
	}
	if err := server.StartAddr(net.JoinHostPort(loopback, "0")); err != nil {
		return nil, fmt.Errorf("starting the Redis stand-in: %w", err)
	}
	stop := make(chan struct{})
	var ticking sync.WaitGroup
	ticking.Go(func() {
		// The server lets keys expire only when it is told that time passed.
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		last := time.Now()
		for {
			select {
			case <-stop:
				return
			case now := <-tick.C:
				server.FastForward(now.Sub(last))
				last = now
			}
		}
	})
	closing := sync.OnceValue(func() error {
		close(stop)
		ticking.Wait()
		server.Close()
		return nil
	})
	return &Redis{Addr: server.Addr(), Password: password, close: closing}, nil
}

// URL is the address with the password, as go-redis and Moose take it.
func (r *Redis) URL() string {
	u := url.URL{Scheme: "redis", Host: r.Addr, Path: "/0"}
	if r.Password != "" {
		u.User = url.UserPassword("", r.Password)
	}
	return u.String()
}

// Close stops the server and waits for its end.
func (r *Redis) Close() error { return r.close() }

// String names the server without its password.
func (r Redis) String() string { return "redis://" + r.Addr }

// GoString is String: a %#v shows no password either.
func (r Redis) GoString() string { return r.String() }

// LogValue is String, for log/slog.
func (r Redis) LogValue() slog.Value { return slog.StringValue(r.String()) }
