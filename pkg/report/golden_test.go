package report_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/planner"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run the test with -update to write it", err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s differs (-want +got); run the test with -update if that is meant:\n%s", file, d)
	}
}

func text(t testing.TB, r *report.Report, o report.TextOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Text(&b, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func driftOnly() *planner.Outcome {
	o := outcomeOf()
	o.Status.Drift = kitchenSink().Status.Drift
	return o
}

func invalid() *planner.Outcome {
	o := outcomeOf()
	o.Result.Invalid = []string{`table "T": the primary key (b) must be the beginning of the sorting key (a). Start orderByFields with the key columns`, "another"}
	return o
}

func blockedOnly() *planner.Outcome {
	o := outcomeOf()
	o.Result.Blocked = kitchenSink().Result.Blocked
	return o
}

func emptyTables() *planner.Outcome {
	return outcomeOf(
		diff.Change{
			Kind: diff.Table, Action: diff.Remove, ID: "local_Empty", Name: "Empty",
			Table: &diff.TableChange{Before: table("Empty", column("a", "String")), Actual: actual("Empty", 0, 0)},
		},
		diff.Change{
			Kind: diff.Table, Action: diff.Remove, ID: "local_Unknown", Name: "Unknown",
			Table: &diff.TableChange{Before: table("Unknown", column("a", "String")), Actual: &schema.Table{}},
		},
		diff.Change{
			Kind: diff.Table, Action: diff.Recreate, ID: "local_One", Name: "One", Forced: []diff.Attribute{{Name: "partition by", After: "a"}},
			Table: &diff.TableChange{Before: table("One", column("a", "String")), After: table("One", column("a", "String")), Actual: actual("One", 1, 120)},
		},
	)
}

func TestGolden(t *testing.T) {
	for name, o := range map[string]*planner.Outcome{
		"empty": outcomeOf(), "kitchen-sink": kitchenSink(), "hostile": hostile(), "drift-only": driftOnly(),
		"invalid": invalid(), "blocked-only": blockedOnly(), "empty-tables": emptyTables(),
	} {
		t.Run(name, func(t *testing.T) {
			r := newReport(t, o, report.Options{
				Target: "clickhouse://default:***@db:9440/local?secure=true", StateStore: "clickhouse",
				CreatedAt: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC), Warnings: nil, Sources: sources(),
			})
			golden(t, name+".txt", []byte(text(t, r, report.TextOptions{SQL: true})))
			var b bytes.Buffer
			if err := r.JSON(&b); err != nil {
				t.Fatal(err)
			}
			golden(t, name+".json", b.Bytes())
		})
	}
}

func TestColorAndWidth(t *testing.T) {
	r := newReport(t, kitchenSink(), report.Options{Sources: sources()})
	golden(t, "kitchen-sink-color.txt", []byte(text(t, r, report.TextOptions{Color: true, Width: 80})))
}
