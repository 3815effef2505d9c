package keepermap_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/state"
	"github.com/moose-migrate/moose-migrate/pkg/state/keepermap"
)

func TestTableIsMooses(t *testing.T) {
	p := newPlace(t, testparts.ClickHouse(t))
	const definition = "SELECT create_table_query FROM system.tables WHERE name = '_MOOSE_STATE' AND database = '%s'"
	p.exec(createAsMoose(p.database))
	want := p.text(fmt.Sprintf(definition, p.database))
	p.exec("DROP TABLE `" + p.database + "`._MOOSE_STATE SYNC")
	if err := p.store(keepermap.Options{}).Save(t.Context(), []byte("map")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, p.text(fmt.Sprintf(definition, p.database))); diff != "" {
		t.Error(diff)
	}
}

// What Moose would read from our lock row.
func TestLockRowIsMooses(t *testing.T) {
	p := newPlace(t, testparts.ClickHouse(t))
	lock, err := p.store(keepermap.Options{}).Lock(t.Context(), state.Owner{ID: "run", Machine: "host"})
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release(t.Context())
	data, err := base64.StdEncoding.DecodeString(p.text("SELECT value FROM `" + p.database + "`._MOOSE_STATE WHERE key = 'migration_lock'"))
	if err != nil {
		t.Fatal(err)
	}
	var row struct {
		MachineID string    `json:"machine_id"`
		StartedAt time.Time `json:"started_at"`
		ExpiresAt time.Time `json:"expires_at"`
	}
	if err := json.Unmarshal(data, &row); err != nil {
		t.Fatal(err)
	}
	if row.MachineID != "host" || row.ExpiresAt.Sub(row.StartedAt) != 5*time.Minute || time.Since(row.StartedAt).Abs() > time.Minute {
		t.Errorf("the row says %+v", row)
	}
	if !strings.Contains(string(data), `Z","expires_at"`) {
		t.Errorf("times are not in UTC: %s", data)
	}
}

type mooseRow struct{ Key, Value string }

