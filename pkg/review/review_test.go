package review_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
	"github.com/moose-migrate/moose-migrate/pkg/report"
	"github.com/moose-migrate/moose-migrate/pkg/review"
)

func rows(n uint64) *uint64 { return &n }

// everything has one of each hazard, and things that are none.
func everything() *report.Report {
	return &report.Report{
		Changes: []report.Change{
			{Kind: diff.Table, Action: diff.Remove, Database: "local", Name: "Old"},
			{Kind: diff.Table, Action: diff.Recreate, Database: "local", Name: "Wide", Source: inframap.Source{File: "app/index.ts", Line: 4}, Why: []report.Attribute{{Name: "order by", Before: "id", After: "id, ts"}}},
			{Kind: diff.Table, Action: diff.Update, Database: "local", Name: "Users", Why: []report.Attribute{{Name: "TTL", Before: "none", After: "ts + INTERVAL 1 DAY"}, {Name: "column note", Before: "TTL none", After: "TTL ts + toIntervalDay(3), comment x"}}},
			{Kind: diff.Table, Action: diff.Update, Database: "local", Name: "Longer", Why: []report.Attribute{{Name: "TTL", Before: "ts + INTERVAL 1 DAY", After: "ts + INTERVAL 2 DAY"}}},
			{Kind: diff.Table, Action: diff.Add, Database: "local", Name: "New", Why: []report.Attribute{{Name: "TTL", After: "ts + INTERVAL 1 DAY"}}},
			{Kind: diff.MaterializedView, Action: diff.Update, Database: "local", Name: "MV"},
			{Kind: diff.MaterializedView, Action: diff.Add, Database: "local", Name: "NewMV"},
			{Kind: diff.SQLResource, Action: diff.Add, Name: "fine"},
			{Kind: diff.SQLResource, Action: diff.Update, Name: "deadly"},
		},
		Losses: []report.Loss{
			{Kind: diff.Table, Database: "local", Name: "Old", Rows: rows(12), Text: "table Old is dropped and its 12 rows are lost"},
			{Kind: diff.Table, Database: "local", Name: "Wide", Rows: rows(0), Text: "table Wide is recreated; it holds no rows now"},
			{Kind: diff.Table, Database: "local", Name: "Users", Column: "age", Text: "column age of table Users is dropped with its values"},
			{Kind: diff.Table, Database: "local", Name: "Users", Column: "n", From: "Int64", To: "Int8", Text: "column n of table Users: Int64 -> Int8"},
		},
		Drift:   []report.Drift{{Kind: diff.Table, Action: diff.Update, Database: "local", Name: "Users", Text: "table Users differs"}},
		Blocked: []report.Blocked{{Kind: diff.Table, Name: "Ledger", Reason: "protected"}},
		Operations: []report.Operation{
			{Kind: plan.RawSQL, Description: plan.SetupDescription + "fine", SQL: []string{"CREATE FUNCTION f AS x -> x"}},
			{Kind: plan.RawSQL, Description: plan.TeardownDescription + "deadly", SQL: []string{"TRUNCATE TABLE local.Users"}},
		},
	}
}

func apply(r *report.Report, allowed []review.Allowed, limit finding.Severity) {
	r.Findings = review.OfReport(r)
	review.Apply(r, allowed, limit)
}

func lines(findings []finding.Finding) []string {
	var out []string
	for _, f := range findings {
		out = append(out, fmt.Sprintf("%s %s %s", f.Severity, f.Code, f.Object))
	}
	return out
}

func TestEveryHazardIsNamed(t *testing.T) {
	want := []string{
		"block DS101 local.Old", "block DS103 local.Users.age", "block LC201 local.Users.n", "block LC222 local.Users.note",
		"block MU608 deadly", "block TT401 local.Users",
		"warn DS102 local.Wide", "warn MU608 fine", "warn MV501 local.MV", "warn PL008 local.Users",
		"info DS110 Ledger",
	}
	found := review.OfReport(everything())
	if got := lines(found); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, f := range found {
		if f.Rule == "" || f.Text == "" || len(f.Fingerprint) != 2*finding.FingerprintBytes || f.Severity == finding.Block && f.Remedy == "" && f.Code != "MU608" {
			t.Errorf("incomplete: %+v", f)
		}
		if f.Code == "DS102" && f.Source.Line != 4 {
			t.Errorf("the source of %s is %v", f.Object, f.Source)
		}
	}
}

func TestTheLimitDecidesWhatStops(t *testing.T) {
	for limit, want := range map[finding.Severity]finding.Conclusion{finding.Block: finding.Blocked, finding.Warn: finding.Blocked, review.Never: finding.Pass} {
		r := everything()
		apply(r, nil, limit)
		if r.Conclusion != want {
			t.Errorf("%s: %s", limit, r.Conclusion)
		}
	}
	warnings := everything()
	warnings.Losses, warnings.Changes = nil, nil
	apply(warnings, nil, finding.Block)
	if warnings.Conclusion != finding.Pass {
		t.Errorf("drift alone: %s", warnings.Conclusion)
	}
	apply(warnings, nil, finding.Warn)
	if warnings.Conclusion != finding.Blocked {
		t.Errorf("drift alone, with warn as the limit: %s", warnings.Conclusion)
	}
	invalid := &report.Report{Summary: report.Summary{Invalid: 1}}
	apply(invalid, nil, review.Never)
	if invalid.Conclusion != finding.Failed {
		t.Errorf("a plan that cannot be applied: %s", invalid.Conclusion)
	}
}

