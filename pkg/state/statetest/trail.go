package statetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/state"
)

func trail(t *testing.T, s state.Store) state.Trail {
	t.Helper()
	out, ok := s.(state.Trail)
	if !ok {
		t.Fatalf("%T keeps no decisions", s)
	}
	return out
}

func mustRecord(t *testing.T, s state.Trail, used ...state.Used) {
	t.Helper()
	if err := s.Record(t.Context(), used); err != nil {
		t.Fatalf("Record: %v", err)
	}
}

func mustRecorded(t *testing.T, s state.Trail) []state.Used {
	t.Helper()
	got, err := s.Recorded(t.Context())
	if err != nil {
		t.Fatalf("Recorded: %v", err)
	}
	return got
}

func testTrail(t *testing.T, b bench) {
	s := b.open(t, long)
	if got := mustRecorded(t, trail(t, s)); len(got) > 0 {
		t.Fatalf("an empty store has decisions: %v", got)
	}
	mustRecord(t, trail(t, s))
	at := time.Date(2026, 11, 27, 12, 0, 0, 123, time.UTC)
	full := state.Used{
		At: at, Environment: "production", Digest: strings.Repeat("0a", 32), Run: "https://ci.example/run/1", Code: "LC201", Object: "local.it's `a` \\' \n column",
		Fingerprint: strings.Repeat("0b", 16), Text: "n shrinks", By: "alice", Reason: "ünïcode <b>&", Via: "label", URL: "https://ci.example/1", Decided: at.Add(-time.Hour), Expires: at.Add(time.Hour),
	}
	least := state.Used{At: at, Digest: "0a", Code: "DS101", Fingerprint: "0b", By: "bob"}
	mustRecord(t, trail(t, s), full, least)
	mustSave(t, s, []byte("a map"))
	mustRecord(t, trail(t, s), least)
	mustRecord(t, trail(t, s), full)
	if d := cmp.Diff([]state.Used{full, least, least, full}, mustRecorded(t, trail(t, b.open(t, long)))); d != "" {
		t.Errorf("recorded (-want +got):\n%s", d)
	}
	// It is in nobody's way.
	mustLoad(t, s, []byte("a map"))
	if h, err := s.Holder(t.Context()); h != nil || err != nil || b.place.ReadLock(t) {
		t.Errorf("Holder = %v, %v after decisions were recorded", h, err)
	}
}

func testTrailBounded(t *testing.T, b bench) {
	s := trail(t, b.open(t, long))
	var planted [][]byte
	for i := range state.KeepTrail {
		record, err := state.EncodeUsed([]state.Used{{Code: fmt.Sprint(i)}})
		if err != nil {
			t.Fatal(err)
		}
		planted = append(planted, record...)
	}
	b.place.PlantTrail(t, planted)
	const more = 2
	for i := range more {
		mustRecord(t, s, state.Used{Code: fmt.Sprint(state.KeepTrail + i)})
	}
	got := mustRecorded(t, s)
	if len(got) != state.KeepTrail || got[0].Code != fmt.Sprint(more) || got[len(got)-1].Code != fmt.Sprint(state.KeepTrail+more-1) {
		t.Fatalf("%d decisions are kept, want the newest %d", len(got), state.KeepTrail)
	}
	// More than one record holds, with texts that are too long, of which one ends within a letter.
	var many []state.Used
	for i := range 400 {
		many = append(many, state.Used{Code: fmt.Sprintf("m%d", i), Text: strings.Repeat("x", 1999) + "é", Reason: strings.Repeat("<", 5000)})
	}
	mustRecord(t, s, many...)
	got = mustRecorded(t, s)
	if last := got[len(got)-len(many):]; last[0].Code != "m0" || last[399].Code != "m399" || len(last[0].Text) != 1999 || len(last[0].Reason) != 2000 {
		t.Errorf("first %.20v, last %.20v, text of %d bytes", last[0].Code, last[399].Code, len(last[0].Text))
	}
}

func testTrailCorrupt(t *testing.T, b bench) {
	s := trail(t, b.open(t, long))
	mustRecord(t, s, state.Used{Code: "DS101"})
	b.place.CorruptTrail(t)
	_, err := s.Recorded(t.Context())
	var corrupt *state.CorruptError
	if !errors.As(err, &corrupt) || corrupt.Where == "" || corrupt.Problem == "" || corrupt.Remedy == "" {
		t.Fatalf("Recorded of a corrupt record: %v, want a *CorruptError", err)
	}
}