func mooseRows(t *testing.T) []mooseRow {
	t.Helper()
	text, err := os.ReadFile("testdata/moose-0.6.533-state.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []mooseRow
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestLoadWhatMooseWrote(t *testing.T) {
	p := newPlace(t, testparts.ClickHouse(t))
	p.exec(createAsMoose(p.database))
	rows := mooseRows(t)
	for _, row := range slices.Backward(rows) { // the newest is written first
		p.exec(fmt.Sprintf("INSERT INTO `%s`.`_MOOSE_STATE` (key, value) VALUES ('%s', '%s')", p.database, row.Key, row.Value))
	}
	blob, err := p.store(keepermap.Options{}).Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	last := rows[len(rows)-1]
	want, err := base64.StdEncoding.DecodeString(last.Value)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(state.Blob{Data: want, Key: last.Key, StoredAt: time.UnixMilli(1795373342166).UTC()}, blob); diff != "" {
		t.Error(diff)
	}
}

// Moose itself finds the newest by created_at, in seconds.
func TestMooseLoadsWhatWasSavedLast(t *testing.T) {
	p := newPlace(t, testparts.ClickHouse(t))
	s := p.store(keepermap.Options{})
	for i := range 5 {
		data := fmt.Appendf(nil, "map %d", i)
		if err := s.Save(t.Context(), data); err != nil {
			t.Fatal(err)
		}
		got := p.text("SELECT value FROM `" + p.database + "`.`_MOOSE_STATE` WHERE key LIKE 'infra_map_%' ORDER BY created_at DESC LIMIT 1")
		if want := base64.StdEncoding.EncodeToString(data); got != want {
			t.Fatalf("after %d saves within a second Moose would load %q, want %q", i+1, got, want)
		}
	}
}

func TestNewestIsByNumber(t *testing.T) {
	p := newPlace(t, testparts.ClickHouse(t))
	p.exec(createAsMoose(p.database))
	insert := func(key, data string) {
		p.exec(fmt.Sprintf("INSERT INTO `%s`.`_MOOSE_STATE` (key, value) VALUES ('%s', '%s')", p.database, key, base64.StdEncoding.EncodeToString([]byte(data))))
	}
	insert("infra_map_10", "ten")
	insert("infra_map_9", "nine")
	insert("infra_map_backup", "not a map of ours")
	insert("infraXmapX99", "not a map at all")
	s := p.store(keepermap.Options{})
	if blob, err := s.Load(t.Context()); err != nil || string(blob.Data) != "ten" {
		t.Fatalf("Load = %q, %v; want ten", blob.Data, err)
	}
	// Saved by a machine whose clock is years ahead.
	insert("infra_map_9000000000000", "future")
	if err := s.Save(t.Context(), []byte("after the future")); err != nil {
		t.Fatal(err)
	}
	if blob, err := s.Load(t.Context()); err != nil || string(blob.Data) != "after the future" || blob.Key != "infra_map_9000000000001" {
		t.Fatalf("Load = %+v, %v", blob, err)
	}
}

func TestSaveKeepsTenAndNothingElseIsTouched(t *testing.T) {
	p := newPlace(t, testparts.ClickHouse(t))
	p.exec(createAsMoose(p.database))
	want := []string{"applied_migrations", "infra_map_copy"}
	for _, key := range want {
		p.exec("INSERT INTO `" + p.database + "`._MOOSE_STATE (key, value) VALUES ('" + key + "', 'x')")
	}
	for i := range 30 {
		p.exec(fmt.Sprintf("INSERT INTO `%s`._MOOSE_STATE (key, value) VALUES ('infra_map_%d', 'eA==')", p.database, 1000+i))
	}
	for i := 1021; i < 1030; i++ {
		want = append(want, fmt.Sprintf("infra_map_%d", i))
	}
	s := p.store(keepermap.Options{})
	if err := s.Save(t.Context(), []byte("new")); err != nil {
		t.Fatal(err)
	}
	blob, err := s.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, blob.Key)
	slices.Sort(want)
	if diff := cmp.Diff(want, p.keys()); diff != "" {
		t.Error(diff)
	}
}

func TestSizeLimit(t *testing.T) {
	ch := testparts.ClickHouse(t)
	p := newPlace(t, ch)
	largest := []byte(strings.Repeat("\xff", keepermap.MaxValue/4*3))
	for name, url := range map[string]string{"native": ch.NativeURL(""), "http": ch.HTTPURL("")} {
		p.conn = p.connect(url)
		s := p.store(keepermap.Options{})
		if err := s.Save(t.Context(), largest); err != nil {
			t.Fatalf("%s: the largest map that is promised to fit: %v", name, err)
		}
		if blob, err := s.Load(t.Context()); err != nil || len(blob.Data) != len(largest) {
			t.Fatalf("%s: Load gave %d bytes, %v; want %d", name, len(blob.Data), err, len(largest))
		}
	}
	if blob := p.mustLoad(); !strings.HasPrefix(blob.Key, keepermap.MapPrefix) {
		t.Errorf("it is kept in %s, want a row that Moose reads", blob.Key)
	}
	s := p.store(keepermap.Options{})
	if err := s.Save(t.Context(), append(largest, 0)); err != nil {
		t.Fatalf("one byte more: %v", err)
	}
	if blob := p.mustLoad(); !strings.HasPrefix(blob.Key, keepermap.LargePrefix) || len(blob.Data) != len(largest)+1 {
		t.Errorf("one byte more: %d bytes in %s", len(blob.Data), blob.Key)
	}
	var large *state.TooLargeError
	if err := s.Save(t.Context(), make([]byte, state.MaxSize+1)); !errors.As(err, &large) || !strings.Contains(err.Error(), "64 MiB") {
		t.Errorf("what is absurd: %v, want a *TooLargeError", err)
	}
}

// Identifiers come from the user's configuration.
func TestHostileDatabaseName(t *testing.T) {
	ch := testparts.ClickHouse(t)
	p := newPlace(t, ch)
	name := "a`b\\c'd ?{x:String} $1;-- " + p.database
	quoted := "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`").Replace(name) + "`"
	p.exec("CREATE DATABASE " + quoted)
	admin := *p
	t.Cleanup(func() { admin.exec("DROP DATABASE " + quoted + " SYNC") })
	for protocol, url := range map[string]string{"native": ch.NativeURL(""), "http": ch.HTTPURL("")} {
		t.Run(protocol, func(t *testing.T) {
			p.conn = p.connect(url)
			s := p.store(keepermap.Options{Database: name})
			lock, err := s.Lock(t.Context(), state.Owner{ID: "a", Machine: "it's `me` \\"})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Save(t.Context(), []byte("map")); err != nil {
				t.Error(err)
			}
			if blob, err := s.Load(t.Context()); err != nil || string(blob.Data) != "map" {
				t.Errorf("Load = %q, %v", blob.Data, err)
			}
			if err := lock.Check(t.Context()); err != nil {
				t.Error(err)
			}
			if err := lock.Release(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// A user that may only read can plan: nothing is created, no setting changed.
func TestReadersNeedNoRights(t *testing.T) {
	ch := testparts.ClickHouse(t)
	p := newPlace(t, ch)
	if err := p.store(keepermap.Options{}).Save(t.Context(), []byte("map")); err != nil {
		t.Fatal(err)
	}
	for protocol, url := range map[string]string{"native": ch.NativeURL(""), "http": ch.HTTPURL("")} {
		t.Run(protocol, func(t *testing.T) {
			p.conn = p.connect(url)
			ctx := clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"readonly": 1}))
			s := p.store(keepermap.Options{})
			if blob, err := s.Load(ctx); err != nil || string(blob.Data) != "map" {
				t.Errorf("Load = %q, %v", blob.Data, err)
			}
			if h, err := s.Holder(ctx); h != nil || err != nil {
				t.Errorf("Holder = %v, %v", h, err)
			}
			if _, err := s.Lock(ctx, state.Owner{ID: "a"}); err == nil {
				t.Error("a read-only user took the lock, so this test shows nothing")
			}
		})
	}
}
