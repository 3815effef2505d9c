package testparts

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/embedded"
	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

// ClickHouse returns the engine, with a Keeper, that all tests of this process
// share; it ends with the process. Work in a database of your own: Database.
func ClickHouse(t testing.TB) *embedded.ClickHouse {
	t.Helper()
	ch, err := shared()
	need(t, err)
	select {
	case <-ch.Done():
		t.Fatalf("the shared ClickHouse has ended; see its log %s", ch.LogFile)
	default:
	}
	return ch
}

var shared = sync.OnceValues(func() (*embedded.ClickHouse, error) {
	dir, err := scratch()
	if err != nil {
		return nil, err
	}
	return NewClickHouse(context.Background(), dir)
})

// NewClickHouse starts an engine of its own with a Keeper of its own in dir,
// for tests that stop or kill it. The Keeper ends with this process.
func NewClickHouse(ctx context.Context, dir string) (*embedded.ClickHouse, error) {
	s, err := store()
	if err != nil {
		return nil, err
	}
	library, err := s.Chdb(ctx)
	if err != nil {
		return nil, err
	}
	zooKeeper, err := s.ZooKeeper(ctx)
	if err != nil {
		return nil, err
	}
	program, err := clickHouseProgram(ctx, s)
	if err != nil {
		return nil, err
	}
	keeper, err := embedded.StartKeeper(ctx, embedded.KeeperOptions{ZooKeeper: zooKeeper, DataDir: filepath.Join(dir, "keeper"), Environ: os.Environ()})
	if err != nil {
		return nil, err
	}
	ch, err := embedded.StartClickHouse(ctx, embedded.ClickHouseOptions{
		Program: program, Library: library, DataDir: filepath.Join(dir, "clickhouse"), KeeperAddr: keeper.Addr, Environ: os.Environ(),
	})
	if err != nil {
		keeper.Close()
		return nil, err
	}
	return ch, nil
}

func clickHouseProgram(ctx context.Context, s *parts.Store) (string, error) {
	if program := os.Getenv(embedded.EnvClickHouse); program != "" {
		return program, nil
	}
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	return embedded.BuildClickHouse(ctx, s, root)
}

// EnginePrograms returns the paths of moose-clickhouse and of the engine's library, for
// tests of commands that start an engine themselves.
func EnginePrograms(t testing.TB) (program, library string) {
	t.Helper()
	s, err := store()
	need(t, err)
	library, err = s.Chdb(t.Context())
	need(t, err)
	program, err = clickHouseProgram(t.Context(), s)
	need(t, err)
	return program, library
}

// Sandbox returns an engine without a Keeper, which may not reach for anything outside
// and may be used up; all tests of this process share it.
func Sandbox(t testing.TB) *embedded.ClickHouse {
	t.Helper()
	ch, err := sandbox()
	need(t, err)
	return ch
}

var sandbox = sync.OnceValues(func() (*embedded.ClickHouse, error) {
	ctx := context.Background()
	dir, err := scratch()
	if err != nil {
		return nil, err
	}
	s, err := store()
	if err != nil {
		return nil, err
	}
	library, err := s.Chdb(ctx)
	if err != nil {
		return nil, err
	}
	program, err := clickHouseProgram(ctx, s)
	if err != nil {
		return nil, err
	}
	return embedded.StartClickHouse(ctx, embedded.ClickHouseOptions{
		Program: program, Library: library, DataDir: filepath.Join(dir, "sandbox"), Sandbox: true, Environ: os.Environ(),
	})
})

// Database makes a fresh database for the test, drops it afterwards and
// returns its name, which needs no quoting.
func Database(t testing.TB, ch *embedded.ClickHouse) string {
	t.Helper()
	name := databaseName(t.Name())
	execute(t, ch, "CREATE DATABASE "+name)
	t.Cleanup(func() { execute(t, ch, "DROP DATABASE IF EXISTS "+name+" SYNC") })
	return name
}

// databaseName turns a test's name into an identifier that no other has.
func databaseName(test string) string {
	var b strings.Builder
	b.WriteString("t_")
	for _, r := range strings.ToLower(test) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		} else {
			b.WriteByte('_')
		}
		if b.Len() >= 40 {
			break
		}
	}
	return b.String() + "_" + strings.ToLower(rand.Text()[:10])
}

// execute runs one statement over HTTP.
func execute(t testing.TB, ch *embedded.ClickHouse, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := query(ctx, ch, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func query(ctx context.Context, ch *embedded.ClickHouse, statement string) (string, error) {
	address := url.URL{Scheme: "http", Host: ch.HTTPAddr, Path: "/"}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), strings.NewReader(statement))
	if err != nil {
		return "", err
	}
	request.SetBasicAuth(ch.User, ch.Password)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", response.Status, body)
	}
	return strings.TrimSpace(string(body)), nil
}
