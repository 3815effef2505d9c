package chserver_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

func TestDataOutliveTheServer(t *testing.T) {
	library(t)
	path := t.TempDir()
	s := launch(t, path)
	conn := connect(t, s.options(variants[0]))
	exec1(t, conn, "CREATE TABLE t (a Int32) ENGINE = MergeTree ORDER BY a")
	exec1(t, conn, "INSERT INTO t VALUES (1)")
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	s = launch(t, path)
	conn = connect(t, s.options(variants[3]))
	exec1(t, conn, "INSERT INTO t VALUES (2)")
	_ = s.cmd.Process.Kill()
	<-s.exited
	s = launch(t, path)
	if got := scalar[int64](t, connect(t, s.options(variants[0])), "SELECT sum(a) FROM t"); got != 3 {
		t.Errorf("sum %d", got)
	}
	if got := scalar[string](t, connect(t, s.options(variants[0])), "SELECT engine FROM system.databases WHERE name = 'default'"); got != "Atomic" {
		t.Errorf("the default database is %s", got)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
}

func TestStopEndsRunningStatements(t *testing.T) {
	library(t)
	for _, v := range []variant{variants[0], variants[3]} {
		t.Run(v.name, func(t *testing.T) {
			s := launch(t, t.TempDir())
			conn := connect(t, s.options(v))
			failed := make(chan error, 1)
			go func() {
				failed <- conn.Exec(context.Background(), "SELECT count() FROM numbers(1e13) WHERE NOT ignore(sipHash64(number))")
			}()
			watch := connect(t, s.options(variants[0]))
			for scalar[uint64](t, watch, "SELECT count() FROM system.processes WHERE query LIKE '%1e13%' AND query NOT LIKE '%processes%'") == 0 {
				time.Sleep(20 * time.Millisecond)
			}
			begin := time.Now()
			if err := s.stop(); err != nil {
				t.Error(err)
			}
			if d := time.Since(begin); d > 4*time.Second {
				t.Errorf("stopping took %v", d)
			}
			if err := <-failed; err == nil {
				t.Error("the statement succeeded")
			}
		})
	}
}

func TestOneServerPerDirectory(t *testing.T) {
	library(t)
	path := t.TempDir()
	s := launch(t, path)
	defer func() { _ = s.stop() }()
	cmd := exec.Command(binary(t), "--path", path)
	cmd.Env = append(os.Environ(), "MOOSE_CHDB_LIB="+library(t))
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "moose-clickhouse: starting the engine on") || strings.Contains(string(out), "panic") {
		t.Errorf("%v: %s", err, out)
	}
}

func TestStartRefusals(t *testing.T) {
	lib := library(t)
	notXML := filepath.Join(t.TempDir(), "x.xml")
	if err := os.WriteFile(notXML, []byte("<yandex/>"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"-path is missing":                   {"--lib", lib},
		"not a port":                         {"--lib", lib, "--path", "x", "--http-port", "70000"},
		"arguments that are not flags":       {"--lib", lib, "--path", "x", "more"},
		"not host:port":                      {"--lib", lib, "--path", t.TempDir(), "--keeper", "nowhere"},
		"root element <clickhouse>":          {"--lib", lib, "--path", t.TempDir(), "--config-extra", notXML},
		"reading the extra configuration":    {"--lib", lib, "--path", t.TempDir(), "--config-extra", notXML + ".no"},
		"the ClickHouse engine library cann": {"--lib", notXML, "--path", t.TempDir()},
		"listening for HTTP":                 {"--lib", lib, "--path", t.TempDir(), "--host", "203.0.113.1"},
	} {
		out, err := exec.Command(binary(t), args...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), want) || strings.Contains(string(out), "goroutine") {
			t.Errorf("%v: %v: %s", args, err, out)
		}
	}
}