func TestADecisionHoldsForExactlyWhatWasSeen(t *testing.T) {
	var allowed []review.Allowed
	for _, f := range review.OfReport(everything()) {
		allowed = append(allowed, review.Allowed{Fingerprint: f.Fingerprint, Override: finding.Override{By: "alice"}})
	}
	r := everything()
	apply(r, allowed, finding.Block)
	if r.Conclusion != finding.Pass || r.Findings[0].Override == nil || r.Findings[0].Override.By != "alice" {
		t.Errorf("all allowed: %s %+v", r.Conclusion, r.Findings[0])
	}
	more := everything()
	more.Losses[0].Rows = rows(13) // the same hazard with another number of rows
	apply(more, allowed, finding.Block)
	if more.Conclusion != finding.Pass {
		t.Error("a changed number of rows voids a decision")
	}
	other := everything()
	other.Losses[3].To = "Int16"
	apply(other, allowed, finding.Block)
	if other.Conclusion != finding.Blocked || !slices.Equal(lines(review.Stopping(other.Findings, finding.Block)), []string{"block LC201 local.Users.n"}) {
		t.Errorf("another type passes with the decision on the first one: %v", lines(review.Stopping(other.Findings, finding.Block)))
	}
}

func TestATimeToLiveIsAHazardWhenItIsShorter(t *testing.T) {
	for _, c := range []struct {
		before, after string
		hazard        bool
	}{
		{"none", "ts + INTERVAL 1 DAY", true},
		{"", "ts + toIntervalDay(1)", true},
		{"ts + INTERVAL 1 DAY", "none", false},
		{"ts + INTERVAL 1 DAY", "", false},
		{"ts + toIntervalDay(30)", "ts + toIntervalDay(90)", false},
		{"ts + toIntervalDay(30)", "ts + INTERVAL 30 DAY DELETE", false},
		{"ts + toIntervalDay(30)", "ts + toIntervalDay(29)", true},
		{"ts + toIntervalDay(30)", "ts + toIntervalMonth(1)", true}, // February
		{"ts + toIntervalDay(28)", "ts + toIntervalMonth(1)", false},
		{"ts + toIntervalMonth(1)", "ts + toIntervalDay(31)", false},
		{"ts + toIntervalMonth(1)", "ts + toIntervalDay(30)", true},
		{"ts + toIntervalWeek(1)", "ts + toIntervalHour(168)", false},
		{"ts + toIntervalDay(30)", "created + toIntervalDay(90)", true},
		{"ts + toIntervalDay(30)", "ts + toIntervalDay(90) WHERE x", true},
		{"toDateTime(ts) + toIntervalDay(1), ts + toIntervalDay(2)", "x", true},
	} {
		r := &report.Report{Changes: []report.Change{{Kind: diff.Table, Action: diff.Update, Name: "T", Why: []report.Attribute{{Name: "TTL", Before: c.before, After: c.after}}}}}
		if got := len(review.OfReport(r)) > 0; got != c.hazard {
			t.Errorf("%q -> %q: hazard %v", c.before, c.after, got)
		}
	}
}

func TestConversionsHaveTheCodesOfTheirRules(t *testing.T) {
	for code, pairs := range map[string][][2]string{
		"LC201": {{"Int64", "Int8"}, {"UInt32", "Int32"}, {"Float64", "Int32"}},
		"LC202": {{"Float64", "Float32"}, {"Int64", "Float64"}},
		"LC203": {{"Decimal(10, 4)", "Decimal(10, 2)"}, {"Nullable(Decimal(10, 4))", "Nullable(Decimal(9, 4))"}},
		"LC204": {{"DateTime64(3)", "DateTime"}, {"Date32", "Date"}},
		"LC206": {{"String", "UInt64"}, {"LowCardinality(String)", "UUID"}},
		"LC208": {{"Nullable(Int64)", "Int64"}, {"LowCardinality(Nullable(String))", "LowCardinality(String)"}},
		"LC210": {{"Enum8('a' = 1, 'b' = 2)", "Enum8('a' = 1)"}},
		"LC215": {{"Tuple(a Int8, b Int8)", "Tuple(a Int8)"}},
		"LC216": {{"Array(Int64)", "Array(Int8)"}},
		"LC218": {{"SimpleAggregateFunction(max, UInt64)", "SimpleAggregateFunction(sum, UInt64)"}},
	} {
		for _, p := range pairs {
			r := &report.Report{Losses: []report.Loss{{Kind: diff.Table, Name: "T", Column: "c", From: p[0], To: p[1]}}}
			if got := review.OfReport(r); len(got) != 1 || got[0].Code != code {
				t.Errorf("%s -> %s: %v, want %s", p[0], p[1], lines(got), code)
			}
		}
	}
}

func TestSQLOfTheProjectIsHarmlessOnlyWhenThatIsKnown(t *testing.T) {
	for sql, block := range map[string]bool{
		"CREATE VIEW v AS SELECT 1": false, "create function f as x -> x": false, "DROP FUNCTION f": false, "CREATE MATERIALIZED VIEW m TO t AS SELECT 1": false,
		"DROP TABLE t": true, "TRUNCATE t": true, "ALTER TABLE t DELETE WHERE 1": true, "-- x\nDROP TABLE t": true, "CREATE OR REPLACE TABLE t (a Int8)": true, "": true,
		"SELECT 1": false, "INSERT INTO t SELECT 1": true, "DROP VIEW v": true,
	} {
		r := &report.Report{
			Changes:    []report.Change{{Kind: diff.SQLResource, Action: diff.Update, Name: "r"}},
			Operations: []report.Operation{{Kind: plan.RawSQL, Description: plan.TeardownDescription + "r", SQL: []string{sql}}},
		}
		if got := review.OfReport(r)[0].Severity == finding.Block; got != block {
			t.Errorf("%q blocks: %v", sql, got)
		}
	}
}
