package chserver_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

const (
	testUser     = "moose"
	testPassword = "a password with 'quotes' & signs"
)

// build makes the server binary once. One process can run one engine, so tests
// start servers as children.
var build = struct {
	once sync.Once
	dir  string
	err  error
}{}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.server != nil {
		shared.server.stop()
	}
	if build.dir != "" {
		_ = os.RemoveAll(build.dir)
	}
	os.Exit(code)
}

// missing skips the test, or fails it when MOOSE_TEST_STRICT=1.
func missing(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("MOOSE_TEST_STRICT") == "1" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

func library(t *testing.T) string {
	t.Helper()
	lib := os.Getenv("MOOSE_CHDB_LIB")
	if lib == "" {
		missing(t, "MOOSE_CHDB_LIB is not set: it names libchdb.so")
	}
	if _, err := os.Stat(lib); err != nil {
		missing(t, "MOOSE_CHDB_LIB: %v", err)
	}
	return lib
}

func binary(t *testing.T) string {
	t.Helper()
	build.once.Do(func() {
		if build.dir, build.err = os.MkdirTemp("", "moose-clickhouse-test"); build.err != nil {
			return
		}
		cmd := exec.Command("go", "build", "-o", filepath.Join(build.dir, "moose-clickhouse"), "../../cmd/moose-clickhouse")
		if out, err := cmd.CombinedOutput(); err != nil {
			build.err = fmt.Errorf("%w: %s", err, out)
		}
	})
	if build.err != nil {
		t.Fatalf("building the server: %v", build.err)
	}
	return filepath.Join(build.dir, "moose-clickhouse")
}

// testServer is a running server.
type testServer struct {
	cmd          *exec.Cmd
	http, native int
	exited       chan struct{}
	log          *strings.Builder
	mu           sync.Mutex
}

func (s *testServer) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

// stop ends the server and returns how.
func (s *testServer) stop() error {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.exited:
	case <-time.After(20 * time.Second):
		_ = s.cmd.Process.Kill()
		<-s.exited
		return fmt.Errorf("the server did not stop by itself: %s", s.text())
	}
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("the server ended with %d: %s", code, s.text())
	}
	return nil
}

// launch starts a server and waits until it is ready.
func launch(t *testing.T, path string, args ...string) *testServer {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ready.json")
	args = append([]string{"--path", path, "--ready-file", file, "--die-with-parent"}, args...)
	cmd := exec.Command(binary(t), args...)
	cmd.Env = append(os.Environ(), "MOOSE_CHDB_LIB="+library(t),
		"MOOSE_CLICKHOUSE_USER="+testUser, "MOOSE_CLICKHOUSE_PASSWORD="+testPassword)
	pipe, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = nil
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &testServer{cmd: cmd, exited: make(chan struct{}), log: &strings.Builder{}}
	go func() {
		for lines := bufio.NewScanner(pipe); lines.Scan(); {
			s.mu.Lock()
			s.log.WriteString(lines.Text() + "\n")
			s.mu.Unlock()
		}
		_ = cmd.Wait()
		close(s.exited)
	}()
	for deadline := time.Now().Add(60 * time.Second); ; {
		if body, err := os.ReadFile(file); err == nil {
			var ready struct {
				PID        int `json:"pid"`
				HTTPPort   int `json:"http_port"`
				NativePort int `json:"native_port"`
			}
			if err := json.Unmarshal(body, &ready); err != nil {
				t.Fatalf("ready file: %v", err)
			}
			if ready.PID != cmd.Process.Pid {
				t.Fatalf("ready file names process %d, not %d", ready.PID, cmd.Process.Pid)
			}
			s.http, s.native = ready.HTTPPort, ready.NativePort
			return s
		}
		select {
		case <-s.exited:
			t.Fatalf("the server did not start: %s", s.text())
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			_ = cmd.Process.Kill()
			t.Fatalf("the server was not ready in time: %s", s.text())
		}
	}
}

// start launches a server that ends with the test.
func start(t *testing.T, args ...string) *testServer {
	t.Helper()
	s := launch(t, t.TempDir(), args...)
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// shared is one server for all tests that need nothing special.
var shared struct {
	once   sync.Once
	server *testServer
}

func sharedServer(t *testing.T) *testServer {
	t.Helper()
	library(t)
	shared.once.Do(func() {
		path, err := os.MkdirTemp(filepath.Dir(binary(t)), "data")
		if err != nil {
			t.Fatal(err)
		}
		shared.server = launch(t, path)
	})
	if shared.server == nil {
		t.Fatal("the shared server did not start")
	}
	return shared.server
}

// variant is a way of connecting.
type variant struct {
	name        string
	protocol    clickhouse.Protocol
	compression clickhouse.CompressionMethod
}

var variants = []variant{
	{"native", clickhouse.Native, clickhouse.CompressionNone},
	{"native-lz4", clickhouse.Native, clickhouse.CompressionLZ4},
	{"native-zstd", clickhouse.Native, clickhouse.CompressionZSTD},
	{"http", clickhouse.HTTP, clickhouse.CompressionNone},
	{"http-lz4", clickhouse.HTTP, clickhouse.CompressionLZ4},
	{"http-gzip", clickhouse.HTTP, clickhouse.CompressionGZIP},
}

func (s *testServer) options(v variant) *clickhouse.Options {
	port := s.native
	if v.protocol == clickhouse.HTTP {
		port = s.http
	}
	o := &clickhouse.Options{
		Addr:     []string{fmt.Sprintf("127.0.0.1:%d", port)},
		Protocol: v.protocol,
		Auth:     clickhouse.Auth{Username: testUser, Password: testPassword},
	}
	if v.compression != clickhouse.CompressionNone {
		o.Compression = &clickhouse.Compression{Method: v.compression, Level: 3}
	}
	return o
}

func connect(t *testing.T, o *clickhouse.Options) driver.Conn {
	t.Helper()
	conn, err := clickhouse.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// eachVariant runs test once per way of connecting, each in a database of its
// own.
func eachVariant(t *testing.T, test func(t *testing.T, s *testServer, conn driver.Conn)) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			s := sharedServer(t)
			o := s.options(v)
			admin := connect(t, s.options(v))
			name := "db_" + strings.NewReplacer("/", "_", "-", "_").Replace(t.Name())
			exec1(t, admin, "CREATE DATABASE {name:Identifier}", clickhouse.Named("name", name))
			o.Auth.Database = name
			test(t, s, connect(t, o))
		})
	}
}

func exec1(t *testing.T, conn driver.Conn, sql string, args ...any) {
	t.Helper()
	if err := conn.Exec(context.Background(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// scalar returns the only value of a query.
func scalar[T any](t *testing.T, conn driver.Conn, sql string, args ...any) T {
	t.Helper()
	var v T
	if err := conn.QueryRow(context.Background(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}