func TestExtraConfiguration(t *testing.T) {
	library(t)
	extra := filepath.Join(t.TempDir(), "extra.xml")
	if err := os.WriteFile(extra, []byte("<clickhouse><remote_servers><mine><shard><replica><host>127.0.0.1</host><port>9</port></replica></shard></mine></remote_servers></clickhouse>"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, "--config-extra", extra)
	if got := scalar[uint64](t, connect(t, s.options(variants[0])), "SELECT count() FROM system.clusters WHERE cluster = 'mine'"); got != 1 {
		t.Errorf("%d clusters", got)
	}
}

func TestTheSandboxReachesNothingOutside(t *testing.T) {
	library(t)
	s := start(t, "--sandbox")
	conn := connect(t, s.options(variants[0]))
	for _, allowed := range []string{
		"CREATE DATABASE d", "CREATE TABLE d.t (a Int64, s String) ENGINE = MergeTree ORDER BY a", "INSERT INTO d.t SELECT number, '' FROM numbers(3)",
		"CREATE TABLE d.n (a Int64) ENGINE = Null", "CREATE MATERIALIZED VIEW d.mv TO d.n AS SELECT a FROM d.t", "ALTER TABLE d.t ADD COLUMN b Int8",
		"CREATE DICTIONARY d.x (a UInt64, s String) PRIMARY KEY a SOURCE(CLICKHOUSE(TABLE 't' DB 'd')) LAYOUT(FLAT()) LIFETIME(0)",
		"CREATE FUNCTION plus_one AS x -> (x + 1)", "RENAME TABLE d.n TO d.m", "DROP VIEW d.mv", "DROP DATABASE d SYNC",
	} {
		if err := conn.Exec(t.Context(), allowed); err != nil {
			t.Errorf("%s: %v", allowed, err)
		}
	}
	for _, refused := range []string{
		"CREATE VIEW v AS SELECT * FROM file('/etc/hostname', 'LineAsString')", "CREATE VIEW v AS SELECT * FROM url('http://127.0.0.1:1/x', 'LineAsString')",
		"SELECT * FROM remote('127.0.0.1:1', system.one)", "SELECT * FROM s3('http://127.0.0.1:1/bucket/x', 'CSV', 'a String')",
		"CREATE TABLE k (a Int8) ENGINE = Kafka('h:1', 't', 'g', 'CSV')", "CREATE TABLE f (a String) ENGINE = File(LineAsString, '/etc/hostname')",
		"CREATE TABLE u (a String) ENGINE = URL('http://127.0.0.1:1/x', 'CSV')", "GRANT ALL ON *.* TO default",
	} {
		err := conn.Exec(t.Context(), refused)
		var exception *clickhouse.Exception
		if !errors.As(err, &exception) || exception.Code != 497 {
			t.Errorf("%s: %v", refused, err)
		}
	}
}

func TestDiesWithItsParent(t *testing.T) {
	lib := library(t)
	file := filepath.Join(t.TempDir(), "ready.json")
	shell := exec.Command("sh", "-c", `"$0" "$@" & wait`, binary(t), "--lib", lib, "--path", t.TempDir(), "--ready-file", file, "--die-with-parent")
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	var pid, port int
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if body, err := os.ReadFile(file); err == nil {
			if _, err := fmt.Sscanf(string(body), `{"pid":%d,"http_port":%d`, &pid, &port); err != nil {
				t.Fatal(err)
			}
			break
		}
		if time.Now().After(deadline) {
			_ = shell.Process.Kill()
			t.Fatal("not ready")
		}
	}
	_ = shell.Process.Kill()
	_ = shell.Wait()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			return
		}
		_ = conn.Close()
		if time.Now().After(deadline) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
			t.Fatal("the server outlived its parent")
		}
	}
}

// TestGarbageOnTheNativePort: no input ends the server.
func TestGarbageOnTheNativePort(t *testing.T) {
	s := sharedServer(t)
	for _, text := range []string{
		"GET / HTTP/1.1\r\n\r\n", "\x00", "\x00\xff\xff\xff\xff\xff\xff\xff\xff\x7f", strings.Repeat("\xff", 100), strings.Repeat("\x00", 1000), "\x01\x02\x03",
	} {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.native))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = conn.Write([]byte(text))
		_ = conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
		_, _ = conn.Read(make([]byte, 100))
		_ = conn.Close()
	}
	if got := scalar[uint8](t, connect(t, s.options(variants[0])), "SELECT 1"); got != 1 {
		t.Errorf("got %d", got)
	}
	if strings.Contains(s.text(), "fault") {
		t.Errorf("garbage made a fault: %s", s.text())
	}
}
