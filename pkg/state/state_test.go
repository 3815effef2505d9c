package state_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 123e6, time.UTC)

func TestHeldErrorMessage(t *testing.T) {
	base := state.HeldError{Store: "ClickHouse local._MOOSE_STATE", Now: noon, Look: "LOOK", Remove: "REMOVE"}
	for _, c := range []struct {
		name   string
		holder state.Holder
		want   string
	}{
		{
			"all",
			state.Holder{
				Owner:   state.Owner{ID: "id", Machine: "ci-42", RunURL: "https://u:secret@git.example/run/7?token=secret", Actor: "ann", PID: 12},
				Started: noon.Add(-time.Minute), Expires: noon.Add(252 * time.Second),
			},
			"the migration lock in ClickHouse local._MOOSE_STATE is held by machine ci-42 (started by ann, process 12, " +
				"run https://git.example/run/7) since 2026-11-22 11:59:00 UTC; it expires at 2026-11-22 12:04:12 UTC " +
				"(in 4m12s) unless its holder renews it. Wait for that run to end and try again; look at the lock with: LOOK; if that run is really gone: moose lock release --force --reason \"...\"",
		},
		{
			"Moose in ClickHouse",
			state.Holder{Owner: state.Owner{Machine: "uuid"}, Started: noon, Expires: noon.Add(time.Minute)},
			"the migration lock in ClickHouse local._MOOSE_STATE is held by machine uuid since 2026-11-22 12:00:00 UTC; it expires at " +
				"2026-11-22 12:01:00 UTC (in 1m0s) unless its holder renews it. Wait for that run to end and try again; look at the lock with: LOOK; if that run is really gone: moose lock release --force --reason \"...\"",
		},
		{
			"Moose in Redis, no expiry",
			state.Holder{Owner: state.Owner{ID: "uuid"}},
			"the migration lock in ClickHouse local._MOOSE_STATE is held by instance uuid; it does not expire by itself. " +
				"Wait for that run to end and try again; look at the lock with: LOOK; if that run is really gone: moose lock release --force --reason \"...\"",
		},
		{
			"unreadable",
			state.Holder{Problem: "it is not base64"},
			"the migration lock in ClickHouse local._MOOSE_STATE is held, but its content cannot be read (it is not base64), so it counts as held " +
				"and does not expire. Look at it with: LOOK. When no migration is running, remove it with: REMOVE",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := base
			e.Holder = c.holder
			if diff := cmp.Diff(c.want, e.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The names come from a row that anybody with access to the store can write.
func TestHolderNameIsOneBoundedLine(t *testing.T) {
	h := state.Holder{Owner: state.Owner{Machine: "a\nb\x1b[31m\xff" + strings.Repeat("x", 1000), RunURL: "https://h/\x7f", Actor: "\u202eevil"}}
	name := h.Name()
	if strings.ContainsAny(name, "\n\x1b\x7f\u202e") || len(name) > 400 {
		t.Errorf("Name = %q", name)
	}
}

func TestRecordRoundTrip(t *testing.T) {
	owner := state.Owner{ID: "id", Machine: "m", RunURL: "https://r", Actor: "a", PID: 7}
	record := state.NewRecord(owner, "lease", noon, 5*time.Minute)
	data, err := record.Encode()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"machine_id":"m","started_at":"2026-11-22T12:00:00.123Z","expires_at":"2026-11-22T12:05:00.123Z",` +
		`"owner":"id","lease":"lease","run_url":"https://r","actor":"a","pid":7}`
	if diff := cmp.Diff(want, string(data)); diff != "" {
		t.Error(diff)
	}
	back, err := state.DecodeRecord(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(record, back); diff != "" {
		t.Error(diff)
	}
	if got := back.Holder(); got.Owner != owner || !got.Started.Equal(noon) || !got.Expires.Equal(noon.Add(5*time.Minute)) {
		t.Errorf("Holder = %+v", got)
	}
}

// Moose writes chrono's form, with nanoseconds.
func TestDecodeMoosesRecord(t *testing.T) {
	r, err := state.DecodeRecord([]byte(`{"machine_id":"5f1c","started_at":"2026-11-22T12:00:00.123456789Z","expires_at":"2026-11-22T12:05:00.123456789Z"}`))
	if err != nil {
		t.Fatal(err)
	}
	if r.MachineID != "5f1c" || r.ExpiresAt.Sub(r.StartedAt) != state.DefaultTTL {
		t.Errorf("got %+v", r)
	}
}

func TestDecodeBadRecord(t *testing.T) {
	for _, bad := range []string{"", "null", "{}", "[]", "x", `{"expires_at":"soon"}`, `{"expires_at":5}`, `{"expires_at":"2026-11-22T12:05:00Z","pid":"x"}`} {
		if r, err := state.DecodeRecord([]byte(bad)); err == nil {
			t.Errorf("%q was read as %+v", bad, r)
		}
	}
}

func FuzzDecodeRecord(f *testing.F) {
	f.Add([]byte(`{"machine_id":"m","started_at":"2026-11-22T12:00:00.123Z","expires_at":"2026-11-22T12:05:00.123Z","pid":7}`))
	f.Add([]byte(`{"expires_at":"9999-12-31T23:59:59.999999999+23:59"}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := state.DecodeRecord(data)
		if err != nil {
			return
		}
		again, err := r.Encode()
		if err != nil {
			return // a time that JSON cannot hold, such as an offset of a full day
		}
		back, err := state.DecodeRecord(again)
		if err != nil {
			t.Fatalf("%s cannot be read back: %v", again, err)
		}
		if !back.ExpiresAt.Equal(r.ExpiresAt) || back.Lease != r.Lease {
			t.Fatalf("%+v became %+v", r, back)
		}
		_ = r.Holder().Name()
	})
}
