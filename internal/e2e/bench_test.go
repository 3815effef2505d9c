package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/inframap/statepb"
	"github.com/moose-migrate/moose-migrate/pkg/migrate"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/state"
	"github.com/moose-migrate/moose-migrate/pkg/state/keepermap"
	"github.com/moose-migrate/moose-migrate/pkg/state/redis"
)

// desiredFile is the map that the code would declare, beside migrations/.
const desiredFile = "desired.json"

// place is a database and its state store, to be opened by any process.
type place struct {
	ClickHouse string // URL
	Redis      string // URL, empty for state in ClickHouse
	TTL        time.Duration
}

func (p place) open(ctx context.Context) (*clickhouse.Client, state.Store, error) {
	target, err := dsn.ParseClickHouse(p.ClickHouse)
	if err != nil {
		return nil, nil, err
	}
	client, err := clickhouse.Open(ctx, target)
	if err != nil {
		return nil, nil, err
	}
	timing := state.Timing{TTL: p.TTL}
	if p.Redis == "" {
		store, err := keepermap.New(client.Conn(), keepermap.Options{Database: client.Database(), Timing: timing})
		return client, store, err
	}
	options, err := goredis.ParseURL(p.Redis)
	if err != nil {
		return nil, nil, err
	}
	options.ContextTimeoutEnabled = true
	store, err := redis.New(goredis.NewClient(options), redis.Options{Timing: timing})
	return client, store, err
}

// bench is an open place.
type bench struct {
	t      *testing.T
	place  place
	db     string
	client *clickhouse.Client
	store  state.Store
}

func newBench(t *testing.T, withRedis bool, ttl time.Duration) *bench {
	t.Helper()
	ch := testparts.ClickHouse(t)
	p := place{ClickHouse: ch.NativeURL(testparts.Database(t, ch)), TTL: ttl}
	if withRedis {
		p.Redis = testparts.Redis(t).URL()
	}
	return openBench(t, p)
}

// openBench connects to a place.
func openBench(t *testing.T, p place) *bench {
	t.Helper()
	client, store, err := p.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return &bench{t: t, place: p, db: client.Database(), client: client, store: store}
}

func (b *bench) plan(desired *inframap.Map) *planner.Outcome {
	b.t.Helper()
	recorded, err := migrate.LoadRecorded(b.t.Context(), b.store)
	if err != nil {
		b.t.Fatal(err)
	}
	out, err := planner.Make(b.t.Context(), b.client, planner.Input{Recorded: recorded, Desired: desired})
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// save plans and writes what a migrating process needs into a folder.
func (b *bench) save(desired *inframap.Map) (dir string, out *planner.Outcome) {
	b.t.Helper()
	dir = b.t.TempDir()
	out = b.plan(desired)
	if err := out.Files(&plan.Plan{CreatedAt: time.Now()}).Save(dir); err != nil {
		b.t.Fatal(err)
	}
	data, err := inframap.Encode(desired)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, desiredFile), data, 0o600); err != nil {
		b.t.Fatal(err)
	}
	return dir, out
}

func (b *bench) start(id, dir string, stopAt int) *child {
	b.t.Helper()
	return startChild(b.t, job{Place: b.place, Dir: dir, ID: id, StopAt: stopAt})
}

// to plans and migrates in a process of its own.
func (b *bench) to(desired *inframap.Map) {
	b.t.Helper()
	dir, _ := b.save(desired)
	c := b.start("to", dir, 0)
	c.begin()
	if code := c.wait(); code != exitOK {
		b.t.Fatalf("exit code %d:\n%s", code, c.text())
	}
	b.reached(desired)
}

