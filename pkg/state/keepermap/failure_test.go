package keepermap_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/embedded"
	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
	"github.com/moose-migrate/moose-migrate/pkg/state"
	"github.com/moose-migrate/moose-migrate/pkg/state/keepermap"
)

// start runs an engine and, when wanted, a Keeper for this test alone.
func start(t *testing.T, withKeeper bool) (*embedded.ClickHouse, *embedded.Keeper) {
	t.Helper()
	testparts.ClickHouse(t) // skips when parts are missing
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	store, err := parts.FromOS(os.Stderr)
	must(err)
	library, err := store.Chdb(t.Context())
	must(err)
	program := os.Getenv(embedded.EnvClickHouse)
	if program == "" {
		program, err = embedded.BuildClickHouse(t.Context(), store, testparts.Root(t))
		must(err)
	}
	dir := t.TempDir()
	opts := embedded.ClickHouseOptions{Program: program, Library: library, DataDir: filepath.Join(dir, "clickhouse"), Environ: os.Environ()}
	var keeper *embedded.Keeper
	if withKeeper {
		zooKeeper, err := store.ZooKeeper(t.Context())
		must(err)
		keeper, err = embedded.StartKeeper(t.Context(), embedded.KeeperOptions{ZooKeeper: zooKeeper, DataDir: filepath.Join(dir, "keeper"), Environ: os.Environ()})
		must(err)
		t.Cleanup(func() { _ = keeper.Close() })
		opts.KeeperAddr = keeper.Addr
	}
	ch, err := embedded.StartClickHouse(t.Context(), opts)
	must(err)
	t.Cleanup(func() { _ = ch.Close() })
	return ch, keeper
}

func TestServerWithoutKeeperMap(t *testing.T) {
	ch, _ := start(t, false)
	s := newPlace(t, ch).store(keepermap.Options{})
	if _, err := s.Load(t.Context()); !errors.Is(err, state.ErrNone) {
		t.Errorf("Load = %v, want ErrNone: planning needs no KeeperMap", err)
	}
	saveErr := s.Save(t.Context(), []byte("map"))
	_, lockErr := s.Lock(t.Context(), state.Owner{ID: "a"})
	for name, err := range map[string]error{"Save": saveErr, "Lock": lockErr} {
		if err == nil || !strings.Contains(err.Error(), "<keeper_map_path_prefix>/keeper_map_tables</keeper_map_path_prefix>") {
			t.Errorf("%s = %v, want the setting to add", name, err)
		}
	}
}

func TestMissingDatabase(t *testing.T) {
	p := newPlace(t, testparts.ClickHouse(t))
	s := p.store(keepermap.Options{Database: p.database + "_gone"})
	_, loadErr := s.Load(t.Context())
	_, holderErr := s.Holder(t.Context())
	saveErr := s.Save(t.Context(), []byte("map"))
	_, lockErr := s.Lock(t.Context(), state.Owner{ID: "a"})
	for name, err := range map[string]error{"Load": loadErr, "Holder": holderErr, "Save": saveErr, "Lock": lockErr} {
		if err == nil || errors.Is(err, state.ErrNone) || !strings.Contains(err.Error(), "create the database") {
			t.Errorf("%s = %v, want to be told to create the database", name, err)
		}
	}
}

// With Keeper gone a call ends within its bound, and the run within the lease.
func TestKeeperGone(t *testing.T) {
	ch, keeper := start(t, true)
	stores, locks := map[string]*keepermap.Store{}, map[string]state.Lock{}
	for name, url := range map[string]string{"native": ch.NativeURL(""), "http": ch.HTTPURL("")} {
		p := &testPlace{t: t, ch: ch, database: "db_" + name}
		p.conn = p.connect(url)
		p.exec("CREATE DATABASE " + p.database)
		s := p.store(keepermap.Options{Timing: state.Timing{TTL: 9 * time.Second}})
		lock, err := s.Lock(t.Context(), state.Owner{ID: "a"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = lock.Release(context.Background()) })
		stores[name], locks[name] = s, lock
	}
	if err := keeper.Close(); err != nil {
		t.Fatal(err)
	}
	const bound, slack = 3 * time.Second, 3 * time.Second
	for name, lock := range locks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bounded := func(what string, n int, f func() error) {
				t.Helper()
				began := time.Now()
				if err := f(); err == nil {
					t.Errorf("%s succeeded without a Keeper", what)
				}
				if took := time.Since(began); took > time.Duration(n)*bound+slack {
					t.Errorf("%s took %v, its bound is %d times %v", what, took, n, bound)
				}
			}
			bounded("Check", 1, func() error { return lock.Check(t.Context()) })
			bounded("Load", 1, func() error { _, err := stores[name].Load(t.Context()); return err })
			select {
			case <-lock.Context().Done():
			case <-time.After(20 * time.Second):
				t.Fatal("the run goes on without a lease")
			}
			if cause := context.Cause(lock.Context()); !errors.Is(cause, state.ErrLockLost) {
				t.Errorf("cause = %v, want ErrLockLost", cause)
			}
			// Making sure of the table, reading and writing are a call each.
			bounded("Save", 3, func() error { return stores[name].Save(t.Context(), []byte("map")) })
			bounded("Lock", 3, func() error { _, err := stores[name].Lock(t.Context(), state.Owner{ID: "b"}); return err })
		})
	}
}

// No error of an unreachable server shows the password.
func TestUnreachable(t *testing.T) {
	for _, url := range []string{
		"clickhouse://user:s3cr3t-password@127.0.0.1:1/db?dial_timeout=1s",
		"http://user:s3cr3t-password@127.0.0.1:1/db?dial_timeout=1s",
	} {
		conn, err := connect(url)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		s, err := keepermap.New(conn, keepermap.Options{Database: "db", Timing: state.Timing{TTL: 9 * time.Second}})
		if err != nil {
			t.Fatal(err)
		}
		_, loadErr := s.Load(t.Context())
		saveErr := s.Save(t.Context(), []byte("map"))
		_, lockErr := s.Lock(t.Context(), state.Owner{ID: "a"})
		for name, err := range map[string]error{"Load": loadErr, "Save": saveErr, "Lock": lockErr} {
			if err == nil || !strings.Contains(err.Error(), "ClickHouse db._MOOSE_STATE") || strings.Contains(err.Error(), "s3cr3t") {
				t.Errorf("%s: %v, want an error that names the place and not the password", name, err)
			}
		}
	}
}

func TestNewNeedsADatabase(t *testing.T) {
	if _, err := keepermap.New(nil, keepermap.Options{}); err == nil {
		t.Error("New without a database succeeded")
	}
}
