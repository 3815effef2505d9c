package keepermap_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/embedded"
	"github.com/moose-migrate/moose-migrate/pkg/state"
	"github.com/moose-migrate/moose-migrate/pkg/state/keepermap"
	"github.com/moose-migrate/moose-migrate/pkg/state/statetest"
)

// spec is a place as a child process gets it.
type spec struct{ URL, Database string }

func connect(url string) (driver.Conn, error) {
	opts, err := clickhouse.ParseDSN(url)
	if err != nil {
		return nil, err
	}
	return clickhouse.Open(opts)
}

func openSpec(_ context.Context, text string, ttl time.Duration) (state.Store, func() error, error) {
	var sp spec
	if err := json.Unmarshal([]byte(text), &sp); err != nil {
		return nil, nil, err
	}
	conn, err := connect(sp.URL)
	if err != nil {
		return nil, nil, err
	}
	s, err := keepermap.New(conn, keepermap.Options{Database: sp.Database, Timing: state.Timing{TTL: ttl}})
	return s, conn.Close, err
}

func TestMain(m *testing.M) { statetest.Main(m, statetest.Suite{Open: openSpec}) }

func TestConformance(t *testing.T) {
	ch := testparts.ClickHouse(t)
	for name, url := range map[string]string{"native": ch.NativeURL(""), "http": ch.HTTPURL("")} {
		t.Run(name, func(t *testing.T) {
			statetest.Run(t, statetest.Suite{
				Open:  openSpec,
				Place: func(t *testing.T) statetest.Place { return place(t, ch, url) },
			})
		})
	}
}

// place makes a database and acts on it as Moose does: over HTTP, without
// strict mode.
func place(t *testing.T, ch *embedded.ClickHouse, url string) statetest.Place {
	t.Helper()
	p := newPlace(t, ch)
	text, err := json.Marshal(spec{URL: url, Database: p.database})
	if err != nil {
		t.Fatal(err)
	}
	lock := func(value string) {
		p.exec(createAsMoose(p.database))
		p.exec(fmt.Sprintf("INSERT INTO `%s`.`_MOOSE_STATE` (key, value) VALUES ('migration_lock', '%s')", p.database, value))
	}
	storeMap := func(value string) {
		p.exec(createAsMoose(p.database))
		p.exec(fmt.Sprintf("INSERT INTO `%s`.`_MOOSE_STATE` (key, value) VALUES ('infra_map_%d', '%s')", p.database, time.Now().UnixMilli(), value))
	}
	return statetest.Place{
		Spec:             string(text),
		RemembersMachine: true,
		PlantMap:         func(_ *testing.T, data []byte) { storeMap(base64.StdEncoding.EncodeToString(data)) },
		CorruptMap:       func(*testing.T) { storeMap("not base64!") },
		PlantLock: func(t *testing.T, machine string, started, expires time.Time) {
			data, err := json.Marshal(map[string]any{"machine_id": machine, "started_at": started, "expires_at": expires})
			if err != nil {
				t.Fatal(err)
			}
			lock(base64.StdEncoding.EncodeToString(data))
		},
		ReadLock: func(*testing.T) bool {
			return p.number("SELECT count() FROM system.tables WHERE database = '"+p.database+"' AND name = '_MOOSE_STATE'") == 1 &&
				p.number("SELECT count() FROM `"+p.database+"`.`_MOOSE_STATE` WHERE key = 'migration_lock'") == 1
		},
		PlantTrail: func(_ *testing.T, records [][]byte) {
			p.exec(createAsMoose(p.database))
			var rows []string
			for i, r := range records {
				rows = append(rows, fmt.Sprintf("('%s%d', '%s')", keepermap.TrailPrefix, i+1, base64.StdEncoding.EncodeToString(r)))
			}
			p.exec("INSERT INTO `" + p.database + "`.`_MOOSE_STATE` (key, value) VALUES " + strings.Join(rows, ", "))
		},
		CorruptTrail: func(*testing.T) {
			p.exec(fmt.Sprintf("INSERT INTO `%s`.`_MOOSE_STATE` (key, value) VALUES ('%s%d', 'bm8gSlNPTg==')", p.database, keepermap.TrailPrefix, time.Now().Add(time.Hour).UnixMilli()))
		},
		CorruptLock: func(*testing.T) { lock(base64.StdEncoding.EncodeToString([]byte("not JSON"))) },
		RemoveLock: func(*testing.T) {
			p.exec("DELETE FROM `" + p.database + "`.`_MOOSE_STATE` WHERE key = 'migration_lock'")
		},
	}
}

// createAsMoose is the statement that the real Moose sends.
func createAsMoose(database string) string {
	return "CREATE TABLE IF NOT EXISTS `" + database + "`.`_MOOSE_STATE` (key String, value String, created_at DateTime DEFAULT now())" +
		" ENGINE = KeeperMap('/" + database + "/_MOOSE_STATE') PRIMARY KEY key"
}

// testPlace is a fresh database with a connection beside the store's.
type testPlace struct {
	t        *testing.T
	ch       *embedded.ClickHouse
	conn     driver.Conn
	database string
}

func newPlace(t *testing.T, ch *embedded.ClickHouse) *testPlace {
	t.Helper()
	p := &testPlace{t: t, ch: ch, database: testparts.Database(t, ch)}
	p.conn = p.connect(ch.HTTPURL(""))
	return p
}

func (p *testPlace) connect(url string) driver.Conn {
	p.t.Helper()
	conn, err := connect(url)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func (p *testPlace) exec(query string) {
	p.t.Helper()
	if err := p.conn.Exec(context.Background(), query); err != nil {
		p.t.Fatalf("%s: %v", query, err)
	}
}

func (p *testPlace) number(query string) (n uint64) {
	p.t.Helper()
	if err := p.conn.QueryRow(context.Background(), query).Scan(&n); err != nil {
		p.t.Fatalf("%s: %v", query, err)
	}
	return n
}

func (p *testPlace) text(query string) (s string) {
	p.t.Helper()
	if err := p.conn.QueryRow(context.Background(), query).Scan(&s); err != nil {
		p.t.Fatalf("%s: %v", query, err)
	}
	return s
}

// keys lists the table's keys in order.
func (p *testPlace) keys() []string {
	return strings.Split(p.text("SELECT arrayStringConcat(arraySort(groupArray(key)), '\n') FROM `"+p.database+"`._MOOSE_STATE"), "\n")
}

func (p *testPlace) store(opts keepermap.Options) *keepermap.Store {
	p.t.Helper()
	if opts.Database == "" {
		opts.Database = p.database
	}
	s, err := keepermap.New(p.conn, opts)
	if err != nil {
		p.t.Fatal(err)
	}
	return s
}