// reached demands that the server and the state are at desired and nobody holds the lock.
func (b *bench) reached(desired *inframap.Map) {
	b.t.Helper()
	out := b.plan(desired)
	for _, c := range append(out.Result.Changes, out.Status.Drift...) {
		b.t.Errorf("left over: %s", strings.Join(migrate.Explain(c), "; "))
	}
	if got, want := b.recorded(), stored(b.t, desired); got != want {
		b.t.Errorf("the newest state is not the desired map:\n got %s\nwant %s", got, want)
	}
	if holder, err := b.store.Holder(b.t.Context()); err != nil || holder != nil {
		b.t.Errorf("the lock is not free: %+v, %v", holder, err)
	}
}

// recorded is the newest stored map in a comparable form, empty when there is none.
func (b *bench) recorded() string {
	b.t.Helper()
	m, err := migrate.LoadRecorded(b.t.Context(), b.store)
	if err != nil {
		b.t.Fatal(err)
	}
	if m == nil {
		return ""
	}
	return canonical(b.t, m)
}

// stored is the form a map has after it was stored.
func stored(t *testing.T, m *inframap.Map) string {
	t.Helper()
	data, err := statepb.Encode(m)
	if err != nil {
		t.Fatal(err)
	}
	back, err := statepb.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	return canonical(t, back)
}

func canonical(t *testing.T, m *inframap.Map) string {
	t.Helper()
	data, err := inframap.Canonical(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func (b *bench) exec(sql string) {
	b.t.Helper()
	if err := b.client.Conn().Exec(context.Background(), sql); err != nil {
		b.t.Fatalf("%s: %v", sql, err)
	}
}

// number is the result of a query for one number.
func (b *bench) number(sql string) uint64 {
	b.t.Helper()
	var n uint64
	if err := b.client.Conn().QueryRow(context.Background(), "SELECT toUInt64(("+sql+"))").Scan(&n); err != nil {
		b.t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// schema is the definition of every object but the state table.
func (b *bench) schema() string {
	b.t.Helper()
	rows, err := b.client.Conn().Query(b.t.Context(), "SELECT name, create_table_query FROM system.tables WHERE database = '"+b.db+"' AND name != '_MOOSE_STATE' ORDER BY name")
	if err != nil {
		b.t.Fatal(err)
	}
	defer rows.Close()
	var text strings.Builder
	for rows.Next() {
		var name, sql string
		if err := rows.Scan(&name, &sql); err != nil {
			b.t.Fatal(err)
		}
		fmt.Fprintf(&text, "%s: %s\n", name, sql)
	}
	if err := rows.Err(); err != nil {
		b.t.Fatal(err)
	}
	return text.String()
}

func ptr[T any](v T) *T { return &v }

func column(name, typ string) inframap.Column {
	return inframap.Column{Name: name, DataType: inframap.SimpleType(typ), Required: true, Annotations: []inframap.Annotation{}}
}

// shop is a map of two tables, a view and a materialized view.
func shop(b *bench) *inframap.Map {
	m := inframap.New(b.db)
	m.Tables["Orders"] = &inframap.Table{
		Name: "Orders", Engine: inframap.NewEngine("MergeTree"), LifeCycle: inframap.FullyManaged,
		OrderBy: inframap.OrderByColumns("id", "at"),
		TTL:     ptr("at + INTERVAL 90 DAY DELETE"), TableSettings: map[string]string{"merge_with_ttl_timeout": "3600"},
		Columns: []inframap.Column{column("id", "String"), column("at", "DateTime"), column("qty", "Int32"), column("note", "String")},
	}
	m.Tables["Daily"] = &inframap.Table{
		Name: "Daily", Engine: inframap.NewEngine("SummingMergeTree"), LifeCycle: inframap.FullyManaged, OrderBy: inframap.OrderByColumns("day"),
		Columns: []inframap.Column{column("day", "Date16"), column("n", "UInt64")},
	}
	m.MaterializedViews["DailyMV"] = &inframap.MaterializedView{
		Name: "DailyMV", LifeCycle: inframap.FullyManaged, TargetTable: "Daily",
		SelectSQL: "SELECT toDate(at) AS day, count() AS n FROM `Orders` GROUP BY day",
	}
	return m
}
