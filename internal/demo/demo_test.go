package demo

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

// transcript collects what is written and calls react, once, when it contains at.
type transcript struct {
	mu    sync.Mutex
	text  bytes.Buffer
	at    string
	react func(soFar string)
}

func (w *transcript) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text.Write(p)
	if w.react != nil && strings.Contains(w.text.String(), w.at) {
		go w.react(w.text.String())
		w.react = nil
	}
	return len(p), nil
}

func (w *transcript) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// withoutZooKeeper are parts on a machine that cannot have ZooKeeper.
type withoutZooKeeper struct{ Parts }

func (withoutZooKeeper) ZooKeeper(context.Context) (parts.ZooKeeper, error) {
	return parts.ZooKeeper{}, &parts.Unavailable{Part: "zookeeper", Why: "it is not installed and installing it needs root", Remedy: "Install it."}
}

// options are those of a run on the real parts; its only trace may be the
// returned folder, which is to be empty afterwards.
func options(t *testing.T, w io.Writer) Options {
	t.Helper()
	if testing.Short() {
		t.Skip("starts servers and compiles TypeScript")
	}
	store, err := parts.FromOS(os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	o := plain(t, w)
	o.Parts = store
	// A server of the user's, which no command may meet.
	o.Environ = append(os.Environ(), dsn.EnvClickHouse+"=clickhouse://user:password@192.0.2.1:9000/production", "MOOSE_TELEMETRY__ENABLED=true")
	t.Cleanup(func() { left(t, o.TempDir) })
	return o
}

func plain(t *testing.T, w io.Writer) Options {
	t.Helper()
	return Options{
		Out: w, Err: w, IsTerminal: func(any) bool { return false }, Environ: os.Environ(), Now: time.Now,
		Module: testparts.Root(t), TempDir: t.TempDir(),
	}
}

// need ends the test unless err is nil.
func need(t *testing.T, err error, w *transcript) {
	t.Helper()
	var missing *parts.Unavailable
	if errors.As(err, &missing) && os.Getenv(testparts.EnvStrict) != "1" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, w)
	}
}

func left(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) > 0 {
		t.Errorf("%v is left, %v", entries, err)
	}
}

// shown demands the texts in this order.
func shown(t *testing.T, w *transcript, texts ...string) {
	t.Helper()
	rest := w.String()
	for _, text := range texts {
		_, after, ok := strings.Cut(rest, text)
		if !ok {
			t.Fatalf("%q is missing, or not where it should be:\n%s", text, w)
		}
		rest = after
	}
	if found := regexp.MustCompile(`://[^\s/@:]*:[^\s/@*]+@`).FindString(w.String()); found != "" {
		t.Errorf("a password is shown: %s", found)
	}
}

var landmarks = []string{
	"$ moose generate migration --save\n", "+ Table: Orders", "5 operations",
	"$ moose migrate\n", "Creating table 'Orders'", "Migration completed successfully", "10,000 orders",
	"$ moose plan\n", "- phone", "+ currency", "500 rows",
	"$ moose plan --format markdown\n", "Careful: 1 change loses data", "DS103", "```diff", "ALTER TABLE",
	"$ moose generate migration --save\n", "Migration generated",
	"migrations/plan.yaml", "kB", "migrations/remote_state.json", "migrations/local_infra_map.json", "│ operations:",
	"$ moose migrate\n", "Dropping column 'phone'", "Migration completed successfully",
	"✓ Every row is there: 10,000 orders (quantities add up to 30,000, amounts to 499950.00), 500 customers, 10,000 orders",
	"quantity is Int64 now", "currency reads EUR",
	"$ moose plan --detailed-exitcode\n", "No changes", "a second plan is empty",
	"$ moose ls\n", "Refunds", "nightly", "The demonstration took", "docs/architecture.md",
}

func TestFromMainBranchToPullRequest(t *testing.T) {
	w := &transcript{}
	need(t, Run(t.Context(), options(t, w)), w)
	shown(t, w, append([]string{"KeeperMap table"}, landmarks...)...)
	shown(t, w, "State stored in ClickHouse local._MOOSE_STATE")
	if strings.Contains(w.String(), "\x1b[") {
		t.Error("there are control sequences, and no terminal")
	}
}

func TestWithoutZooKeeperTheStateIsInRedisAndKeepLetsAnotherShellIn(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w := &transcript{at: "Ctrl-C stops them"}
	o := options(t, w)
	o.Parts, o.Keep = withoutZooKeeper{o.Parts}, true
	var again, settings []byte
	var shellErr, settingsErr error
	w.react = func(soFar string) {
		defer cancel()
		_, commands, _ := strings.Cut(soFar, "In another terminal:\n")
		commands, _, _ = strings.Cut(commands, "moose plan")
		script, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(commands), ". "), "\n")
		settings, settingsErr = os.ReadFile(strings.Trim(script, "'"))
		shell := exec.CommandContext(ctx, "/bin/sh", "-ec", commands+"moose plan --detailed-exitcode")
		shell.Env = append(os.Environ(), "HOME="+t.TempDir())
		again, shellErr = shell.CombinedOutput()
	}
	need(t, Run(ctx, o), w)
	shown(t, w, append([]string{"zookeeper is not available", "Redis-compatible server"}, landmarks...)...)
	shown(t, w, "State stored in Redis")
	if shellErr != nil || !strings.Contains(string(again), "No changes") {
		t.Errorf("a plan in another shell: %v\n%s", shellErr, again)
	}
	passwords := regexp.MustCompile(`://[^:]*:([^@]+)@`).FindAllSubmatch(settings, -1)
	if settingsErr != nil || len(passwords) != 2 {
		t.Fatalf("the settings hold %d passwords, want ClickHouse's and Redis's: %v", len(passwords), settingsErr)
	}
	for _, p := range passwords {
		if strings.Contains(w.String(), string(p[1])) {
			t.Error("the transcript shows a password")
		}
	}
}

func TestInterruptStopsEverything(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w := &transcript{at: "Compiling TypeScript …", react: func(string) { cancel() }}
	o := options(t, w)
	err := Run(ctx, o)
	if !errors.Is(err, context.Canceled) {
		need(t, err, w)
		t.Fatalf("it ended without an error:\n%s", w)
	}
	ports := regexp.MustCompile(`127\.0\.0\.1:\d+`).FindAllString(w.String(), -1)
	if len(ports) < 2 {
		t.Fatalf("no servers are named:\n%s", w)
	}
	for _, addr := range ports {
		if conn, err := net.Dial("tcp", addr); err == nil {
			conn.Close()
			t.Errorf("%s still answers", addr)
		}
	}
	if strings.Contains(w.String(), "Migration generated") {
		t.Errorf("moose was not interrupted:\n%s", w)
	}
	running, err := exec.Command("ps", "-eo", "args").Output()
	if err == nil && strings.Contains(string(running), filepath.Base(filepath.Dir(o.TempDir))+"/") {
		t.Errorf("a process of the demonstration still runs:\n%s", running)
	}
}
