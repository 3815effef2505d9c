package clilog_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/clilog"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
)

func TestWriterRotatesAndRedacts(t *testing.T) {
	dir := clilog.Dir(t.TempDir())
	now := time.Date(2026, 3, 1, 23, 59, 59, 0, time.UTC)
	w := clilog.NewWriter(dir, func() time.Time { return now }, dsn.NewRedactor("s3cr3t\"word"))
	log := slog.New(w.Handler(slog.LevelInfo)).With("run", "r1").WithGroup("g")
	log.Info("connecting", "url", `https://u:s3cr3t"word@h`)
	log.Debug("hidden by the level")
	now = now.Add(time.Second)
	log.Warn("next day")
	if n, err := w.Write([]byte("plain")); n != 5 || err != nil {
		t.Errorf("Write = %d, %v", n, err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}

	first := read(t, filepath.Join(dir, "2026-03-01-cli.log"))
	if strings.Contains(first, "s3cr3t") || !strings.Contains(first, dsn.Mask) {
		t.Errorf("not redacted: %s", first)
	}
	var line struct {
		Time  time.Time
		Level string
		Msg   string
		Run   string
		G     struct{ URL string }
	}
	if err := json.Unmarshal([]byte(first), &line); err != nil {
		t.Fatalf("one JSON line wanted, got %q: %v", first, err)
	}
	if line.Msg != "connecting" || line.Level != "INFO" || line.Run != "r1" || line.Time.Day() != 1 || line.G.URL != "https://u:***@h" {
		t.Errorf("line %+v", line)
	}
	second := read(t, filepath.Join(dir, "2026-03-02-cli.log"))
	if !strings.Contains(second, "next day") || !strings.HasSuffix(second, "plain\n") {
		t.Errorf("second day: %q", second)
	}
	newest, err := clilog.Newest(dir)
	if err != nil || filepath.Base(newest) != "2026-03-02-cli.log" {
		t.Errorf("Newest = %s, %v", newest, err)
	}
}

func TestWriterPermissions(t *testing.T) {
	dir := filepath.Join(t.TempDir(), ".moose")
	now := func() time.Time { return time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC) }
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, clilog.Name(now()))
	if err := os.WriteFile(path, []byte("moose's line\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	w := clilog.NewWriter(dir, now, nil)
	defer w.Close()
	if _, err := w.Write([]byte("ours\n")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %o, want 600", info.Mode().Perm())
	}
	if got := read(t, path); got != "moose's line\nours\n" {
		t.Errorf("file holds %q", got)
	}
}

func TestWriterConcurrent(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for i := range 4 {
		w := clilog.NewWriter(dir, nil, nil)
		t.Cleanup(func() { _ = w.Close() })
		wg.Go(func() {
			for j := range 50 {
				if _, err := fmt.Fprintf(w, "writer %d line %02d end", i, j); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	newest, err := clilog.Newest(dir)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(read(t, newest)) {
		if len(line) != len("writer 0 line 00 end\n") {
			t.Fatalf("torn line %q", line)
		}
	}
}

func TestWriterReportsUnwritableFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := clilog.NewWriter(filepath.Join(file, "x"), nil, nil).Write([]byte("x")); err == nil {
		t.Error("no error")
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
