package embedded

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

// realRedis is the path of redis-server.
func realRedis(t *testing.T) string {
	t.Helper()
	return realPart(t, (*parts.Store).Redis)
}

// realPart is the path of a program from the cache.
func realPart(t *testing.T, fetch func(*parts.Store, context.Context) (string, error)) string {
	t.Helper()
	store, err := parts.New(parts.Options{Environ: os.Environ(), Root: os.Geteuid() == 0})
	if err != nil {
		t.Fatal(err)
	}
	program, err := fetch(store, t.Context())
	if missing := (*parts.Unavailable)(nil); errors.As(err, &missing) && os.Getenv("MOOSE_TEST_STRICT") != "1" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return program
}

func open(t *testing.T, url string) *redis.Client {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	t.Cleanup(func() { client.Close() })
	return client
}

func TestRedisAndItsStandIn(t *testing.T) {
	const password = "p@ss \"w\\ör'd\n"
	for name, start := range map[string]func() (*Redis, error){
		"redis-server": func() (*Redis, error) {
			return StartRedis(t.Context(), RedisOptions{Program: realRedis(t), DataDir: t.TempDir(), Password: password})
		},
		"stand-in": func() (*Redis, error) { return StartMiniRedis(password) },
	} {
		t.Run(name, func(t *testing.T) {
			server, err := start()
			if err != nil {
				t.Fatal(err)
			}
			client := open(t, server.URL())
			if err := client.Set(t.Context(), "lease", "me", 150*time.Millisecond).Err(); err != nil {
				t.Fatal(err)
			}
			if left, err := client.PTTL(t.Context(), "lease").Result(); err != nil || left <= 0 {
				t.Errorf("the lease has %s left, %v", left, err)
			}
			time.Sleep(400 * time.Millisecond)
			if err := client.Get(t.Context(), "lease").Err(); !errors.Is(err, redis.Nil) {
				t.Errorf("the lease did not expire: %v", err)
			}
			if err := open(t, "redis://"+server.Addr).Ping(t.Context()).Err(); err == nil {
				t.Error("it answers without a password")
			}
			if err := server.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
			if err := server.Close(); err != nil {
				t.Errorf("a second close: %v", err)
			}
			if conn, err := net.Dial("tcp", server.Addr); err == nil {
				conn.Close()
				t.Error("it listens after Close")
			}
		})
	}
}

func TestRedisOnATakenPort(t *testing.T) {
	first, err := StartMiniRedis("")
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	options := RedisOptions{Program: realRedis(t), DataDir: t.TempDir(), Password: "other"}
	if _, err := startRedis(t.Context(), options, portOf(t, first.Addr)); !errors.Is(err, errPortTaken) {
		t.Errorf("error: %v", err)
	}
}

func portOf(t *testing.T, addr string) int {
	t.Helper()
	address, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return address.Port
}
