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
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// zookeeper is a real ZooKeeper of the test's own.
type zookeeper struct {
	addr string
	cmd  *exec.Cmd
}

// startZooKeeper starts Debian's zookeeper package on a free port.
func startZooKeeper(t *testing.T) *zookeeper {
	t.Helper()
	java, err := exec.LookPath("java")
	if err != nil {
		missing(t, "java is missing: %v", err)
	}
	const jar = "/usr/share/java/zookeeper.jar"
	if _, err := os.Stat(jar); err != nil {
		missing(t, "ZooKeeper is missing: %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	dir := t.TempDir()
	cfg := filepath.Join(dir, "zoo.cfg")
	_, port, _ := net.SplitHostPort(addr)
	text := fmt.Sprintf("tickTime=1000\ndataDir=%s\nclientPort=%s\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n", dir, port)
	if err := os.WriteFile(cfg, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(java, "-Xmx192m", "-cp", "/etc/zookeeper/conf:"+jar+":/usr/share/java/*",
		"org.apache.zookeeper.server.quorum.QuorumPeerMain", cfg)
	cmd.Dir = dir
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	z := &zookeeper{addr: addr, cmd: cmd}
	t.Cleanup(z.kill)
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		if conn, err := net.Dial("tcp", addr); err == nil {
			_ = conn.Close()
			return z
		}
		if time.Now().After(deadline) {
			t.Fatal("ZooKeeper did not start")
		}
	}
}

func (z *zookeeper) kill() {
	if z.cmd.ProcessState == nil {
		_ = z.cmd.Process.Kill()
		_ = z.cmd.Wait()
	}
}

// TestKeeperMap races strict writes of two servers through one ZooKeeper, then
// takes ZooKeeper away.
func TestKeeperMap(t *testing.T) {
	library(t)
	z := startZooKeeper(t)
	servers := []*testServer{start(t, "--keeper", z.addr), start(t, "--keeper", z.addr)}
	conns := make([]driver.Conn, 8)
	for i := range conns {
		conns[i] = connect(t, servers[i%2].options(variants[i%len(variants)]))
	}
	for _, conn := range conns[:2] {
		exec1(t, conn, "CREATE TABLE locks (key String, value String) ENGINE = KeeperMap('/locks', 1000) PRIMARY KEY key")
	}
	strict := clickhouse.Context(context.Background(), clickhouse.WithSettings(clickhouse.Settings{"keeper_map_strict_mode": 1, "max_execution_time": 30}))
	const rounds = 25
	for round := range rounds {
		key := fmt.Sprintf("key-%d", round)
		var mu sync.Mutex
		var winners []string
		var wg sync.WaitGroup
		for i, conn := range conns {
			wg.Go(func() {
				me := fmt.Sprintf("holder-%d", i)
				err := conn.Exec(strict, "INSERT INTO locks (key, value) VALUES ({k:String}, {v:String})", clickhouse.Named("k", key), clickhouse.Named("v", me))
				var e *clickhouse.Exception
				switch {
				case err == nil:
					mu.Lock()
					winners = append(winners, me)
					mu.Unlock()
				case !errors.As(err, &e) || e.Code != 999 || !strings.Contains(e.Message, "Node exists"):
					t.Errorf("%s: %v", me, err)
				}
			})
		}
		wg.Wait()
		if len(winners) != 1 {
			t.Fatalf("round %d: winners %v", round, winners)
		}
		for _, conn := range conns[:2] {
			if got := scalar[string](t, conn, "SELECT value FROM locks WHERE key = {k:String}", clickhouse.Named("k", key)); got != winners[0] {
				t.Fatalf("round %d: %s holds it, %s won", round, got, winners[0])
			}
		}
	}

	update := "ALTER TABLE locks UPDATE value = {v:String} WHERE key = 'key-0' AND _version = {n:Int32} SETTINGS keeper_map_strict_mode = 1"
	version := scalar[int32](t, conns[0], "SELECT _version FROM locks WHERE key = 'key-0'")
	for i, conn := range conns[:2] {
		_ = conn.Exec(context.Background(), update, clickhouse.Named("v", fmt.Sprintf("new-%d", i)), clickhouse.Named("n", fmt.Sprint(version)))
	}
	if got := scalar[int32](t, conns[1], "SELECT _version FROM locks WHERE key = 'key-0'"); got != version+1 {
		t.Errorf("version %d after two conditional updates of version %d", got, version)
	}

	// Without ZooKeeper the engine's own threads write to a broken socket; the
	// server must live on.
	z.kill()
	short := clickhouse.Context(context.Background(), clickhouse.WithSettings(clickhouse.Settings{"keeper_map_strict_mode": 1, "max_execution_time": 2, "insert_keeper_max_retries": 1}))
	if err := conns[0].Exec(short, "INSERT INTO locks VALUES ('late', 'x')"); err == nil {
		t.Error("an insert was acknowledged without ZooKeeper")
	}
	for _, s := range servers {
		if got := scalar[uint8](t, connect(t, s.options(variants[0])), "SELECT 1"); got != 1 {
			t.Errorf("got %d", got)
		}
	}
}
