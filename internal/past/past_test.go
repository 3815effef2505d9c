package past

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/journal"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/state"
)

var update = flag.Bool("update", false, "write the golden files anew")

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func runs() []*journal.Run {
	return []*journal.Run{
		{
			ID: "20261121t120000.000z-bb", Digest: "abcd99990000111122223333", Status: journal.Stopped, Started: noon.Add(24 * time.Hour), Updated: noon.Add(24 * time.Hour), Ended: noon.Add(25 * time.Hour),
			Machine: "runner-7", Failure: "operation 2 of 3 failed: no\n::error::it says", Steps: journal.Steps{journal.Verified, journal.Started, journal.Pending},
		},
		{
			ID: "20261120t120000.000z-aa", Digest: "abcd12340000111122223333", Status: journal.Applied, Started: noon, Ended: noon.Add(4*time.Minute + 10*time.Second),
			Actor: "ada", Commit: "1a2b3c4d5e6f7a8b9c0d", Environment: "production", RunURL: "https://example.org/runs/7", Steps: journal.Steps{journal.Verified},
			Drops: []journal.Drop{{Table: "db.Old", Bytes: 3 << 20, Undrop: "UNDROP TABLE db.Old", Until: noon.Add(8 * time.Minute)}},
		},
		{ID: "20261119t120000.000z-zz", Digest: "abcd12340000111122223333", Status: journal.Abandoned, Started: noon.Add(-24 * time.Hour), Ended: noon.Add(-23 * time.Hour), Note: "the code was reverted", Steps: journal.Steps{journal.Failed}},
	}
}

func TestFind(t *testing.T) {
	for name, want := range map[string]string{
		"": "20261121t120000.000z-bb", "last": "20261121t120000.000z-bb", "20261120": "20261120t120000.000z-aa",
		"ABCD1234": "20261120t120000.000z-aa", "20261119t120000.000z-zz": "20261119t120000.000z-zz",
	} {
		if r, err := find(runs(), name); err != nil || r.ID != want {
			t.Errorf("%q: %+v, %v", name, r, err)
		}
	}
	for name, want := range map[string]string{"abc": "too short", "abcd": "beginning of several", "ffff": "no run on record"} {
		if r, err := find(runs(), name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %+v, %v", name, r, err)
		}
	}
}

func TestTimes(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2026-11-20": noon.Add(-12 * time.Hour), "2026-11-20T12:00": noon, "2026-11-20 12:00:00 UTC": noon, "2026-11-20T13:00:00+01:00": noon,
	} {
		if got, ok := parseTime(text); !ok || !got.Equal(want) {
			t.Errorf("%q: %v %v", text, got, ok)
		}
	}
	if _, ok := parseTime("20261120"); ok {
		t.Error("the beginning of an id is not a time")
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		5 * time.Millisecond: "5 ms", 3200 * time.Millisecond: "3.2 s", 59 * time.Second: "59 s", 250 * time.Second: "4 min 10 s", 125 * time.Minute: "2 h 5 min",
	} {
		if got := Duration(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestWhatPeopleRead(t *testing.T) {
	releases := []state.Release{{At: noon.Add(time.Hour), By: state.Owner{Actor: "bob"}, Reason: "the runner is gone", Holder: state.Holder{Owner: state.Owner{Machine: "runner-6"}}}}
	files := &plan.Files{
		Plan:   &plan.Plan{Operations: []plan.Operation{&plan.DropTableOp{OnTable: plan.OnTable{Table: "Old"}}, &plan.RawSQLOp{Description: "Fill \x1b[2Jx"}}},
		Before: inframap.New("db"), Desired: inframap.New("db"),
	}
	for name, write := range map[string]func(b *bytes.Buffer) error{
		"list.txt":    func(b *bytes.Buffer) error { return List(b, runs(), 0, releases) },
		"list.json":   func(b *bytes.Buffer) error { return ListJSON(b, runs()[:1], 2, nil) },
		"stopped.txt": func(b *bytes.Buffer) error { return Show(b, runs()[0], files) },
		"drops.txt":   func(b *bytes.Buffer) error { return Show(b, runs()[1], nil) },
		"show.json":   func(b *bytes.Buffer) error { return ShowJSON(b, runs()[0], files) },
	} {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			if err := write(&got); err != nil {
				t.Fatal(err)
			}
			path := "testdata/" + name
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil || got.String() != string(want) {
				t.Errorf("%v\n%s", err, cmp.Diff(string(want), got.String()))
			}
			if strings.Contains(got.String(), "\x1b") || strings.Contains(got.String(), "\n::error") {
				t.Error("text of a project reaches the terminal as it is")
			}
		})
	}
}
