package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/report"
)

func TestCostInWords(t *testing.T) {
	for _, c := range []struct {
		cost        report.Cost
		short, text string
	}{
		{
			report.Cost{Bytes: 1_200_000_000, Rows: 50_000_000, Parts: 34, FreeNeeded: 1_400_000_000, Seconds: 130, Basis: "as fast as the last 12 parts that it rewrote, by system.part_log"},
			"rewrites 1.2 GB in 34 parts, about 2 minutes",
			"rewrites 1.2 GB in 34 parts (50 million rows), needs about 1.4 GB of free disk, takes about 2 minutes (as fast as the last 12 parts that it rewrote, by system.part_log)",
		},
		{
			report.Cost{Bytes: 1000, Rows: 1, Parts: 1, FreeNeeded: 1100, Basis: "how long it takes is not known: no server was asked"},
			"rewrites 1.0 kB in 1 part",
			"rewrites 1.0 kB in 1 part (1 row), needs about 1.1 kB of free disk (how long it takes is not known: no server was asked)",
		},
		{report.Cost{Bytes: 1000, Parts: 2, Seconds: 0.1}, "rewrites 1.0 kB in 2 parts, about a second", "rewrites 1.0 kB in 2 parts (no rows), needs about 0 B of free disk, takes about a second"},
		{report.Cost{Seconds: 119}, "rewrites 0 B in 0 parts, about 119 seconds", "rewrites 0 B in 0 parts (no rows), needs about 0 B of free disk, takes about 119 seconds"},
		{report.Cost{Seconds: 36_000}, "rewrites 0 B in 0 parts, about 10 hours", "rewrites 0 B in 0 parts (no rows), needs about 0 B of free disk, takes about 10 hours"},
		{report.Cost{Seconds: 302_400}, "rewrites 0 B in 0 parts, about 3.5 days", "rewrites 0 B in 0 parts (no rows), needs about 0 B of free disk, takes about 3.5 days"},
	} {
		if got := c.cost.Short(); got != c.short {
			t.Errorf("got  %s\nwant %s", got, c.short)
		}
		if got := c.cost.Text(); got != c.text {
			t.Errorf("got  %s\nwant %s", got, c.text)
		}
	}
}

func TestTwoStepsOneAfterTheOther(t *testing.T) {
	one := report.Cost{Bytes: 10, Rows: 5, Parts: 2, FreeNeeded: 12, Seconds: 3, Basis: "x"}
	if got, want := one.Plus(one), (report.Cost{Bytes: 20, Rows: 5, Parts: 2, FreeNeeded: 12, Seconds: 6, Basis: "x"}); got != want {
		t.Errorf("%+v", got)
	}
	if got := one.Plus(report.Cost{Bytes: 1}); got.Seconds != 0 {
		t.Errorf("an unknown time and a known one are known: %+v", got)
	}
}

// TestCostIsShown demands the cost in every output, and nothing where there is none.
func TestCostIsShown(t *testing.T) {
	r := &report.Report{
		Changes:    []report.Change{{Kind: diff.Table, Action: diff.Update, Title: "Table: T", Details: []report.Line{{Text: "x"}}}},
		Operations: []report.Operation{{Number: 1, Kind: plan.ModifyTableColumn, Description: "d", SQL: []string{"ALTER TABLE T MODIFY COLUMN a Int64"}}},
	}
	all := func() string {
		var b bytes.Buffer
		if err := r.Text(&b, report.TextOptions{SQL: true}); err != nil {
			t.Fatal(err)
		}
		if err := r.JSON(&b); err != nil {
			t.Fatal(err)
		}
		return b.String() + strings.Join(r.DiffLines(-1), "\n") + strings.Join(r.SQLLines(), "\n")
	}
	if got := all(); strings.Contains(got, "cost") || strings.Contains(got, "rewrites") {
		t.Errorf("a plan without a cost shows one:\n%s", got)
	}
	cost := report.Cost{Bytes: 5_000_000, Parts: 3, Rows: 7}
	r.Changes[0].Cost, r.Operations[0].Cost = &cost, &cost
	got := all()
	for text, times := range map[string]int{"rewrites 5.0 MB in 3 parts (7 rows)": 3, "rewrites 5.0 MB in 3 parts": 4, `"cost": {`: 2, "--    rewrites": 1} {
		if n := strings.Count(got, text); n != times {
			t.Errorf("%q is shown %d times, want %d:\n%s", text, n, times, got)
		}
	}
}
