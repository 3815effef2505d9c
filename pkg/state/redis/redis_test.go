package redis_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	goredis "github.com/redis/go-redis/v9"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/state"
	"github.com/moose-migrate/moose-migrate/pkg/state/redis"
	"github.com/moose-migrate/moose-migrate/pkg/state/statetest"
)

// spec is a place as a child process gets it.
type spec struct{ URL, Prefix string }

func client(url string) (*goredis.Client, error) {
	opts, err := goredis.ParseURL(url)
	if err != nil {
		return nil, err
	}
	opts.ContextTimeoutEnabled = true
	return goredis.NewClient(opts), nil
}

func openSpec(_ context.Context, text string, ttl time.Duration) (state.Store, func() error, error) {
	var sp spec
	if err := json.Unmarshal([]byte(text), &sp); err != nil {
		return nil, nil, err
	}
	c, err := client(sp.URL)
	if err != nil {
		return nil, nil, err
	}
	s, err := redis.New(c, redis.Options{Prefix: sp.Prefix, Timing: state.Timing{TTL: ttl}})
	return s, c.Close, err
}

func place(t *testing.T, url string) statetest.Place {
	c, sp := connect(t, url)
	text, err := json.Marshal(sp)
	if err != nil {
		t.Fatal(err)
	}
	lockKey, mapKey := sp.Prefix+"::migration_lock", sp.Prefix+"::infrastructure_map"
	must := func(t *testing.T, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("acting as Moose: %v", err)
		}
	}
	return statetest.Place{
		Spec: string(text),
		PlantMap: func(t *testing.T, data []byte) {
			must(t, c.Set(context.Background(), mapKey, data, 0).Err())
		},
		CorruptMap: func(t *testing.T) {
			must(t, c.RPush(context.Background(), mapKey, "a list").Err())
		},
		PlantLock: func(t *testing.T, _ string, _, expires time.Time) {
			if left := time.Until(expires); left > 0 {
				must(t, c.Set(context.Background(), lockKey, uuid.NewString(), left).Err())
			}
		},
		ReadLock: func(t *testing.T) bool {
			n, err := c.Exists(context.Background(), lockKey).Result()
			must(t, err)
			return n == 1
		},
		PlantTrail: func(t *testing.T, records [][]byte) {
			var all []any
			for _, r := range records {
				all = append(all, r)
			}
			must(t, c.RPush(context.Background(), sp.Prefix+"::moose_migrate_overrides", all...).Err())
		},
		CorruptTrail: func(t *testing.T) {
			must(t, c.RPush(context.Background(), sp.Prefix+"::moose_migrate_overrides", "no JSON").Err())
		},
		CorruptLock: func(t *testing.T) {
			must(t, c.RPush(context.Background(), lockKey, "a list").Err())
		},
		RemoveLock: func(t *testing.T) {
			must(t, c.Del(context.Background(), lockKey).Err())
		},
	}
}

func TestMain(m *testing.M) { statetest.Main(m, statetest.Suite{Open: openSpec}) }

func TestConformance(t *testing.T) {
	url := testparts.Redis(t).URL()
	statetest.Run(t, statetest.Suite{
		Open:  openSpec,
		Place: func(t *testing.T) statetest.Place { return place(t, url) },
	})
}

