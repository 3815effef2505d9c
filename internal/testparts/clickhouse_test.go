package testparts

import (
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/moose-migrate/moose-migrate/pkg/embedded/parts"
)

func TestClickHouseIsSharedAndPinned(t *testing.T) {
	began := time.Now()
	ch := ClickHouse(t)
	t.Logf("start: %s", time.Since(began))
	if again := ClickHouse(t); again != ch {
		t.Error("a second call started a second engine")
	}
	version, err := query(t.Context(), ch, "SELECT version()")
	if err != nil || version != parts.ClickHouseVersion {
		t.Errorf("version() = %q, %v; want %s", version, err, parts.ClickHouseVersion)
	}
}

func TestDatabaseIsFreshAndReachableOnBothProtocols(t *testing.T) {
	ch := ClickHouse(t)
	name := Database(t, ch)
	if other := Database(t, ch); other == name {
		t.Errorf("two databases are both named %s", name)
	}
	for _, dsn := range []string{ch.NativeURL(name), ch.HTTPURL(name)} {
		options, err := clickhouse.ParseDSN(dsn)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := clickhouse.Open(options)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		var current string
		if err := conn.QueryRow(t.Context(), "SELECT currentDatabase()").Scan(&current); err != nil || current != name {
			t.Errorf("currentDatabase() = %q, %v; want %q", current, err, name)
		}
	}
}

func TestKeeperMapWorks(t *testing.T) {
	ch := ClickHouse(t)
	name := Database(t, ch)
	execute(t, ch, "CREATE TABLE "+name+".kv (key String, value String) ENGINE = KeeperMap('/"+name+"') PRIMARY KEY key")
	execute(t, ch, "INSERT INTO "+name+".kv SETTINGS keeper_map_strict_mode=1 VALUES ('a', '1')")
	got, err := query(t.Context(), ch, "SELECT value FROM "+name+".kv")
	if err != nil || got != "1" {
		t.Errorf("read back %q, %v", got, err)
	}
	if _, err := query(t.Context(), ch, "INSERT INTO "+name+".kv SETTINGS keeper_map_strict_mode=1 VALUES ('a', '2')"); err == nil {
		t.Error("a strict insert of an existing key succeeded")
	}
}

func TestDatabaseName(t *testing.T) {
	for _, test := range []string{"TestA/sub case; DROP--`x`", "", "Ünïcode", "TestVeryLong" + string(make([]byte, 200))} {
		name := databaseName(test)
		for _, r := range name {
			if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' {
				t.Errorf("databaseName(%q) = %q needs quoting", test, name)
			}
		}
	}
}
