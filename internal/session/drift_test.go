package session

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/dsn"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/inframap/statepb"
	"github.com/moose-migrate/moose-migrate/pkg/policy"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/state/keepermap"
)

// TestDriftOfAllServers records a table and topics, changes both kinds by hand, and
// wants to be told of both.
func TestDriftOfAllServers(t *testing.T) {
	ch := testparts.ClickHouse(t)
	db := testparts.Database(t, ch)
	target, err := dsn.ParseClickHouse(ch.NativeURL(db))
	if err != nil {
		t.Fatal(err)
	}
	b := newBroker(t)
	b.deploy()
	s := b.session()
	s.Policy = &policy.Policy{}
	if s.Client, err = clickhouse.Open(t.Context(), target); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Client.Close() })
	if s.Store, err = keepermap.New(s.Client.Conn(), keepermap.Options{Database: db}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Drift(t.Context(), true); !errors.Is(err, ErrNothingRecorded) {
		t.Errorf("before the first migration: %v", err)
	}
	b.recorded.DefaultDatabase = db
	b.recorded.Tables["T"] = &inframap.Table{
		Name: "T", Engine: inframap.Engine{Name: "MergeTree"}, OrderBy: inframap.OrderByColumns("id"), LifeCycle: inframap.FullyManaged,
		Columns: []inframap.Column{{Name: "id", DataType: inframap.SimpleType("Int64"), Required: true}},
	}
	data, err := statepb.Encode(b.recorded)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Store.Save(t.Context(), data); err != nil {
		t.Fatal(err)
	}
	run := func(sql string) {
		t.Helper()
		if err := s.Client.Conn().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	run("CREATE TABLE T (id Int64) ENGINE = MergeTree ORDER BY id")
	text := func(streams bool) string {
		t.Helper()
		r, err := s.Drift(t.Context(), streams)
		if err != nil {
			t.Fatal(err)
		}
		var out, raw bytes.Buffer
		if err := r.Text(&out, report.TextOptions{}); err != nil {
			t.Fatal(err)
		}
		var again report.DriftReport
		if err := r.JSON(&raw); err != nil || json.Unmarshal(raw.Bytes(), &again) != nil || len(again.Drift) != len(r.Drift) {
			t.Errorf("as JSON: %v %s", err, raw.String())
		}
		return out.String()
	}
	if got := text(true); !strings.Contains(got, "\nNo drift: everything that was compared is as the last migration (") {
		t.Error(got)
	}
	run("ALTER TABLE T ADD COLUMN extra String")
	b.set("Orders", "retention.ms", "1000")
	b.create("Stranger", 1, 1, nil)
	got := text(true)
	for _, want := range []string{
		"Drift: 2 objects were changed", "topic Orders differs", "retention_period: 1 hour -> 1 second", "table T differs", "column extra: ", "last changed 20", "Stranger",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if got := text(false); strings.Contains(got, "Orders") || !strings.Contains(got, "Drift: 1 object was changed") {
		t.Errorf("without streams:\n%s", got)
	}
}