// connect gives a client and a prefix that no other test uses.
func connect(t *testing.T, url string) (*goredis.Client, spec) {
	t.Helper()
	sp := spec{URL: url, Prefix: "test-" + uuid.NewString()}
	c, err := client(sp.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c, sp
}

func open(t *testing.T, c goredis.UniversalClient, opts redis.Options) *redis.Store {
	t.Helper()
	s, err := redis.New(c, opts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLoadFallsBackToTheLastPrefix(t *testing.T) {
	c, sp := connect(t, testparts.Redis(t).URL())
	last := sp.Prefix + "-last"
	if err := c.Set(t.Context(), last+"::infrastructure_map", "old", 0).Err(); err != nil {
		t.Fatal(err)
	}
	s := open(t, c, redis.Options{Prefix: sp.Prefix, LastPrefix: last})
	if blob, err := s.Load(t.Context()); err != nil || string(blob.Data) != "old" || blob.Key != last+"::infrastructure_map" {
		t.Fatalf("Load = %+v, %v; want the map under the last prefix", blob, err)
	}
	if err := s.Save(t.Context(), []byte("new")); err != nil {
		t.Fatal(err)
	}
	if blob, err := s.Load(t.Context()); err != nil || string(blob.Data) != "new" {
		t.Fatalf("Load = %+v, %v; want the new map", blob, err)
	}
	if old := c.Get(t.Context(), last+"::infrastructure_map").Val(); old != "old" {
		t.Errorf("the map under the last prefix became %q", old)
	}
}

// Moose reads the lock's key and its time to live, so those are its format.
func TestKeysAreMooses(t *testing.T) {
	c, sp := connect(t, testparts.Redis(t).URL())
	s := open(t, c, redis.Options{Prefix: sp.Prefix})
	if err := s.Save(t.Context(), []byte("map")); err != nil {
		t.Fatal(err)
	}
	lock, err := s.Lock(t.Context(), state.Owner{ID: "run", Machine: "m"})
	if err != nil {
		t.Fatal(err)
	}
	token := c.Get(t.Context(), sp.Prefix+"::migration_lock").Val()
	if _, err := uuid.Parse(token); err != nil {
		t.Errorf("the lock's value is %q, Moose's is a UUID", token)
	}
	for _, key := range []string{"::migration_lock", "::migration_lock_holder"} {
		if ttl := c.PTTL(t.Context(), sp.Prefix+key).Val(); ttl > 5*time.Minute || ttl < 4*time.Minute {
			t.Errorf("%s lives %v, want Moose's five minutes", key, ttl)
		}
	}
	if ttl := c.PTTL(t.Context(), sp.Prefix+"::infrastructure_map").Val(); ttl != -1 {
		t.Errorf("the map lives %v, want for ever", ttl)
	}
	if err := lock.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	keys, err := c.Keys(t.Context(), sp.Prefix+"::*").Result()
	slices.Sort(keys)
	if err != nil || len(keys) != 3 || keys[0] != sp.Prefix+"::infrastructure_map" || !strings.HasPrefix(keys[1], sp.Prefix+"::moose_migrate_map") {
		t.Errorf("after the release these keys remain: %v, %v; want the map, its copy and what is known of it", keys, err)
	}
}

// A name that an earlier holder left behind must not be blamed.
func TestStaleNameIsNotBlamed(t *testing.T) {
	c, sp := connect(t, testparts.Redis(t).URL())
	s := open(t, c, redis.Options{Prefix: sp.Prefix})
	record, err := state.NewRecord(state.Owner{ID: "gone", Machine: "gone"}, "old-token", time.Now(), time.Minute).Encode()
	if err != nil {
		t.Fatal(err)
	}
	c.Set(t.Context(), sp.Prefix+"::migration_lock_holder", record, 0)
	c.Set(t.Context(), sp.Prefix+"::migration_lock", "new-token", 0)
	h, err := s.Holder(t.Context())
	if err != nil || h == nil || h.Machine != "" || h.ID != "new-token" {
		t.Fatalf("Holder = %+v, %v; want the unnamed new-token", h, err)
	}
	_, err = s.Lock(t.Context(), state.Owner{ID: "x"})
	if err == nil || !strings.Contains(err.Error(), "does not expire by itself") {
		t.Errorf("Lock over a lock without a time to live: %v", err)
	}
}

// An unreachable server is an error, within the bound and without the password;
// no other server is tried.
func TestUnreachable(t *testing.T) {
	c, err := client("redis://user:s3cr3t-password@127.0.0.1:1/0")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s := open(t, c, redis.Options{Timing: state.Timing{TTL: 6 * time.Second}})
	start := time.Now()
	_, loadErr := s.Load(t.Context())
	saveErr := s.Save(t.Context(), []byte("x"))
	_, lockErr := s.Lock(t.Context(), state.Owner{ID: "x"})
	_, holderErr := s.Holder(t.Context())
	for name, err := range map[string]error{"Load": loadErr, "Save": saveErr, "Lock": lockErr, "Holder": holderErr} {
		if err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") {
			t.Errorf("%s: %v, want an error that names the server", name, err)
		}
		if strings.Contains(fmt.Sprint(err, s.Describe()), "s3cr3t") {
			t.Errorf("%s shows the password: %v", name, err)
		}
	}
	if took := time.Since(start); took > 15*time.Second {
		t.Errorf("five calls of at most 2 s took %v", took)
	}
}

func TestDescribe(t *testing.T) {
	c, err := client("redis://user:s3cr3t@redis.example:6380/2")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got, want := open(t, c, redis.Options{}).Describe(), "Redis redis.example:6380 under MS::"; got != want {
		t.Errorf("Describe = %q, want %q", got, want)
	}
}

// What the real Moose stored is found under its default prefix, byte for byte.
func TestLoadWhatMooseWrote(t *testing.T) {
	c, _ := connect(t, testparts.Redis(t).URL())
	text, err := os.ReadFile("testdata/moose-0.6.533-state.json")
	if err != nil {
		t.Fatal(err)
	}
	var keys map[string]struct{ Base64 []byte }
	if err := json.Unmarshal(text, &keys); err != nil {
		t.Fatal(err)
	}
	for key, value := range keys {
		if err := c.Set(t.Context(), key, value.Base64, 0).Err(); err != nil {
			t.Fatal(err)
		}
	}
	blob, err := open(t, c, redis.Options{}).Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if want := keys["MS::infrastructure_map"].Base64; len(want) == 0 || !bytes.Equal(blob.Data, want) {
		t.Errorf("Load gave %d bytes, Moose wrote %d", len(blob.Data), len(want))
	}
}
