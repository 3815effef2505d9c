package embedded

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const secret = "s3cret-pa@ss"

func TestStartClickHouseShowsWhyItFailed(t *testing.T) {
	_, err := StartClickHouse(t.Context(), ClickHouseOptions{
		Program: script(t, `echo "cannot load engine with $MOOSE_CLICKHOUSE_PASSWORD" >&2; exit 7`),
		DataDir: t.TempDir(), Password: secret,
	})
	if err == nil || !strings.Contains(err.Error(), "cannot load engine with ***") || !strings.Contains(err.Error(), "exit status 7") {
		t.Errorf("error: %v", err)
	}
	if err != nil && strings.Contains(err.Error(), secret) {
		t.Errorf("the error shows the password: %v", err)
	}
}

func TestStartClickHouseGivesUpAndLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	pidFile := filepath.Join(dir, "pid")
	_, err := StartClickHouse(t.Context(), ClickHouseOptions{
		Program: script(t, "echo $$ > "+pidFile+"; exec sleep 300"), DataDir: filepath.Join(dir, "data"), StartTimeout: time.Second,
	})
	if err == nil || !strings.Contains(err.Error(), context.DeadlineExceeded.Error()) {
		t.Fatalf("error: %v", err)
	}
	data, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(string(data)))
	if !gone(pid) {
		t.Error("the child still runs")
	}
}

func TestStartClickHouseWithoutProgramOrFolder(t *testing.T) {
	if _, err := StartClickHouse(t.Context(), ClickHouseOptions{Program: "/nowhere/moose-clickhouse", DataDir: t.TempDir()}); err == nil {
		t.Error("no error for a missing program")
	}
	if _, err := StartClickHouse(t.Context(), ClickHouseOptions{Program: "/bin/true"}); err == nil {
		t.Error("no error for a missing folder")
	}
}

func TestURLs(t *testing.T) {
	c := &ClickHouse{HTTPAddr: "127.0.0.1:8123", NativeAddr: "127.0.0.1:9000", User: "moose", Password: secret}
	if got, want := c.NativeURL(""), "clickhouse://moose:s3cret-pa%40ss@127.0.0.1:9000/default"; got != want {
		t.Errorf("NativeURL = %s, want %s", got, want)
	}
	if got, want := c.HTTPURL("shop"), "http://moose:s3cret-pa%40ss@127.0.0.1:8123/shop"; got != want {
		t.Errorf("HTTPURL = %s, want %s", got, want)
	}
	r := &Redis{Addr: "127.0.0.1:6379", Password: secret}
	if got, want := r.URL(), "redis://:s3cret-pa%40ss@127.0.0.1:6379/0"; got != want {
		t.Errorf("URL = %s, want %s", got, want)
	}
}

func TestNothingPrintedHasThePassword(t *testing.T) {
	c := ClickHouse{User: "moose", Password: secret}
	r := Redis{Password: secret}
	for _, value := range []any{c, &c, r, &r} {
		var log strings.Builder
		slog.New(slog.NewJSONHandler(&log, nil)).Info("started", "server", value)
		encoded, _ := json.Marshal(value)
		for _, text := range []string{fmt.Sprintf("%v", value), fmt.Sprintf("%+v", value), fmt.Sprintf("%#v", value), fmt.Sprint([]any{value}), log.String(), string(encoded)} {
			if strings.Contains(text, "s3cret") {
				t.Errorf("%T prints as %s", value, text)
			}
		}
	}
}

func TestFindClickHouse(t *testing.T) {
	none := func(string) string { return "" }
	beside := filepath.Join(t.TempDir(), "moose")
	if path, err := FindClickHouse(none, beside); err == nil {
		t.Errorf("found %s where there is none", path)
	}
	want := filepath.Join(filepath.Dir(beside), "moose-clickhouse")
	if err := os.WriteFile(want, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if path, err := FindClickHouse(none, beside); err != nil || path != want {
		t.Errorf("beside the program: %s, %v", path, err)
	}
	if path, err := FindClickHouse(func(string) string { return "/nowhere" }, beside); err == nil {
		t.Errorf("a wrong %s gave %s", EnvClickHouse, path)
	}
}

func FuzzParseReady(f *testing.F) {
	for _, seed := range []string{`{"pid":1,"http_port":8123,"native_port":9000,"version":"26.7.2.1"}`, `{"http_port":0,"native_port":9000}`, `{"http_port":-1}`, `{"http_port":"8123"}`, `[]`, ``} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		h, n, err := parseReady(data)
		if err == nil && (h < 1 || h > 65535 || n < 1 || n > 65535) {
			t.Errorf("ports %d, %d without an error", h, n)
		}
	})
}

func TestParseReady(t *testing.T) {
	if h, n, err := parseReady([]byte(`{"http_port":8123,"native_port":9000}`)); h != 8123 || n != 9000 || err != nil {
		t.Errorf("got %d, %d, %v", h, n, err)
	}
	if _, _, err := parseReady([]byte(`{"http_port":8123}`)); err == nil {
		t.Error("no error for a missing port")
	}
}
